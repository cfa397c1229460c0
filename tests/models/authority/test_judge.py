"""The rule of METHOD 2.2, one test a rule; ann acts on ben's change in component pay."""

from typing import Any

import pytest

from tests.models.world import act, at, judged, ruling, trace

OWNER: dict[str, Any] = {"mandate_id": "m1", "holder_id": "olga", "scope_id": "pay"}
TEAM = [{"person_id": name, "team_id": "red"} for name in ("ann", "ben", "olga")]


def test_no_acts_give_no_rows():
    assert judged().is_empty()


@pytest.mark.parametrize("reason", ["bot", "self", "batch"])
def test_an_excluded_act_stays_with_its_reason(reason):
    assert ruling(act(exclusion=reason), mandates=[OWNER]) == ("excluded", f"0 {reason}")


def test_an_account_of_nobody_is_unknown():
    assert ruling(act(by=None), mandates=[OWNER]) == ("unknown", "9 nobody")


def test_a_manager_at_any_depth_acts_in_line():
    lines = [
        {"person_id": "ben", "manager_id": "mia"},
        {"person_id": "mia", "manager_id": "ann"},
    ]
    assert ruling(act(), reporting_lines=lines) == ("formal_line", "2 solid_line")


def test_a_dotted_line_reaches_its_direct_report_only():
    lines = [
        {"person_id": "ben", "manager_id": "mia"},
        {"person_id": "mia", "manager_id": "ann", "line_type": "dotted"},
    ]
    assert ruling(act(), reporting_lines=lines) == ("unknown", "9 no_register")
    assert ruling(act(target_id="mia"), reporting_lines=lines) == ("formal_line", "2 dotted_line")


def test_the_line_is_that_of_the_day():
    ended = [{"person_id": "ben", "manager_id": "ann", "valid_to": at("2026-03-01")}]
    assert ruling(act(), reporting_lines=ended)[0] == "unknown"


@pytest.mark.parametrize(("away", "authority"), [(True, "formal_line"), (False, "unknown")])
def test_a_deputy_stands_in_for_an_absent_manager(away, authority):
    deputy = {
        "holder_id": "ann",
        "mandate_kind": "deputy",
        "scope_type": "person",
        "scope_id": "mia",
    }
    absence = {"person_id": "mia", "valid_from": at("2026-03-02"), "valid_to": at("2026-03-09")}
    found = ruling(
        act(),
        reporting_lines=[{"person_id": "ben", "manager_id": "mia"}],
        mandates=[deputy],
        absences=[absence] if away else [],
    )
    assert found[0] == authority


def test_all_of_several_targets_must_be_below_the_actor():
    lines = [{"person_id": "ben", "manager_id": "ann"}]
    targets = [{"act_id": "a1", "target_id": name} for name in ("ben", "cai")]
    several = act(target_id=None, target_count=2)
    assert ruling(several, act_targets=targets, reporting_lines=lines)[0] == "unknown"
    lines.append({"person_id": "cai", "manager_id": "ann"})
    assert ruling(several, act_targets=targets, reporting_lines=lines)[0] == "formal_line"


def test_an_act_without_target_is_in_line_in_a_team_the_actor_manages():
    found = ruling(
        act(target_id=None, target_count=0, scope_chain="team:red"),
        people=TEAM,
        reporting_lines=[{"person_id": "ben", "manager_id": "ann"}],
    )
    assert found == ("formal_line", "2 own_team")


@pytest.mark.parametrize(
    "mandate",
    [
        {"holder_id": "ann", "scope_id": "pay"},
        {"holder_type": "team", "holder_id": "red", "scope_id": "pay"},
        {"holder_type": "rota", "mandate_id": "turns", "holder_id": "turns", "scope_id": "pay"},
        {"holder_id": "ann", "scope_type": "company", "scope_id": "Example"},
        {"holder_id": "ann", "scope_id": "pay", "act_kinds": "review;merge"},
    ],
)
def test_a_mandate_is_held_by_person_team_or_rota(mandate):
    turns = [{"mandate_id": "turns", "person_id": "ann"}]
    found = ruling(act(), mandates=[mandate], people=TEAM, rotas=turns)
    assert found == ("formal_mandate", "3 mandate")


