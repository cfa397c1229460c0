"""Moves on the launch of METHOD 8, and on what came after it."""

from datetime import date, datetime
from typing import Any

import polars as pl

from models.moves.publish_owners import owner_drafts
from models.moves.recommendations import recommendations
from tests.models.signs import launch
from tests.models.signs.launch import LAST_WEEK, UNTIL, Row, at

ATTENDED = {
    "planning": ["pia", "sam", "quin"],
    "sync": ["sven", "d1", "d2", "d3", "d4"],
}


def attendances(also: str | None = None) -> list[Row]:
    """Who was asked to the plannings and syncs; `also` to the plannings."""
    return [
        {
            "source": "rooms", "meeting_id": f"{series}@{day}", "account_key": person,
            "happened_at": at(f"{day} 08:00"), "utc_week": date(2026, 9, 21),
            "response": "accepted", "is_organizer": person == people[0],
        }
        for series, people in ATTENDED.items()
        for day in ("09-21", "09-23", "09-25", "09-28")
        for person in [*people, *([also] if also and series == "planning" else [])]
    ]  # fmt: skip


IDENTITIES = [
    {"source": "rooms", "account_key": name, "person_id": name, "kind": "human"}
    for name in launch.TEAM
]


def moved(
    *,
    weeks: tuple[date, ...] = (LAST_WEEK,),
    until: datetime = UNTIL,
    asked: str | None = None,
    answers: list[Row] | None = None,
    **changed: list[Row],
) -> pl.DataFrame:
    """The moves that the findings of these weeks call for."""
    given: dict[str, Any] = {
        "attendances": attendances(asked),
        "identities": IDENTITIES,
        "answers": answers or [],
        **changed,
    }
    findings = launch.found(weeks=list(weeks), until=until, **given)
    read = launch.tables(**given)
    names = (
        "acts", "attendances", "identities", "scopes", "teams", "finished_steps", "answers",
    )  # fmt: skip
    return recommendations(
        findings.lazy(), **{name: read[name] for name in names}, company_zone="Europe/Berlin"
    ).collect().sort("week", "position")  # fmt: skip


def drafts() -> pl.DataFrame:
    """The lines of the launch's owner table."""
    return (
        owner_drafts(moved().lazy(), findings=launch.found().lazy(), acts=launch.tables()["acts"])
        .collect()
        .sort("object_id")
    )
