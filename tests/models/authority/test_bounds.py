"""Where each rule begins and ends: moments, members, deputies, several targets, wider scopes."""

from typing import Any

import pytest

from tests.models.world import act, at, judged, ruling, trace

OWNER: dict[str, Any] = {"mandate_id": "m1", "holder_id": "olga", "scope_id": "pay"}
IN_SHOP = {"object_id": "pay", "scope_type": "project", "scope_id": "SHOP"}
SHOP_OWNER = {**OWNER, "scope_type": "project", "scope_id": "SHOP"}
TEAM = [{"person_id": name, "team_id": "red"} for name in ("ann", "ben", "olga")]
WHEN = "2026-03-04 10:00"


def away(person: str, start: str = "2026-03-02", end: str = "2026-03-09") -> dict[str, Any]:
    return {"person_id": person, "valid_from": at(start), "valid_to": at(end)}


def deputy(holder: str = "ann", of: str = "mia", **more: Any) -> dict[str, Any]:
    return {"mandate_id": "d", "holder_id": holder, "mandate_kind": "deputy",
            "scope_type": "person", "scope_id": of, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "authority"),
    [(WHEN, None, "formal_mandate"), ("2026-01-01", WHEN, "gap"),
     ("2026-01-01", "2026-03-04 10:01", "formal_mandate"), ("2026-03-04 10:01", None, "unknown")],
)  # fmt: skip
def test_a_mandate_holds_from_its_first_moment_to_before_its_last(start, end, authority):
    own = {**OWNER, "holder_id": "ann", "valid_from": at(start), "valid_to": end and at(end)}
    assert ruling(act(when=WHEN), mandates=[own])[0] == authority


@pytest.mark.parametrize(
    ("joined", "left", "authority"),
    [("2026-01-01", None, "formal_mandate"), ("2026-01-01", WHEN, "gap"),
     ("2026-03-05", None, "unknown")],
)  # fmt: skip
def test_a_team_mandate_is_that_of_its_members_of_the_day(joined, left, authority):
    team = {"mandate_id": "m", "holder_type": "team", "holder_id": "red", "scope_id": "pay"}
    stay = {"person_id": "ann", "team_id": "red", "valid_from": at(joined)}
    found = ruling(
        act(when=WHEN), mandates=[team], people=[{**stay, "valid_to": left and at(left)}]
    )
    assert found[0] == authority


@pytest.mark.parametrize(("turn", "authority"), [("ann", "formal_mandate"), ("pia", "unresolved")])
def test_whose_turn_it_is_holds_the_mandate(turn, authority):
    rota = {"mandate_id": "m", "holder_type": "rota", "holder_id": "m", "scope_id": "pay"}
    others = {"ann", "pia"} - {turn}
    turns = [
        {"mandate_id": "m", "person_id": turn, "valid_from": at("2026-03-02")},
        *({"mandate_id": "m", "person_id": one, "valid_to": at("2026-03-02")} for one in others),
    ]
    assert ruling(act(), mandates=[rota], rotas=turns)[0] == authority


@pytest.mark.parametrize(
    ("kinds", "authority"), [("", "formal_mandate"), ("merge;review", "formal_mandate"),
                             ("review", "unresolved"), ("merges", "unresolved")],
)  # fmt: skip
def test_a_deputy_of_a_holder_holds_what_both_lists_of_kinds_have(kinds, authority):
    mandates = [OWNER, deputy(of="olga", act_kinds=kinds)]
    assert ruling(act(), mandates=mandates)[0] == authority


@pytest.mark.parametrize(("kinds", "authority"), [("merge", "formal_line"), ("review", "unknown")])
def test_a_deputy_of_a_manager_stands_in_for_their_kinds_of_act(kinds, authority):
    found = ruling(
        act(),
        reporting_lines=[{"person_id": "ben", "manager_id": "mia"}],
        mandates=[deputy(act_kinds=kinds)],
        absences=[away("mia")],
    )
    assert found[0] == authority


