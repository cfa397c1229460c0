"""Small histories of tickets, proposed changes and meetings, to find acts in."""

from datetime import timedelta
from typing import Any

import polars as pl

from models.tables import org
from models.tables.code_reviews import CODE_REVIEW_EVENTS
from models.tables.meetings import ATTENDANCES, MEETINGS
from models.tables.tickets import TICKET_EVENTS
from models.weeks import monday
from tests.given import rows
from tests.models.world import at

Row = dict[str, Any]
PEOPLE = ("ann", "ben", "cai", "dan", "olga", "pia")
SOURCES = ("tracker", "code", "rooms")
CHAIN = "component:LNCH/checkout\nproject:LNCH"
CHANGE_CHAIN = "path:shop/pay:src/**\nrepository:shop/pay"
WEDNESDAY = "2026-03-04 10:00"


def identities(*more: Row) -> pl.LazyFrame:
    """Everybody under their own name in every source; ann also as ann-home."""
    sure = {"kind": "human", "match": "mapped", "confidence": 1.0}
    nobody = {"match": "none", "confidence": 0.0}
    known = [
        *({"account_key": name, "person_id": name, **sure} for name in PEOPLE),
        {"account_key": "ann-home", "person_id": "ann", **sure},
        {"account_key": "stranger", "person_id": None, "kind": "human", **nobody},
        {"account_key": "robot", "person_id": None, "kind": "bot", **nobody},
        {"account_key": "qa-team", "person_id": None, "kind": "shared", **nobody},
    ]
    return rows(org.IDENTITIES, *({**one, "source": name} for name in SOURCES for one in known),
                *more)  # fmt: skip


def _event(when: str, seconds: float, **more: Any) -> Row:
    moment = at(when) + timedelta(seconds=seconds)
    return {"happened_at": moment, "utc_week": monday(moment.date()), **more}


def ticket(
    name: str = "LNCH-1", field: str = "assignee", *, by: str | None, when: str = WEDNESDAY,
    seconds: float = 0, opened: str = "2026-02-02 09:00", **more: Any
) -> Row:  # fmt: skip
    """One event of one ticket; without an event_id it is named by what, whose and when."""
    plain = {
        "source": "tracker", "event_id": f"{name}-{field}-{by}-{when}+{seconds}",
        "ticket_id": f"id-{name}", "ticket_key": name, "field": field, "actor_key": by,
        "created_at": at(opened), "creator_key": "pia", "scope_chain": CHAIN,
    }  # fmt: skip
    if field == "created":
        plain |= {"event_id": f"created-id-{name}", "creator_key": by, "created_at": at(when)}
    return {"change_id": plain["event_id"], **plain, **_event(when, seconds), **more}


def change(
    event: str, *, by: str | None, when: str = WEDNESDAY, seconds: float = 0, number: int = 7,
    **more: Any
) -> Row:  # fmt: skip
    """One event of one proposed change of ben's."""
    plain = {
        "source": "code", "event_id": f"{number}-{event}-{by}-{when}+{seconds}",
        "change_id": f"PR_{number}", "object_id": f"shop/pay#{number}", "repository": "shop/pay",
        "event": event, "actor_key": by, "author_key": "ben", "opened_at": at("2026-03-02 09:00"),
        "scope_chain": CHANGE_CHAIN,
    }  # fmt: skip
    return {**plain, **_event(when, seconds), **more}


def meeting(
    name: str = "sync", *, when: str = WEDNESDAY, minutes: int = 30, by: str | None = "ann",
    asked: int = 3, **more: Any
) -> Row:  # fmt: skip
    """One date of one meeting."""
    start = at(when)
    plain = {
        "source": "rooms", "meeting_id": f"{name}@{when}", "series_id": name,
        "ends_at": start + timedelta(minutes=minutes), "entry_kind": "meeting",
        "organizer_key": by, "attendee_count": asked, "scope_chain": f"meeting_series:{name}",
    }  # fmt: skip
    return {**plain, **_event(when, 0), **more}


def attendance(
    *people: str, of: Row, response: str = "accepted", source: str = "rooms"
) -> list[Row]:
    """That these were asked to a meeting and what they answered."""
    return [
        {
            "source": source, "meeting_id": of["meeting_id"], "account_key": name,
            "happened_at": of["happened_at"], "utc_week": of["utc_week"], "response": response,
            "is_organizer": name == of["organizer_key"],
        }
        for name in people
    ]  # fmt: skip


def tickets(*given: Row) -> pl.LazyFrame:
    return rows(TICKET_EVENTS, *given)


def changes(*given: Row) -> pl.LazyFrame:
    return rows(CODE_REVIEW_EVENTS, *given)


def meetings(*given: Row) -> pl.LazyFrame:
    return rows(MEETINGS, *given)


def attendances(*given: Row) -> pl.LazyFrame:
    return rows(ATTENDANCES, *given)