def test_a_mandate_covers_its_kinds_only():
    mandate = {"holder_id": "ann", "scope_id": "pay", "act_kinds": "review"}
    assert ruling(act(), mandates=[mandate])[0] == "unknown"


def test_a_mandate_for_any_touched_component_covers():
    mandate = {"holder_id": "ann", "scope_id": "web"}
    assert ruling(act(scope_chain="component:pay\ncomponent:web"), mandates=[mandate])[0] == (
        "formal_mandate"
    )


def test_a_mandate_reaches_what_belongs_to_its_scope_with_less_confidence():
    mandate = {"holder_id": "ann", "scope_type": "project", "scope_id": "SHOP"}
    belongs = {"object_id": "pay", "scope_type": "project", "scope_id": "SHOP"}
    row = judged(act(), mandates=[mandate], scopes=[belongs]).row(0, named=True)
    assert (row["authority"], row["confidence"]) == ("formal_mandate", 0.8)


def test_a_holder_delegates_and_the_other_acts_deliberately():
    delegation = {"from_person_id": "olga", "to_person_id": "ann", "scope_id": "pay"}
    assert ruling(act(), mandates=[OWNER], delegations=[delegation]) == (
        "delegated",
        "4 delegation",
    )


def test_who_holds_nothing_delegates_nothing():
    delegation = {"from_person_id": "cai", "to_person_id": "ann", "scope_id": "pay"}
    assert ruling(act(), mandates=[OWNER], delegations=[delegation])[0] == "unresolved"


@pytest.mark.parametrize(
    ("asked", "authority"), [("2026-02-25 09:00", "delegated"), ("2026-02-10 09:00", "unresolved")]
)
def test_a_holder_who_asked_for_it_within_14_days_delegated(asked, authority):
    request = {
        "request_id": "r", "kind": "review_request", "asker_id": "olga", "holder_id": "ann",
        "asked_at": at(asked),
    }  # fmt: skip
    assert ruling(act(), mandates=[OWNER], requests=[request])[0] == authority


@pytest.mark.parametrize(
    ("taken", "authority"),
    [("2026-03-04 10:01", "delegated"), ("2026-03-04 09:59", "unresolved")],
)
def test_what_a_holder_took_away_again_is_no_longer_asked_for(taken, authority):
    request = {
        "request_id": "r", "kind": "assignment", "asker_id": "olga", "holder_id": "ann",
        "asked_at": at("2026-03-03 10:00"), "withdrawn_at": at(taken),
    }  # fmt: skip
    found = ruling(act(when="2026-03-04 10:00"), mandates=[OWNER], requests=[request])
    assert found[0] == authority


def test_a_team_that_agreed_shares_the_work():
    agreement = {"team_id": "red", "scope_id": "pay"}
    found = ruling(act(), mandates=[OWNER], agreements=[agreement], people=TEAM)
    assert found == ("shared", "5 agreement")


def test_where_anyone_assigns_by_agreement_nobody_leads_informally():
    agreed = [{"team_id": "red", "act_kinds": "assign;reassign", "scope_id": "pay"}]
    for kind in ("assign", "reassign"):
        found = ruling(act(kind=kind), mandates=[OWNER], people=TEAM, agreements=agreed)
        assert found == ("shared", "5 agreement")
    found = ruling(act(kind="decide"), mandates=[OWNER], people=TEAM, agreements=agreed)
    assert found[0] == "unresolved"


def test_an_agreement_holds_inside_the_team_only():
    agreement = {"team_id": "red", "scope_id": "pay"}
    outside = [*TEAM[:1], {"person_id": "ben", "team_id": "blue"}]
    found = ruling(act(), mandates=[OWNER], agreements=[agreement], people=outside)
    assert found[0] == "unresolved"


def test_asking_the_owner_is_ordinary():
    found = ruling(act(kind="request_review", target_id="olga"), mandates=[OWNER])
    assert found == ("ordinary", "5a asks_owner")


@pytest.mark.parametrize(("kind", "authority"), [("review", "ordinary"), ("merge", "unresolved")])
def test_reviewing_in_the_own_team_is_a_duty_and_merging_is_none(kind, authority):
    belongs = {"object_id": "pay", "scope_id": "red"}
    assert ruling(act(kind=kind), mandates=[OWNER], scopes=[belongs], people=TEAM)[0] == authority