def test_a_team_or_a_rota_can_be_deputy():
    lines = [{"person_id": "ben", "manager_id": "mia"}]
    team = deputy("red", holder_type="team")
    found = ruling(
        act(), reporting_lines=lines, mandates=[team], absences=[away("mia")], people=TEAM[:1]
    )
    assert found == ("formal_line", "2 deputy")
    rota = deputy("d", holder_type="rota")
    turns = [{"mandate_id": "d", "person_id": "ann"}]
    found = ruling(
        act(), reporting_lines=lines, mandates=[rota], absences=[away("mia")], rotas=turns
    )
    assert found == ("formal_line", "2 deputy")


@pytest.mark.parametrize(("of", "by"), [("mia", "ann"), ("mia", "zoe")])
def test_an_unrecorded_stand_in_for_an_absent_holder_covers(of, by):
    found = ruling(act(by=by), mandates=[{**OWNER, "holder_id": of}], absences=[away(of)])
    assert found == ("cover", "7 absent")


@pytest.mark.parametrize(
    ("end", "rule"), [("2026-03-04 10:00", "7 unseen_holder"), ("2026-03-04 10:01", "7 absent")]
)
def test_an_absence_ends_before_its_last_moment(end, rule):
    found = ruling(act(when=WHEN), mandates=[OWNER], absences=[away("olga", end=end)])
    assert found[1] == rule


@pytest.mark.parametrize("ended", [True, False])
def test_who_no_longer_holds_it_no_longer_delegates_it(ended):
    mandates = [
        {**OWNER, "valid_to": at("2026-03-01") if ended else None},
        {**OWNER, "mandate_id": "m2", "holder_id": "pia"},
    ]
    delegation = {"from_person_id": "olga", "to_person_id": "ann", "scope_id": "pay"}
    found = ruling(act(), mandates=mandates, delegations=[delegation])
    assert found[0] == ("unresolved" if ended else "delegated")


def test_a_delegation_of_the_whole_company_reaches_every_scope():
    delegation = {"from_person_id": "olga", "to_person_id": "ann", "scope_type": "company",
                  "scope_id": "Example"}  # fmt: skip
    found = ruling(act(), mandates=[OWNER], delegations=[delegation])
    assert found == ("delegated", "4 delegation")


def test_a_delegation_covers_its_kinds_only():
    delegation = {"from_person_id": "olga", "to_person_id": "ann", "scope_id": "pay"}
    for kinds, authority in (("review;merge", "delegated"), ("review", "unresolved")):
        found = ruling(act(), mandates=[OWNER], delegations=[{**delegation, "act_kinds": kinds}])
        assert found[0] == authority


@pytest.mark.parametrize(
    ("asked", "authority"),
    [("2026-02-18 10:00", "delegated"), ("2026-02-18 09:59", "unresolved"),
     (WHEN, "delegated"), ("2026-03-04 10:01", "unresolved")],
)  # fmt: skip
def test_a_holder_asked_from_14_days_before_to_the_act_itself(asked, authority):
    request = {"request_id": "r", "kind": "assignment", "asker_id": "olga", "holder_id": "ann",
               "asked_at": at(asked), "answered_at": at(asked)}  # fmt: skip
    assert ruling(act(when=WHEN), mandates=[OWNER], requests=[request])[0] == authority


def test_who_asked_must_have_held_it_when_asking():
    request = {"request_id": "r", "kind": "assignment", "asker_id": "olga", "holder_id": "ann",
               "asked_at": at("2026-03-01"), "answered_at": at("2026-03-01")}  # fmt: skip
    for start, end, authority in (
        ("2026-01-01", "2026-03-02", "delegated"),
        ("2026-03-02", None, "unresolved"),
    ):
        held = {**OWNER, "valid_from": at(start), "valid_to": end and at(end)}
        other = {**OWNER, "mandate_id": "m2", "holder_id": "pia"}
        assert ruling(act(), mandates=[held, other], requests=[request])[0] == authority


