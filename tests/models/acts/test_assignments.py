"""Who gives a ticket or proposed change to whom, and what of it leads nobody (METHOD 2.2, 3)."""

from typing import Any

import polars as pl
import pytest

from models.acts.assignments import assignments
from models.acts.reassignments import reassignments
from models.tables import acts, org
from tests.given import rows
from tests.models.acts.services import WEDNESDAY, change, changes, identities, ticket, tickets
from tests.models.world import at

HANDOFF = {"project": "LNCH", "from_status": "Doing", "to_status": "In Test", "next_role": "qa"}
START = at("2026-01-01 00:00")


def given(*events: dict[str, Any], more: dict[str, Any] | None = None, **frames: Any):
    """Both ledgers of these events, validated."""
    of_tickets = tickets(*(one for one in events if "ticket_id" in one))
    of_changes = changes(*(one for one in events if "change_id" in one and "ticket_id" not in one))
    people = rows(org.PEOPLE, *frames.get("people", []))
    handoffs = rows(org.HANDOFFS, *frames.get("handoffs", []))
    follow_ups = rows(acts.FOLLOW_UPS, *frames.get("follow_ups", []))
    assigned = assignments(
        of_tickets, of_changes, identities(), people, handoffs, follow_ups
    ).collect(engine="streaming")
    moved = reassignments(
        of_tickets, of_changes, identities(), people, handoffs,
        rows(org.ABSENCES, *frames.get("absences", [])),
        rows(org.ROTAS, *frames.get("rotas", [])),
        follow_ups,
    ).collect(engine="streaming")  # fmt: skip
    return pl.concat(
        [acts.ASSIGNMENTS.schema.validate(assigned), acts.REASSIGNMENTS.schema.validate(moved)]
    ).sort("happened_at", "act_id")


def said(*events: dict[str, Any], **frames: Any) -> list[Any]:
    """Kind, actor, target and exclusion of each act, by time."""
    found = given(*events, **frames).select("kind", "actor_id", "target_id", "exclusion")
    return list(found.rows())


def test_giving_a_ticket_of_nobody_to_another_is_an_assignment_then():
    row = given(ticket(by="ann", to_key="ben")).row(0, named=True)
    assert (row["kind"], row["actor_id"], row["target_id"], row["target_count"]) == (
        "assign", "ann", "ben", 1,
    )  # fmt: skip
    assert (row["object_kind"], row["object_id"], row["happened_at"]) == (
        "ticket", "LNCH-1", at(WEDNESDAY),
    )  # fmt: skip
    assert (row["scope_type"], row["scope_id"]) == ("component", "LNCH/checkout")
    assert (row["is_moment_own"], row["is_handoff"], row["exclusion"]) == (True, False, None)
    assert row["identity_confidence"] == 1.0


def test_taking_work_from_one_for_another_is_a_reassignment():
    assert said(ticket(by="ann", from_key="ben", to_key="cai")) == [
        ("reassign", "ann", "cai", None)
    ]


def test_handing_over_own_work_is_no_act():
    assert said(ticket(by="ben", from_key="ben", to_key="cai")) == []


def test_putting_a_ticket_back_to_nobody_is_no_act():
    assert said(ticket(by="ann", from_key="ben", to_key=None)) == []


@pytest.mark.parametrize("taken_from", [None, "ben"])
def test_taking_a_ticket_oneself_is_excluded(taken_from):
    assert said(ticket(by="ann", from_key=taken_from, to_key="ann"))[0][3] == "self"


def test_a_person_with_two_accounts_who_assigns_from_one_to_the_other_is_excluded():
    assert said(ticket(by="ann", to_key="ann-home")) == [("assign", "ann", "ann", "self")]


def test_a_ticket_that_stays_with_one_person_of_two_accounts_does_not_move():
    assert said(ticket(by="ben", from_key="ann", to_key="ann-home")) == []


@pytest.mark.parametrize(("by", "exclusion"), [("robot", "bot"), ("qa-team", "shared_account")])
def test_machines_and_shared_accounts_lead_nobody(by, exclusion):
    assert said(ticket(by=by, to_key="ben")) == [("assign", None, "ben", exclusion)]


@pytest.mark.parametrize("taker", ["robot", "qa-team"])
def test_giving_a_ticket_to_no_person_is_no_act(taker):
    assert said(ticket(by="ann", to_key=taker)) == []


def test_a_ticket_out_of_a_queue_was_nobodys():
    assert said(ticket(by="ann", from_key="qa-team", to_key="ben"))[0][0] == "assign"