def test_reviewing_for_another_team_is_no_duty():
    belongs = {"object_id": "pay", "scope_id": "blue"}
    found = ruling(act(kind="review"), mandates=[OWNER], scopes=[belongs], people=TEAM)
    assert found[0] == "unresolved"


def test_a_hand_off_by_the_workflow_is_ordinary_unless_it_is_formal_or_asks_the_owner():
    handed = act(kind="assign", is_handoff=True)
    assert ruling(handed, mandates=[OWNER]) == ("ordinary", "6 handoff")
    own = [{**OWNER, "holder_id": "ann"}]
    assert ruling(handed, mandates=own) == ("formal_mandate", "3 mandate")
    theirs = [{**OWNER, "holder_id": "ben"}]
    assert ruling(handed, mandates=theirs) == ("ordinary", "5a asks_owner")
    assert ruling(act(kind="assign"), mandates=[OWNER])[0] == "unresolved"


def test_all_holders_absent_is_cover():
    away = [{"person_id": "olga", "valid_from": at("2026-03-02"), "valid_to": at("2026-03-09")}]
    found = ruling(
        act(), mandates=[OWNER], absences=away, traces=[trace("olga", "2026-03-03 09:00")]
    )
    assert found == ("cover", "7 absent")


@pytest.mark.parametrize(
    ("seen", "rule"),
    [("2026-02-26 09:00", "7 acting_holder"), ("2026-02-24 09:00", "7 unseen_holder"),
     ("2026-03-04 11:00", "7 unseen_holder")],
)  # fmt: skip
def test_a_holder_seen_within_five_working_days_before_is_bypassed(seen, rule):
    assert ruling(act(), mandates=[OWNER], traces=[trace("olga", seen)])[1] == rule


def test_one_absent_holder_leaves_it_unresolved():
    away = [{"person_id": "olga", "valid_from": at("2026-03-02"), "valid_to": at("2026-03-09")}]
    other = {"mandate_id": "m2", "holder_id": "pia", "scope_id": "pay"}
    seen = [trace("pia", "2026-03-03 09:00")]
    found = ruling(act(), mandates=[OWNER, other], absences=away, traces=seen)
    assert found == ("unresolved", "7 unseen_holder")


@pytest.mark.parametrize(
    ("asked", "rule"),
    [("2026-03-02 09:00", "7 slow_holder"), ("2026-03-03 09:30", "7 unseen_holder")],
)
def test_a_request_open_for_over_eight_working_hours_is_slow(asked, rule):
    request = {"request_id": "r", "holder_id": "olga", "scope_id": "pay", "asked_at": at(asked)}
    assert ruling(act(when="2026-03-04 09:20"), mandates=[OWNER], requests=[request])[1] == rule


def test_slow_is_twice_the_usual_where_that_is_longer():
    usual = [
        {"request_id": f"r{n}", "holder_id": "olga", "scope_id": "pay",
         "asked_at": at(f"2026-02-0{n} 09:00"), "answered_at": at(f"2026-02-0{n + 1} 11:00")}
        for n in (2, 3, 4)
    ]  # fmt: skip
    waiting = {"request_id": "r", "holder_id": "olga", "scope_id": "pay"}
    for asked, rule in [
        ("2026-03-02 09:00", "7 unseen_holder"),
        ("2026-02-27 09:00", "7 slow_holder"),
    ]:
        found = ruling(
            act(when="2026-03-04 10:00"),
            mandates=[OWNER],
            requests=[*usual, {**waiting, "asked_at": at(asked)}],
        )
        assert found[1] == rule, asked


def test_an_unassigned_item_waits_for_the_holders_from_its_creation():
    request = {"request_id": "r", "kind": "unassigned", "scope_id": "pay",
               "asked_at": at("2026-02-20 09:00")}  # fmt: skip
    assert ruling(act(), mandates=[OWNER], requests=[request])[1] == "7 slow_holder"


def test_a_scope_that_nobody_owns_by_record_is_a_gap():
    assert ruling(act(), no_owner=[{"scope_id": "pay"}]) == ("gap", "8 no_owner")