@pytest.mark.parametrize("kind", ["mention", "unassigned"])
def test_a_mention_asks_for_nothing_in_particular(kind):
    request = {"request_id": "r", "kind": kind, "asker_id": "olga", "holder_id": "ann",
               "asked_at": at("2026-03-04 09:00")}  # fmt: skip
    assert ruling(act(), mandates=[OWNER], requests=[request])[0] == "unresolved"


def test_an_agreement_needs_all_of_several_targets_in_the_team():
    agreement = {"team_id": "red", "scope_id": "pay"}
    several = act(target_id=None, target_count=2)
    for other, authority in (("cai", "unresolved"), ("olga", "shared")):
        targets = [{"act_id": "a1", "target_id": name} for name in ("ben", other)]
        found = ruling(
            several, act_targets=targets, mandates=[OWNER], agreements=[agreement], people=TEAM
        )
        assert found[0] == authority


@pytest.mark.parametrize("rule", ["rota", "holder_only"])
def test_only_an_agreement_for_anyone_shares(rule):
    agreement = {"team_id": "red", "scope_id": "pay", "rule": rule}
    found = ruling(act(), mandates=[OWNER], agreements=[agreement], people=TEAM)
    assert found[0] == "unresolved"


def test_dotted_lines_reach_several_targets_only_if_each_has_one():
    dotted = [{"person_id": name, "manager_id": "ann", "line_type": "dotted"}
              for name in ("ben", "cai")]  # fmt: skip
    targets = [{"act_id": "a1", "target_id": name} for name in ("ben", "cai")]
    several = act(target_id=None, target_count=2)
    for lines, authority in ((dotted, "formal_line"), (dotted[:1], "unknown")):
        found = ruling(several, act_targets=targets, reporting_lines=lines)
        assert found[0] == authority


@pytest.mark.parametrize(
    ("to", "authority"), [(["olga", "pia"], "ordinary"), (["olga", "ben"], "unresolved")]
)
def test_asking_several_is_ordinary_when_all_are_owners(to, authority):
    asked = act(kind="assign", target_id=None, target_count=2)
    targets = [{"act_id": "a1", "target_id": name} for name in to]
    found = ruling(
        asked,
        act_targets=targets,
        mandates=[OWNER, {**OWNER, "mandate_id": "2", "holder_id": "pia"}],
    )
    assert found[0] == authority


@pytest.mark.parametrize(
    ("kind", "authority"),
    [("assign", "ordinary"), ("remind", "ordinary"), ("escalate", "ordinary"),
     ("merge", "unresolved"), ("decide", "unresolved"), ("triage", "unresolved")],
)  # fmt: skip
def test_only_what_asks_is_asking_the_owner(kind, authority):
    assert ruling(act(kind=kind, target_id="olga"), mandates=[OWNER])[0] == authority


def test_an_untargeted_act_is_in_line_while_somebody_below_is_in_the_team():
    scheme = act(target_id=None, target_count=0, scope_chain="team:red")
    lines = [{"person_id": "ben", "manager_id": "mia"}, {"person_id": "mia", "manager_id": "ann"}]
    assert ruling(scheme, people=TEAM, reporting_lines=lines)[1] == "2 own_team"
    left = [{"person_id": "ben", "team_id": "red", "valid_to": at("2026-03-01")}]
    assert ruling(scheme, people=left, reporting_lines=lines)[0] == "unknown"


@pytest.mark.parametrize(("team", "authority"), [("red", "ordinary"), ("dept", "unresolved")])
def test_the_object_is_of_the_nearest_team(team, authority):
    people = [{"person_id": "ann", "team_id": team}, *TEAM[1:]]
    found = ruling(
        act(kind="review"),
        mandates=[OWNER],
        people=people,
        scopes=[{"object_id": "pay", "scope_id": "red"}],
        teams=[{"team_id": "red", "parent_team_id": "dept"}],
    )
    assert found[0] == authority