def test_who_is_not_known_stays_unknown():
    by_nobody = given(ticket(by=None, to_key="ben")).row(0, named=True)
    assert (by_nobody["actor_id"], by_nobody["exclusion"]) == (None, None)
    to_stranger = given(ticket(by="ann", to_key="stranger")).row(0, named=True)
    assert (to_stranger["target_id"], to_stranger["identity_confidence"]) == (None, 0.0)


def test_the_first_assignee_of_an_opening_was_set_by_who_opened_it():
    assert said(ticket(field="created", by="ann", to_key="ben")) == [("assign", "ann", "ben", None)]


def test_the_default_assignee_is_intake():
    opened = ticket(field="created", by="ann", to_key="ben", is_default_assignee=True)
    assert said(opened) == [("assign", "ann", "ben", "intake")]


def test_an_opening_for_nobody_is_no_act():
    assert said(ticket(field="created", by="ann", to_key=None)) == []


@pytest.mark.parametrize(("minutes", "exclusion"), [(3, "undone"), (10, "undone"), (11, None)])
def test_what_the_same_person_takes_back_within_ten_minutes_is_none(minutes, exclusion):
    back = ticket(by="ann", seconds=60 * minutes, from_key="ben", to_key=None)
    assert said(ticket(by="ann", to_key="ben"), back) == [("assign", "ann", "ben", exclusion)]


def test_what_somebody_else_takes_back_stands():
    back = ticket(by="olga", seconds=60, from_key="ben", to_key=None)
    assert said(ticket(by="ann", to_key="ben"), back) == [("assign", "ann", "ben", None)]


def test_moving_a_ticket_and_back_is_no_act_either_way():
    there = ticket(by="ann", from_key="ben", to_key="cai")
    back = ticket(by="ann", seconds=120, from_key="cai", to_key="ben")
    assert [row[3] for row in said(there, back)] == ["undone"]


def test_a_slip_put_right_is_one_act_from_where_the_ticket_was():
    slip = ticket(by="ann", to_key="ben")
    right = ticket(by="ann", seconds=60, from_key="ben", to_key="cai")
    assert said(slip, right) == [("assign", "ann", "ben", "undone"), ("assign", "ann", "cai", None)]


def test_a_slip_put_right_twice_is_one_act_from_where_the_ticket_was():
    slips = [
        ticket(by="ann", to_key="ben"),
        ticket(by="ann", seconds=60, from_key="ben", to_key="cai"),
        ticket(by="ann", seconds=120, from_key="cai", to_key="dan"),
    ]
    assert said(*slips) == [
        ("assign", "ann", "ben", "undone"), ("assign", "ann", "cai", "undone"),
        ("assign", "ann", "dan", None),
    ]  # fmt: skip
    assert said({**slips[0], "from_key": "ann"}, *slips[1:]) == []  # ann's own work, handed over
    around = said({**slips[0], "from_key": "dan"}, *slips[1:])
    assert [row[3] for row in around] == ["undone", "undone"]


def test_what_follows_anothers_event_within_the_second_is_a_rule_in_somebodys_name():
    moved = ticket(field="status", by="ben", to_value="In Test")
    assert said(moved, ticket(by="ann", seconds=1, to_key="cai"))[0][3] == "system"
    assert said(moved, ticket(by="ann", seconds=2, to_key="cai"))[0][3] is None
    own = ticket(field="status", by="ann", to_value="In Test")
    assert said(own, ticket(by="ann", seconds=1, to_key="cai"))[0][3] is None


def test_what_follows_anothers_opening_within_five_seconds_is_a_rule_in_somebodys_name():
    opened = ticket(field="created", by="ben", to_key=None)
    soon, later = (ticket(by="ann", seconds=n, to_key="cai", opened=WEDNESDAY) for n in (5, 6))
    assert (said(opened, soon)[0][3], said(opened, later)[0][3]) == ("system", None)


def test_history_older_than_its_ticket_was_imported():
    old = ticket(by="ann", to_key="ben", opened="2026-03-05 00:00")
    assert said(old) == [("assign", "ann", "ben", "system")]


def test_three_hundred_tickets_in_a_minute_are_one_act():
    bulk = [ticket(f"LNCH-{n:03}", by="ann", to_key="ben", seconds=n / 10) for n in range(300)]
    found = given(*bulk)
    kept = found.filter(pl.col("exclusion").is_null())
    assert kept.select("object_id", "item_count").rows() == [("LNCH-000", 300)]
    assert set(found["exclusion"].drop_nulls()) == {"batch"}


