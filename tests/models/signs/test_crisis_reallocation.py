"""S4 on the launch, and one rule at a time."""

import pytest

from tests.models.signs.launch import (
    TEAM,
    act,
    at,
    baseline_acts,
    found,
    meeting_acts,
    one,
    window_acts,
)


def test_the_launch_is_found():
    """METHOD 8, items 1 and 2."""
    row = one(found(), "S4")
    assert (row["scope_type"], row["scope_id"], row["team_id"]) == ("project", "LNCH", "checkout")
    assert (str(row["window_start"]), str(row["window_end"])) == ("2026-09-18", "2026-10-02")
    assert (row["act_count"], row["unit"], row["status"]) == (15, "share", "emerging")
    assert row["value"] == pytest.approx(11 / 15)
    assert [round(row[name], 2) for name in ("value_low", "value_high")] == [0.52, 0.88]
    assert row["person_id"] == "sven"
    assert row["sentence"] == (
        "From 18 September to 2 October 2026, traces show 15 assignments around project LNCH; 11 "
        "of them, to 4 people, recorded roles do not cover, and nobody who holds them took part "
        "(73 %; 90 % interval 52 to 88 %), against 2 of 20 in the 8 weeks before. {person:sven} "
        "made 11 of them."
    )


def test_the_acts_counted_are_its_evidence():
    row = one(found(), "S4")
    counted = [a for a in window_acts() if a.get("exclusion") is None]
    assert sorted(row["evidence"]) == sorted(f"act:{a['act_id']}" for a in counted)


def rows_with(*more, drop=(), baseline=None):
    acts = [row for row in window_acts() if row["object_id"] not in drop]
    return [*acts, *(baseline_acts() if baseline is None else baseline), *meeting_acts(), *more]


def test_asking_the_owner_and_what_is_unknown_are_outside_the_count():
    more = [
        act("09-24 09:00", 130, "d1", "pia", "assign", "ordinary"),
        act("09-24 09:10", 131, "d1", "d2", "assign", "unknown"),
        act("09-24 09:20", 132, "d1", "d2", "review", "cover"),
    ]
    assert one(found(acts=rows_with(*more)), "S4")["act_count"] == 15


def comment(key, by, when):
    return {
        "source": "tracker", "event_id": f"c{key}{by}", "ticket_key": f"LNCH-{key}",
        "field": "comment", "actor_key": by, "happened_at": at(when), "created_at": at(when),
        "scope_chain": "project:LNCH",
    }  # fmt: skip


IDENTITIES = [
    {"source": "tracker", "account_key": name, "person_id": name, "kind": "human"} for name in TEAM
]


@pytest.mark.parametrize(
    ("by", "when", "informal"),
    [
        ("pia", "09-22 12:00", 10),  # holds it, within the working day
        ("sam", "09-22 12:00", 10),  # the line manager
        ("pia", "09-22 15:05", 10),  # 7 h 55 min later
        ("pia", "09-21 15:00", 10),  # an evening before
        ("pia", "09-22 15:15", 11),  # 8 h 5 min later
        ("d2", "09-22 12:00", 11),  # neither
    ],
)
def test_a_hand_out_with_a_holders_or_managers_input_is_not_counted(by, when, informal):
    rows = found(ticket_events=[comment(101, by, when)], identities=IDENTITIES)
    assert one(rows, "S4")["value"] == pytest.approx(informal / 15)


def test_the_night_is_no_working_time():
    """106 was given out at 19:05 in Berlin; 7 working hours later is the next afternoon."""
    rows = found(ticket_events=[comment(106, "pia", "09-25 14:00")], identities=IDENTITIES)
    assert one(rows, "S4")["value"] == pytest.approx(10 / 15)


def test_an_act_of_the_holder_on_the_object_is_input_too():
    more = act("09-22 09:00", 101, "pia", "d1", "remind", "formal_mandate")
    assert one(found(acts=rows_with(more)), "S4")["value"] == pytest.approx(10 / 15)


def test_fewer_than_eight_hand_outs_are_not_assessable():
    few = [row for row in window_acts() if row["kind"] == "assign"][:7]
    row = one(found(acts=[*few, *baseline_acts()]), "S4")
    assert (row["status"], row["value"], row["person_id"]) == ("not_assessable", None, None)
    assert row["sentence"] == (
        "Who moves work in a crisis is not assessable from 18 September to 2 October 2026: "
        "7 assignments around project LNCH, 8 are needed."
    )


def test_a_window_that_is_not_over_is_not_called_not_assessable():
    few = [row for row in window_acts() if row["kind"] == "assign"][:7]
    rows = found(acts=few, until=at("09-29 22:00"))
    assert rows.filter(code="S4").is_empty()


def test_the_same_share_as_before_is_no_sign():
    before = baseline_acts(informal=14)
    assert found(acts=rows_with(baseline=before)).filter(code="S4").is_empty()


def test_one_person_affected_is_not_a_team():
    acts = [row | {"target_id": "d1"} for row in window_acts()]
    assert found(acts=[*acts, *baseline_acts()]).filter(code="S4").is_empty()


def test_nobody_is_named_where_no_one_made_five_and_half():
    doers = ["sven", "d1", "d2"]
    acts = [
        row | {"actor_id": doers[n % 3]} if row["authority"] == "cover" else row
        for n, row in enumerate(window_acts())
    ]
    row = one(found(acts=[*acts, *baseline_acts()]), "S4")
    assert row["person_id"] is None
    assert "{person:" not in row["sentence"]


def test_hand_outs_of_other_teams_do_not_count():
    elsewhere = [row | {"scope_chain": "project:OTHER"} for row in window_acts()]
    assert "S4" not in found(acts=elsewhere)["code"].filter(
        found(acts=elsewhere)["status"] != "not_assessable"
    )


def test_without_a_team_the_scope_itself_counts():
    row = one(found(scopes=[]), "S4")
    assert (row["team_id"], row["act_count"]) == (None, 15)


def test_who_objected_is_not_counted():
    objected = [{"person_id": "sven", "valid_from": at("09-20 00:00")}]
    row = one(found(objections=objected), "S4")
    assert (row["status"], row["act_count"]) == ("not_assessable", 3)


def test_no_rows_find_nothing():
    assert found(acts=[], requests=[], finished_steps=[], windows=[]).is_empty()
