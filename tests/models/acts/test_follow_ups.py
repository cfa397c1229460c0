"""What follows up on a meeting: new tickets from one attendee to another within a day."""

from typing import Any

import polars as pl
import pytest

from models.acts.follow_ups import follow_ups
from models.tables import acts, org
from tests.given import rows
from tests.models.acts.services import (
    attendance,
    attendances,
    identities,
    meeting,
    meetings,
    ticket,
    tickets,
)
from tests.models.world import at

START = at("2026-01-01 00:00")
SYNC = meeting(when="2026-03-04 10:00", minutes=30)


def followed(
    *events: dict[str, Any], date: dict[str, Any] = SYNC, there: Any = ("ann", "ben", "cai")
) -> pl.DataFrame:
    return found(tickets(*events), meetings(date), attendances(*attendance(*there, of=date)))


def found(events: pl.LazyFrame, dates: pl.LazyFrame, there: pl.LazyFrame) -> pl.DataFrame:
    """What follows up in a company where cai takes over what is to be tested."""
    people = rows(org.PEOPLE, {"person_id": "cai", "role_family": "qa", "valid_from": START})
    handed = {"project": "LNCH", "from_status": "Doing", "to_status": "In Test", "next_role": "qa"}
    made = follow_ups(events, dates, there, identities(), people, rows(org.HANDOFFS, handed))
    return acts.FOLLOW_UPS.schema.validate(made.collect(engine="streaming"))


def new(when: str, **more: Any) -> dict[str, Any]:
    return ticket(**{"field": "created", "by": "ben", "to_key": "cai", "when": when, **more})


def test_a_ticket_opened_for_another_attendee_after_the_meeting_follows_up_on_it():
    row = followed(new("2026-03-04 15:00")).row(0, named=True)
    assert (row["kind"], row["actor_id"], row["target_id"]) == ("follow_up", "ben", "cai")
    assert (row["object_kind"], row["object_id"], row["item_count"]) == ("ticket", "LNCH-1", 1)


@pytest.mark.parametrize(
    ("when", "is_one"),
    [
        ("2026-03-04 09:59", False),
        ("2026-03-04 10:05", True),  # while it goes on
        ("2026-03-05 10:30", True),
        ("2026-03-05 10:31", False),
    ],
)
def test_a_follow_up_comes_within_a_day(when, is_one):
    assert followed(new(when)).height == int(is_one)


def test_older_work_given_out_after_a_meeting_does_not_follow_from_it():
    after: dict[str, Any] = {"by": "ben", "to_key": "cai", "when": "2026-03-04 12:02"}
    assert followed(ticket(**after, opened="2026-02-16 09:00")).is_empty()
    assert followed(ticket(**after, opened="2026-03-04 10:01")).height == 1


@pytest.mark.parametrize("more", [{"by": "dan"}, {"to_key": "dan"}, {"to_key": "ben"}])
def test_both_were_there_and_are_two(more):
    assert followed(new("2026-03-04 15:00", **more)).is_empty()


def test_who_declined_was_not_there():
    there = [
        *attendance("ann", "ben", of=SYNC), *attendance("cai", of=SYNC, response="declined"),
    ]  # fmt: skip
    made = found(tickets(new("2026-03-04 15:00")), meetings(SYNC), attendances(*there))
    assert made.is_empty()


def test_a_meeting_that_its_organiser_declined_was_not_held():
    there = [
        *attendance("ann", of=SYNC, response="declined"), *attendance("ben", "cai", of=SYNC),
    ]  # fmt: skip
    made = found(tickets(new("2026-03-04 15:00")), meetings(SYNC), attendances(*there))
    assert made.is_empty()


@pytest.mark.parametrize(("to_status", "count"), [("In Test", 0), ("Review", 1)])
def test_what_the_workflow_hands_on_does_not_follow_from_a_meeting(to_status, count):
    """Else each ticket of a team that meets daily would be one when it goes to a tester."""
    opened, when = "2026-03-04 11:00", "2026-03-04 15:00"
    step = ticket(
        field="status", by="ben", from_value="Doing", to_value=to_status, opened=opened, when=when
    )
    on = ticket(by="ben", to_key="cai", opened=opened, when=when)
    assert followed(step, on).height == count


@pytest.mark.parametrize("more", [{"is_cancelled": True}, {"entry_kind": "social"}, {"asked": 31}])
def test_what_was_not_held_or_is_an_all_hands_has_no_follow_ups(more):
    assert followed(new("2026-03-04 15:00"), date=meeting(**more)).is_empty()


def test_no_meetings_have_no_follow_ups():
    assert found(tickets(new("2026-03-04 15:00")), meetings(), attendances()).is_empty()