def test_an_object_whose_own_scope_is_the_team_is_the_teams():
    own = act(kind="review", scope_chain="team:red", target_id="cai")
    assert ruling(own, people=TEAM)[0] == "ordinary"


@pytest.mark.parametrize(
    ("when", "seen", "is_seen"),
    [
        ("2026-03-04 10:00", "2026-02-25 10:00", True),  # Wednesday to Wednesday, over a weekend
        ("2026-03-04 10:00", "2026-02-25 09:59", False),
        ("2026-03-09 10:00", "2026-03-02 10:00", True),  # Monday to Monday
        ("2026-03-07 10:00", "2026-03-02 00:00", True),  # Saturday: the whole week before
        ("2026-03-07 10:00", "2026-02-27 15:00", False),
        ("2026-03-08 23:00", "2026-03-02 00:00", True),
        ("2026-03-04 10:00", "2026-03-04 10:00", True),
        ("2026-03-04 10:00", "2026-03-04 10:01", False),
    ],
)
def test_a_holder_was_there_within_exactly_five_working_days(when, seen, is_seen):
    rule = ruling(act(when=when), mandates=[OWNER], traces=[trace("olga", seen)])[1]
    assert rule == ("7 acting_holder" if is_seen else "7 unseen_holder")


@pytest.mark.parametrize("scope", ["pay", "web"])
def test_a_holder_of_a_project_is_seen_in_any_of_its_components(scope):
    also = {**IN_SHOP, "object_id": "web"}
    found = ruling(
        act(),
        mandates=[SHOP_OWNER],
        scopes=[IN_SHOP, also],
        traces=[trace("olga", "2026-03-03 09:00", scope)],
    )
    assert found == ("bypass", "7 acting_holder")


def test_a_scope_counts_while_the_object_belongs_to_it():
    moved = {**IN_SHOP, "valid_to": at("2026-03-01")}
    delegation = {"from_person_id": "olga", "to_person_id": "ann", "scope_type": "project",
                  "scope_id": "SHOP"}  # fmt: skip
    agreement = {"team_id": "red", "scope_type": "project", "scope_id": "SHOP"}
    nobody = {"scope_type": "project", "scope_id": "SHOP"}
    for frames in (
        {"mandates": [OWNER], "delegations": [delegation]},
        {"mandates": [OWNER], "agreements": [agreement], "people": TEAM},
    ):
        assert ruling(act(), scopes=[IN_SHOP], **frames)[0] in ("delegated", "shared")
        assert ruling(act(), scopes=[moved], **frames)[0] == "unresolved"
    assert ruling(act(), scopes=[IN_SHOP], no_owner=[nobody])[0] == "gap"
    assert ruling(act(), scopes=[moved], no_owner=[nobody])[0] == "unknown"
    assert not judged(act(), scopes=[moved], no_owner=[nobody])["is_scope_resolved"].item()


def test_an_object_that_left_a_scope_has_not_lost_its_owner():
    moved = {**IN_SHOP, "valid_to": at("2026-03-01")}
    assert ruling(act(), mandates=[SHOP_OWNER], scopes=[moved]) == ("unknown", "9 no_register")


@pytest.mark.parametrize(
    ("unowned", "held", "authority"),
    [
        ("component", "project", "gap"),
        ("project", "component", "unresolved"),
        ("component", "component", "unresolved"),
    ],
)
def test_no_owner_hides_wider_holders_and_no_others(unowned, held, authority):
    ids = {"component": "pay", "project": "SHOP"}
    found = ruling(
        act(),
        mandates=[{**OWNER, "scope_type": held, "scope_id": ids[held]}],
        scopes=[IN_SHOP],
        no_owner=[{"scope_type": unowned, "scope_id": ids[unowned]}],
    )
    assert found[0] == authority


def test_who_holds_a_wider_scope_acts_formally_where_nobody_owns():
    found = ruling(
        act(),
        mandates=[{**SHOP_OWNER, "holder_id": "ann"}],
        scopes=[IN_SHOP],
        no_owner=[{"scope_id": "pay"}],
    )
    assert found[0] == "formal_mandate"


