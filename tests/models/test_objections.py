from datetime import UTC, date, datetime

import polars as pl
import pytest

from models.objections import without_objectors
from models.tables import mart, org
from tests import given

BEFORE, AFTER = datetime(2026, 11, 10, 9, tzinfo=UTC), datetime(2026, 11, 19, 9, tzinfo=UTC)
WEEKS = [date(2026, 11, 9), date(2026, 11, 16)]


def seen(**frames):
    """The tables after ada objected on Wednesday of the second week."""
    since = {"person_id": "ada", "valid_from": datetime(2026, 11, 18, tzinfo=UTC)}
    objections = given.rows(org.OBJECTIONS, since)
    left = without_objectors(given.marts(**frames), objections)
    return {name: frame.collect() for name, frame in left.items()}


def acts(*, actor="ben", target="cai"):
    return given.rows(
        mart.ACTS,
        {"act_id": "old", "happened_at": BEFORE, "actor_id": actor, "target_id": target},
        {"act_id": "new", "happened_at": AFTER, "actor_id": actor, "target_id": target},
    )


def test_acts_after_an_objection_go():
    assert seen(acts=acts(actor="ada"))["mart.acts"]["act_id"].to_list() == ["old"]


def test_acts_of_others_no_longer_name_the_objector():
    found = seen(acts=acts(target="ada"))["mart.acts"].sort("happened_at")
    assert found["target_id"].to_list() == ["ada", None]


def test_people_led_after_an_objection_are_not_listed():
    targets = given.rows(
        mart.ACT_TARGETS,
        *({"act_id": act, "target_id": who} for act in ("old", "new") for who in ("ada", "cai")),
    )
    found = seen(acts=acts(), act_targets=targets)["mart.act_targets"].sort("act_id", "target_id")
    assert found.rows() == [("new", "cai"), ("old", "ada"), ("old", "cai")]


def test_targets_of_acts_that_went_go_too():
    targets = given.rows(mart.ACT_TARGETS, {"act_id": "new", "target_id": "cai"})
    assert seen(acts=acts(actor="ada"), act_targets=targets)["mart.act_targets"].height == 0


def test_the_week_of_an_objection_is_not_observed_and_has_no_measure():
    weeks = given.rows(
        mart.PERSON_WEEKS,
        *(
            {
                "person_id": "ada", "week": week, "team_id": "red", "is_observed": True,
                "hidden_hours": 2.0, "act_count": 3, "evidence_grade": "A",
            }
            for week in WEEKS
        ),
    )  # fmt: skip
    found = seen(person_weeks=weeks)["mart.person_weeks"].sort("week")
    assert found["is_observed"].to_list() == [True, False]
    assert found["team_id"].to_list() == ["red", "red"]
    for measure in ("hidden_hours", "act_count", "evidence_grade"):
        assert found[measure].is_null().to_list() == [False, True]


def test_a_leader_who_objected_is_nobody():
    areas = given.rows(
        mart.AREAS,
        {"scope_id": "a", "week": WEEKS[1], "leader_id": "ada", "leader_share": 0.5},
        {"scope_id": "b", "week": WEEKS[1], "leader_id": "ben", "candidate_id": "ada"},
        {"scope_id": "a", "week": WEEKS[0], "leader_id": "ada", "leader_share": 0.5},
    )
    found = seen(areas=areas)["mart.areas"].sort("week", "scope_id")
    leaders = found.select("leader_id", "leader_share", "candidate_id").rows()
    assert leaders == [("ada", 0.5, None), (None, None, None), ("ben", None, None)]


@pytest.mark.parametrize("side", ["actor_id", "target_id"])
def test_ties_with_an_objector_go(side):
    people = {"actor_id": "ben", "target_id": "cai", side: "ada"}
    ties = given.rows(mart.LEAD_TIES, *({**people, "week": week} for week in WEEKS))
    assert seen(lead_ties=ties)["mart.lead_ties"]["week"].to_list() == WEEKS[:1]


def test_findings_about_an_objector_go_with_their_evidence():
    findings = given.rows(
        mart.FINDINGS,
        {"finding_id": "f1", "person_id": "ada", "window_end": date(2026, 11, 22)},
        {"finding_id": "f2", "person_id": "ada", "window_end": date(2026, 11, 15)},
        {"finding_id": "f3", "window_end": date(2026, 11, 22)},
    )
    evidence = given.rows(
        mart.FINDING_EVIDENCE, *({"finding_id": name} for name in ("f1", "f2", "f3"))
    )
    left = seen(findings=findings, finding_evidence=evidence)
    for name in ("mart.findings", "mart.finding_evidence"):
        assert sorted(left[name]["finding_id"]) == ["f2", "f3"]


def test_moves_rest_on_the_findings_that_are_left_or_go():
    findings = given.rows(
        mart.FINDINGS,
        {"finding_id": "f1", "person_id": "ada", "window_end": date(2026, 11, 22)},
        {"finding_id": "f2", "window_end": date(2026, 11, 22)},
    )
    moves = given.rows(
        mart.MOVES,
        {"move_id": "both", "finding_ids": ["f1", "f2"]},
        {"move_id": "hers", "finding_ids": ["f1"]},
    )
    drafts = given.rows(mart.OWNER_DRAFTS, {"move_id": "both"}, {"move_id": "hers"})
    left = seen(findings=findings, moves=moves, owner_drafts=drafts)
    assert left["mart.moves"].select("move_id", "finding_ids").rows() == [("both", ["f2"])]
    assert left["mart.owner_drafts"]["move_id"].to_list() == ["both"]


def test_skipped_steps_do_not_name_an_act_that_went():
    steps = given.rows(
        mart.SKIPPED_STEPS,
        {"object_id": "T-1", "assigned_by_act_id": "old"},
        {"object_id": "T-2", "assigned_by_act_id": "new"},
    )
    found = seen(acts=acts(actor="ada"), skipped_steps=steps)["mart.skipped_steps"]
    assert found.sort("object_id")["assigned_by_act_id"].to_list() == ["old", None]


def test_without_objections_every_row_stays():
    left = without_objectors(given.marts(acts=acts()), given.rows(org.OBJECTIONS))
    assert left["mart.acts"].collect().height == 2
    for table in mart.MART:
        if table.name in left:
            names = left[table.name].collect_schema().names()
            assert sorted(names) == sorted(table.columns)


def test_the_register_keeps_an_objector():
    people = given.rows(mart.PEOPLE, {"person_id": "ada"})
    assert seen(people=people)["mart.people"].select(pl.len()).item() == 1