def test_a_narrow_no_owner_hides_wider_holders():
    wide = {"holder_id": "olga", "scope_type": "project", "scope_id": "SHOP"}
    belongs = {"object_id": "pay", "scope_type": "project", "scope_id": "SHOP"}
    found = ruling(act(), mandates=[wide], scopes=[belongs], no_owner=[{"scope_id": "pay"}])
    assert found == ("gap", "8 no_owner")


def test_a_mandate_that_ended_without_successor_is_a_gap():
    ended = {**OWNER, "valid_to": at("2026-02-01")}
    assert ruling(act(), mandates=[ended]) == ("gap", "8 ended")


def test_what_the_register_does_not_tell_is_unknown():
    assert ruling(act(), mandates=[{**OWNER, "scope_id": "web"}]) == ("unknown", "9 no_register")


def test_too_little_confidence_makes_an_act_unknown():
    stale = {**OWNER, "is_self_confirming": False, "confirmed_on": at("2025-06-01").date()}
    row = judged(act(identity_confidence=0.9), mandates=[stale]).row(0, named=True)
    assert (row["authority"], row["rule"], row["is_stale"]) == ("unknown", "9 confidence", True)


@pytest.mark.parametrize(("when", "is_stale"), [("2027-01-01", False), ("2027-01-02", True)])
def test_a_lead_of_a_tracker_goes_stale_after_a_year_without_an_act(when, is_stale):
    lead = {**OWNER, "mandate_id": "leads:component:pay:1", "is_self_confirming": False}
    row = judged(act(when=f"{when} 10:00"), mandates=[lead]).row(0, named=True)
    assert row["is_stale"] == is_stale
    seen = [trace("olga", "2026-12-01 10:00")]
    assert not judged(act(when=f"{when} 10:00"), mandates=[lead], traces=seen)["is_stale"].item()


def test_a_holder_who_acted_lately_keeps_a_mandate_fresh():
    old = {**OWNER, "is_self_confirming": False, "confirmed_on": at("2025-06-01").date()}
    seen = [trace("olga", "2026-01-20 09:00")]
    assert judged(act(), mandates=[old], traces=seen)["is_stale"].to_list() == [False]


def test_a_manager_outside_line_and_mandate_is_informal_like_anyone():
    lines = [{"person_id": "cai", "manager_id": "ann"}]
    assert ruling(act(), mandates=[OWNER], reporting_lines=lines)[0] == "unresolved"


def late(**more: Any) -> dict[str, Any]:
    return {"mandate_id": "m9", "holder_id": "ann", "scope_id": "pay",
            "recorded_at": at("2026-03-24"), **more}  # fmt: skip


def test_a_mandate_recorded_20_days_late_does_not_rewrite_what_happened():
    row = judged(act(), mandates=[OWNER, late()]).row(0, named=True)
    assert row["authority"] == row["authority_as_known"] == "unresolved"
    assert row["authority_as_now"] == "formal_mandate"
    assert row["is_recorded_late"]
    assert row["rule"] == "7 unseen_holder"


def test_a_mandate_recorded_within_14_days_counts():
    row = judged(act(), mandates=[OWNER, late(recorded_at=at("2026-03-17"))]).row(0, named=True)
    assert (row["authority"], row["is_recorded_late"]) == ("formal_mandate", False)


def test_a_mandate_taken_back_later_still_counts_as_known_then():
    gone = {"mandate_id": "m9", "holder_id": "ann", "scope_id": "pay",
            "superseded_at": at("2026-06-01")}  # fmt: skip
    row = judged(act(), mandates=[OWNER, gone]).row(0, named=True)
    assert (row["authority_as_known"], row["authority_as_now"]) == ("formal_mandate", "unresolved")


@pytest.mark.parametrize(
    ("frames", "is_resolved"),
    [({"mandates": [OWNER]}, True), ({"no_owner": [{"scope_id": "pay"}]}, True),
     ({"mandates": [{**OWNER, "valid_to": at("2026-02-01")}]}, False), ({}, False)],
)  # fmt: skip
def test_a_scope_is_resolved_by_a_holder_or_an_explicit_no_owner(frames, is_resolved):
    assert judged(act(), **frames)["is_scope_resolved"].to_list() == [is_resolved]