@pytest.mark.parametrize(
    ("identity", "inherited", "stale", "confidence", "is_known"),
    [
        (1.0, False, True, 0.6, True),
        (0.7, False, False, 0.7, True),
        (0.9, True, False, 0.72, True),
        (0.7, True, False, 0.56, False),
        (0.9, False, True, 0.54, False),
        (1.0, True, True, 0.48, False),
    ],
)
def test_below_six_tenths_an_act_is_unknown(identity, inherited, stale, confidence, is_known):
    held = {**(SHOP_OWNER if inherited else OWNER), "is_self_confirming": not stale}
    confirmed = {**held, "confirmed_on": at("2025-06-01").date()}
    row = judged(act(identity_confidence=identity), mandates=[confirmed], scopes=[IN_SHOP]).row(
        0, named=True
    )
    assert row["confidence"] == pytest.approx(confidence)
    assert row["rule"] == ("7 unseen_holder" if is_known else "9 confidence")


def test_a_gap_of_a_wider_scope_is_less_sure():
    wide = [{"scope_type": "project", "scope_id": "SHOP"}]
    ended = [{**SHOP_OWNER, "valid_to": at("2026-02-01")}]
    for frames in ({"no_owner": wide}, {"mandates": ended}):
        row = judged(act(), scopes=[IN_SHOP], **frames).row(0, named=True)
        assert (row["authority"], row["confidence"]) == ("gap", 0.8)


@pytest.mark.parametrize(
    ("confirmed", "seen", "is_stale"),
    [
        ("2025-12-04", None, False),
        ("2025-12-03", None, True),
        ("2025-06-01", "2025-12-04 10:00", False),
        ("2025-06-01", "2025-12-04 09:59", True),
    ],
)
def test_a_mandate_is_stale_after_90_days_without_confirmation_or_act(confirmed, seen, is_stale):
    old = {**OWNER, "is_self_confirming": False, "confirmed_on": at(confirmed).date()}
    traces = [trace("olga", seen)] if seen else []
    row = judged(act(when="2026-03-04 10:00"), mandates=[old], traces=traces)
    assert row["is_stale"].to_list() == [is_stale]


def test_the_scope_of_an_account_of_nobody_is_resolved_all_the_same():
    row = judged(act(by=None), mandates=[OWNER]).row(0, named=True)
    assert (row["rule"], row["is_scope_resolved"]) == ("9 nobody", True)


def test_rules_are_asked_in_their_order():
    every = {
        "reporting_lines": [{"person_id": "ben", "manager_id": "ann"}],
        "mandates": [OWNER, {**OWNER, "mandate_id": "m2", "holder_id": "ann"}],
        "delegations": [{"from_person_id": "olga", "to_person_id": "ann", "scope_id": "pay"}],
        "agreements": [{"team_id": "red", "scope_id": "pay"}],
        "scopes": [{"object_id": "pay", "scope_id": "red"}],
        "no_owner": [{"scope_id": "pay"}],
        "people": TEAM,
    }
    review = act(kind="review")
    assert ruling(act(exclusion="bot", kind="review"), **every)[1] == "0 bot"
    for rule, without in [
        ("2 solid_line", "reporting_lines"),
        ("3 mandate", "mandates"),
        ("4 delegation", "delegations"),
        ("5 agreement", "agreements"),
        ("6 baseline", "scopes"),
        ("7 unseen_holder", None),
    ]:
        assert ruling(review, **every)[1] == rule
        if without == "mandates":
            every["mandates"] = [OWNER]
        elif without == "scopes":
            every["scopes"] = [{"object_id": "pay", "scope_id": "blue"}]
        elif without:
            every[without] = []
    assert ruling(review, **{**every, "mandates": []})[1] == "8 no_owner"
    assert ruling(review, **{**every, "mandates": [], "no_owner": []})[1] == "9 no_register"