def test_one_change_of_many_tickets_is_one_act():
    moves = [ticket(f"LNCH-{n}", by="ann", to_key="ben", change_id="42") for n in range(3)]
    kept = given(*moves).filter(pl.col("exclusion").is_null())
    assert kept["item_count"].to_list() == [3]


def test_what_follows_up_on_a_meeting_is_not_counted_twice():
    event = ticket(by="ann", to_key="ben")
    followed = {"act_id": f"tracker:{event['event_id']}"}
    assert said(event, follow_ups=[followed]) == []


def test_work_of_somebody_away_given_to_whose_turn_it_is_is_no_act():
    event = ticket(by="ann", from_key="ben", to_key="cai")
    away = [{"person_id": "ben", "valid_from": START, "valid_to": None}]
    turn = [{"mandate_id": "m", "person_id": "cai", "valid_from": START, "valid_to": None}]
    assert said(event, absences=away, rotas=turn) == []
    assert len(said(event, absences=away)) == len(said(event, rotas=turn)) == 1


@pytest.mark.parametrize(
    ("more", "role", "is_handoff"),
    [
        ({"seconds": 60}, "qa", True),
        ({"seconds": 61}, "qa", False),
        ({"seconds": 300, "change_id": "9"}, "qa", True),
        ({}, "engineer", False),
        ({"to_value": "Done"}, "qa", False),
        ({"by": "olga"}, "qa", False),
    ],
)
def test_a_transition_that_changes_hands_by_design_is_a_hand_off(more, role, is_handoff):
    step = {"field": "status", "from_value": "Doing", "to_value": "In Test", "by": "ann", **more}
    people = [{"person_id": "cai", "role_family": role, "valid_from": START, "valid_to": None}]
    found = given(
        ticket(**step), ticket(by="ann", from_key="ben", to_key="cai", change_id="9"),
        people=people, handoffs=[HANDOFF],
    )  # fmt: skip
    assert found["is_handoff"].to_list() == [is_handoff]


def test_a_moved_ticket_keeps_the_scope_it_had():
    before = ticket("CORE-9", by="ann", to_key="ben", scope_chain="project:PROJ")
    after = ticket(
        "CORE-9", by="ann", seconds=86_400, from_key="ben", to_key="cai", scope_chain="project:CORE"
    )
    assert given(before, after).select("object_id", "scope_id").rows() == [
        ("CORE-9", "PROJ"), ("CORE-9", "CORE"),
    ]  # fmt: skip


def test_a_proposed_change_is_assigned_too():
    row = given(change("assigned", by="ann", target_key="cai")).row(0, named=True)
    assert (row["kind"], row["object_kind"], row["object_id"]) == (
        "assign", "code_review", "shop/pay#7",
    )  # fmt: skip
    assert (row["actor_id"], row["target_id"], row["scope_type"]) == ("ann", "cai", "path")


@pytest.mark.parametrize(
    ("more", "exclusion"),
    [({"is_automatic": True}, "intake"), ({"by": "cai"}, "self"), ({"by": "robot"}, "bot")],
)
def test_who_is_set_on_a_change_by_opening_it_or_themselves_is_led_by_nobody(more, exclusion):
    assert (
        said(change(**{"event": "assigned", "by": "ann", "target_key": "cai", **more}))[0][3]
        == exclusion
    )


@pytest.mark.parametrize(("seconds", "exclusion"), [(0, "intake"), (5, "intake"), (6, None)])
def test_who_is_set_on_a_change_within_five_seconds_of_its_opening_is_intake(seconds, exclusion):
    """METHOD 2.2, terms: whoever set it, nobody is as quick as that."""
    opened = "2026-03-02 09:00"
    by_third = change("assigned", by="cai", target_key="dan", when=opened, seconds=seconds)
    assert said(by_third)[0][3] == exclusion


def test_an_assigned_event_without_who_did_it_is_of_nobody_known():
    assert said(change("assigned", by=None, target_key="cai")) == [("assign", None, "cai", None)]


def test_one_taken_off_a_change_and_another_put_on_is_a_reassignment():
    off = change("unassigned", by="ann", target_key="cai")
    on = change("assigned", by="ann", target_key="dan", seconds=30)
    assert said(off, on) == [("reassign", "ann", "dan", None)]
    own = change("unassigned", by="ann", target_key="ann")
    assert said(own, on) == []


def test_putting_on_and_taking_off_again_is_none():
    on = change("assigned", by="ann", target_key="cai")
    off = change("unassigned", by="ann", target_key="cai", seconds=180)
    assert said(on, off) == [("assign", "ann", "cai", "undone")]


def test_no_events_give_no_acts():
    assert said() == []
