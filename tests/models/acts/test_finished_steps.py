"""Tickets that came past a required step, through it or around it (METHOD 5, W2)."""

from itertools import pairwise
from typing import Any

import polars as pl

from models.acts.finished_steps import finished_steps
from models.tables import acts, org
from tests.given import rows
from tests.models.acts.services import ticket, tickets
from tests.models.world import at

QA = {"project": "LNCH", "status": "QA Review", "before_status": "Done"}
OPENED = "2026-03-04 10:00"


def finished(*events: dict[str, Any], given: Any = ()) -> pl.DataFrame:
    found = finished_steps(
        tickets(*events), rows(org.REQUIRED_STEPS, QA), rows(acts.ASSIGNMENTS, *given),
        rows(acts.REASSIGNMENTS), rows(acts.FOLLOW_UPS),
    ).collect(engine="streaming")  # fmt: skip
    return acts.FINISHED_STEPS.schema.validate(found)


def history(*stages: str, name: str = "LNCH-1", opened: str = OPENED, **more: Any):
    """A ticket that was opened in To Do and went through these, an hour each."""
    path = ["To Do", *stages]
    steps = [
        ticket(
            name, "status", by="ben", seconds=3600 * (n + 1), when=opened, opened=opened,
            from_value=was, to_value=now, status=now, **more,
        )
        for n, (was, now) in enumerate(pairwise(path))
    ]  # fmt: skip
    return [ticket(name, "created", by="pia", when=opened, status="To Do", **more), *steps]


def test_a_ticket_done_without_the_required_status_skipped_it():
    row = finished(*history("Doing", "Done")).row(0, named=True)
    assert (row["object_id"], row["step"], row["before_status"]) == ("LNCH-1", "QA Review", "Done")
    assert (row["reached_at"], row["is_skipped"]) == (at("2026-03-04 12:00"), True)
    assert (row["scope_type"], row["scope_id"]) == ("component", "LNCH/checkout")


def test_a_ticket_that_was_there_before_did_not():
    assert finished(*history("QA Review", "Doing", "Done"))["is_skipped"].to_list() == [False]


def test_the_first_time_counts_and_once():
    found = finished(*history("Done", "QA Review", "Done"))
    assert found.select("reached_at", "is_skipped").rows() == [(at("2026-03-04 11:00"), True)]


def test_a_ticket_that_is_not_done_is_no_row():
    assert finished(*history("Doing")).is_empty()


def test_other_projects_have_other_steps():
    assert finished(*history("Done", scope_chain="project:CORE")).is_empty()


def test_what_the_history_does_not_tell_is_left_out():
    assert finished(*history("Doing", "Done")[1:]).is_empty()
    done = ticket(field="status", by="ben", when="2026-09-02 10:01", opened=OPENED, status="Done")
    opened = ticket(field="created", by="pia", when=OPENED, status="To Do")
    assert finished(opened, done).is_empty()
    assert finished(opened, {**done, "happened_at": at("2026-09-02 10:00")}).height == 1


def given(act_id: str, when: str, **more: Any) -> dict[str, Any]:
    return {
        "act_id": act_id, "happened_at": at(when), "object_id": "LNCH-1", "source": "tracker",
        "object_kind": "ticket", "exclusion": None, **more,
    }  # fmt: skip


def test_who_gave_it_last_before_is_named_by_the_act():
    acts_given = [
        given("first", "2026-03-04 10:10"),
        given("last", "2026-03-04 11:30"),
        given("undone", "2026-03-04 11:40", exclusion="undone"),
        given("after", "2026-03-04 13:00"),
        given("other", "2026-03-04 11:50", object_id="LNCH-2"),
    ]
    row = finished(*history("Doing", "Done"), given=acts_given).row(0, named=True)
    assert row["assigned_by_act_id"] == "last"


def test_who_took_it_themselves_was_given_it_by_nobody():
    acts_given = [
        given("first", "2026-03-04 10:10"),
        given("own", "2026-03-04 11:00", exclusion="self"),
    ]
    row = finished(*history("Doing", "Done"), given=acts_given).row(0, named=True)
    assert row["assigned_by_act_id"] is None


def test_no_tickets_finish_nothing():
    assert finished().is_empty()
