"""Tickets, proposed changes and meetings of the made-up company that changes late."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from models.tables import code_reviews, meetings, tickets
from models.weeks import monday

Row = dict[str, Any]
SERVICES = (
    tickets.TICKET_EVENTS, code_reviews.CODE_REVIEW_EVENTS, meetings.MEETINGS,
    meetings.ATTENDANCES,
)  # fmt: skip
# Minutes after a week's beginning: near its turn, within the second, and in the middle of it.
SLOTS = (-4, -1, 0, 0, 3, 8, 70, 90, 1_400, 3_000, 3_005, 5_000)
STATUSES = ("To Do", "Doing", "QA Review", "Done")
VERDICTS = ("approved", "changes_requested", "commented")


def _at(start: datetime, week: int, slot: int) -> datetime:
    return start + timedelta(weeks=week, minutes=SLOTS[slot])


def _dated(moment: datetime) -> Row:
    return {"happened_at": moment, "utc_week": monday(moment.date())}


def ticket_event(
    start: datetime, number: int, week: int, slot: int, what: int, by: str, other: str
) -> dict[str, list[Row]]:
    """One event of one of five tickets, by table; each was opened in a week of its own."""
    name = number % 5
    opened = _at(start, 2 * name, 6)
    field = ("created", "assignee", "assignee", "assignee", "status", "resolution", "comment")[what]
    moment = opened if field == "created" else _at(start, week, slot)
    given = {"created": (None, other)[number % 2], "assignee": (by, other, other, None)[number % 4]}
    row = {
        "source": "tracker", "event_id": f"created-T{name}" if field == "created" else f"e{number}",
        "ticket_id": f"T{name}", "ticket_key": f"SHOP-{name}", "field": field, "actor_key": by,
        "from_key": (None, "cai", "pia")[number % 3] if field == "assignee" else None,
        "to_key": given.get(field), "creator_key": "zoe", "created_at": opened,
        "from_value": STATUSES[number % 3], "to_value": STATUSES[number % 4],
        "change_id": f"c{number}", "status": STATUSES[number % 4], "assignee_key": other,
        "mentioned_keys": [other] if field == "comment" else [],
        "scope_chain": ("component:pay\nproject:SHOP", "project:SHOP")[number % 2],
        **_dated(moment),
    }  # fmt: skip
    return {"raw.ticket_events": [row]}


def change_event(
    start: datetime, number: int, week: int, slot: int, what: int, by: str, other: str
) -> dict[str, list[Row]]:
    """One event of one of four proposed changes, by table."""
    event = (
        "reviewed", "reviewed", "review_requested", "merged", "assigned", "commented",
        "review_request_removed", "review_dismissed", "unassigned",
    )[what]  # fmt: skip
    row = {
        "source": "host", "event_id": f"r{number}", "change_id": f"PR{number % 4}",
        "object_id": f"o/shop#{number % 4}", "repository": "o/shop", "event": event,
        "actor_key": by, "target_key": None if event in ("reviewed", "merged") else other,
        "author_key": ("cai", "ben")[number % 2], "opened_at": start,
        "verdict": VERDICTS[number % 3] if event == "reviewed" else None,
        "commit_id": f"k{number % 2}", "comment_count": number % 3, "lines_changed": 40,
        "mentioned_keys": [other] if event == "commented" else [],
        "scope_chain": "component:web\nrepository:o/shop",
        **_dated(_at(start, week, slot)),
    }  # fmt: skip
    return {"raw.code_review_events": [row]}


def meeting_date(
    start: datetime, number: int, week: int, slot: int, what: int, by: str, other: str
) -> dict[str, list[Row]]:
    """One date of a meeting and who was asked to it, by table."""
    moment = _at(start, week, slot)
    people = sorted({by, other, "cai", "olga", "pia"}) if what else [by, other]
    row = {
        "source": "rooms", "meeting_id": f"m{number}", "series_id": f"s{number % 2}",
        "ends_at": moment + timedelta(minutes=45), "entry_kind": "meeting", "organizer_key": by,
        "attendee_count": len(people), "is_cancelled": what == 1, "is_series": what == 2,
        "time_zone": None, "made_by_key": None,
        "scope_chain": f"meeting_series:s{number % 2}", **_dated(moment),
    }  # fmt: skip
    asked = [
        {
            "source": "rooms", "meeting_id": f"m{number}", "account_key": person,
            "response": ("accepted", "unanswered", "declined")[(number + n) % 3],
            "is_organizer": person == by, **_dated(moment),
        }
        for n, person in enumerate(people)
    ]  # fmt: skip
    return {"raw.meetings": [row], "raw.attendances": asked}


HAPPENINGS = {"ticket": ticket_event, "change": change_event, "meeting": meeting_date}
KINDS = {"ticket": 7, "change": 9, "meeting": 3}  # how many sorts of each there are


def at_first(start: datetime, weeks: int, people: tuple[str, ...]) -> dict[Any, Any]:
    """What had happened before anything changes: told by kind and number."""
    random = Random(7)
    told = {}
    for kind, sorts in KINDS.items():
        for number in range(70):
            parts = (random.randrange(weeks), random.randrange(len(SLOTS)), random.randrange(sorts))
            told[kind, number] = HAPPENINGS[kind](start, number, *parts, *random.sample(people, 2))
    for name in range(5):  # before each ticket is opened
        told["meeting", 100 + name] = meeting_date(start, 100 + name, 2 * name, 2, 2, *people[:2])
    return told
