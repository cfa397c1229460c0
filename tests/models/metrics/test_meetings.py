"""What a meeting costs whoever convenes it, and how long everybody is in meetings."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.metrics.meetings import held_meetings, meeting_weeks
from models.tables import acts, meetings, metrics, org
from models.tables.authority import ACTS
from models.weeks import offsets
from tests.models.world import act, at, rows

MONDAY = date(2026, 3, 2)


def meeting(start: str = "2026-03-04 11:00", end: str = "2026-03-04 11:30", **more: Any):
    return {
        "source": "rooms", "meeting_id": f"sync@{start}", "series_id": "sync",
        "happened_at": at(start), "ends_at": at(end), "entry_kind": "meeting",
        "attendee_count": 4, "is_series": False, "is_moved": False, "is_cancelled": False,
        "is_all_day": False, "is_private": False, "scope_chain": "meeting_series:sync", **more,
    }  # fmt: skip


def asked(person: str, response: str = "accepted", **more: Any) -> dict[str, Any]:
    start = more.pop("start", "2026-03-04 11:00")
    return {
        "source": "rooms", "meeting_id": f"sync@{start}", "account_key": person,
        "happened_at": at(start), "response": response, "is_organizer": False, **more,
    }  # fmt: skip


def cost(authority_class: str = "informal", targets: tuple[str, ...] = ("bo",), **more: Any):
    convened = {
        **act("a"), "kind": "convene", "object_id": "sync@2026-03-04 11:00",
        "happened_at": at("2026-03-04 11:00"), "scope_chain": "meeting_series:sync",
        "authority_class": authority_class, "source": "rooms", "exclusion": None,
    }  # fmt: skip
    mandate = {"holder_id": "own", "scope_type": "project", "scope_id": "LNCH"}
    tie = {
        "object_kind": "meeting_series", "object_id": "sync", "scope_type": "project",
        "scope_id": "LNCH",
    }  # fmt: skip
    return (
        held_meetings(
            rows(ACTS, convened),
            act_targets=rows(acts.ACT_TARGETS, *({"act_id": "a", "target_id": t} for t in targets)),
            meetings=rows(meetings.MEETINGS, meeting(**more)),
            mandates=rows(org.MANDATES, mandate),
            rotas=rows(org.ROTAS),
            people=rows(org.PEOPLE),
            scopes=rows(org.SCOPES, tie),
            teams=rows(org.TEAMS),
        )
        .select("clock_minutes", "attended_share")
        .collect(engine="streaming")
        .row(0)
    )


@pytest.mark.parametrize(
    ("authority_class", "targets", "share"),
    [
        ("informal", ("bo", "cy"), 0.9),
        ("informal", ("bo", "own"), 0.15),
        ("formal", ("bo", "cy"), 0.15),
        ("unknown", ("bo", "cy"), 0.15),
    ],
)
def test_a_meeting_counts_whole_only_if_informal_and_without_a_holder(
    authority_class, targets, share
):
    assert cost(authority_class, targets) == (30.0, share)


def test_a_meeting_counts_three_hours_at_most():
    assert cost(end="2026-03-04 18:00")[0] == 180.0


def test_no_meetings_cost_nothing():
    empty = {name: rows(table) for name, table in {
        "act_targets": acts.ACT_TARGETS, "meetings": meetings.MEETINGS, "mandates": org.MANDATES,
        "rotas": org.ROTAS, "people": org.PEOPLE, "scopes": org.SCOPES, "teams": org.TEAMS,
    }.items()}  # fmt: skip
    found = held_meetings(rows(ACTS, act()), **empty).collect(engine="streaming")
    assert found.is_empty()
    assert found.columns == metrics.HELD_MEETINGS.columns


def hours(
    *attendances: dict[str, Any], held: tuple[dict[str, Any], ...] = (meeting(),), zone: str = "UTC"
) -> dict[str, tuple[date, float]]:
    people = {row["account_key"] for row in attendances}
    found = meeting_weeks(
        rows(meetings.ATTENDANCES, *attendances),
        meetings=rows(meetings.MEETINGS, *held),
        identities=rows(
            org.IDENTITIES,
            *({"source": "rooms", "account_key": p, "person_id": p} for p in people),
        ),
        people=rows(org.PEOPLE, *({"person_id": p, "time_zone": zone} for p in people)),
        offsets=offsets(
            ["UTC", zone], datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
        ),
        company_zone="UTC",
    ).collect(engine="streaming")
    return {row[0]: row[1:] for row in found.rows()}


def test_whoever_did_not_decline_was_there_and_no_answer_counts_half():
    found = hours(
        asked("ann", is_organizer=True, response="unanswered"), asked("bo"),
        asked("cy", "tentative"), asked("di", "unanswered"), asked("el", "declined"),
    )  # fmt: skip
    assert found == {
        "ann": (MONDAY, 0.5), "bo": (MONDAY, 0.5), "cy": (MONDAY, 0.5), "di": (MONDAY, 0.25),
    }  # fmt: skip


def test_meetings_at_one_time_count_once():
    second = meeting("2026-03-04 11:15", "2026-03-04 12:00")
    found = hours(asked("bo"), asked("bo", start="2026-03-04 11:15"), held=(meeting(), second))
    assert found["bo"] == (MONDAY, 1.0)


@pytest.mark.parametrize(
    "how",
    [
        {"is_cancelled": True}, {"is_all_day": True}, {"attendee_count": 31}, {"attendee_count": 1},
        {"entry_kind": "focus"}, {"entry_kind": "away"}, {"entry_kind": "social"},
    ],
)  # fmt: skip
def test_what_was_no_meeting_takes_no_meeting_time(how):
    assert hours(asked("bo"), held=(meeting(**how),)) == {}


def test_a_meeting_whose_organiser_declined_was_not_held():
    assert hours(asked("ann", "declined", is_organizer=True), asked("bo")) == {}


def test_a_week_is_that_of_the_persons_own_zone():
    late = "2026-03-08 23:30"
    found = hours(
        asked("bo", start=late), held=(meeting(late, "2026-03-09 00:30"),), zone="Europe/Berlin"
    )
    assert found["bo"] == (date(2026, 3, 9), 1.0)
