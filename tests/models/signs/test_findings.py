"""What holds for all signs."""

from datetime import date, timedelta

import pytest

from models.signs.findings import finding_evidence
from models.tables.signs import FindingEvidenceSchema, FindingsSchema
from tests.models.signs.launch import LAST_WEEK, at, found, one, steps

CODES = ["D3", "P2", "S4", "W2"]


def test_the_launch_has_these_findings_and_no_other():
    """METHOD 8, items 2, 4 and 7: no overload watch, no order of people."""
    rows = found()
    assert sorted(rows["code"]) == CODES
    assert rows["status"].unique().to_list() == ["emerging"]


def test_findings_are_as_declared():
    FindingsSchema.validate(found())
    FindingEvidenceSchema.validate(finding_evidence(found().lazy()).collect())


def test_evidence_is_one_row_a_trace():
    rows = finding_evidence(found().lazy()).collect()
    counts = rows.group_by("evidence_kind").len().sort("evidence_kind").rows()
    assert counts == [("act", 15), ("request", 9), ("skipped_step", 3)]


def test_an_id_holds_from_night_to_night():
    early = found(weeks=[date(2026, 9, 21)], until=at("09-27 22:00"))
    assert one(early, "S4")["finding_id"] == one(found(), "S4")["finding_id"]


def test_a_window_is_told_of_in_the_week_of_its_last_day_only():
    assert found(weeks=[date(2026, 9, 21)]).is_empty()
    early = found(weeks=[date(2026, 9, 21)], until=at("09-27 22:00"))
    assert one(early, "S4")["week"] == date(2026, 9, 21)


@pytest.mark.parametrize(("grade", "says"), [("C", "graded C"), ("D", "graded D"), (None, "not")])
def test_a_register_worse_than_b_carries_no_finding(grade, says):
    rows = found(
        register_weeks=[
            {"team_id": "checkout", "week": LAST_WEEK, "targeted_count": 9, "grade": grade}
        ]
    )
    assert rows["status"].unique().to_list() == ["not_assessable"]
    assert rows.select("value", "value_low", "threshold", "person_id").null_count().row(0) == (
        (rows.height,) * 4
    )
    assert all(f"register of owners is {says}" in text for text in rows["sentence"])


def test_a_finding_answered_with_not_so_counts_for_nothing():
    wrong = one(found(), "S4")["finding_id"]
    answers = [{"answer": "not_so", "answered_id": wrong}]
    row = one(found(answers=answers), "S4")
    assert (row["finding_id"], row["status"], row["value"]) == (wrong, "not_assessable", None)
    assert row["sentence"].startswith("A reader answered that this is not what happened")
    assert one(found(answers=[{"answer": "done", "answered_id": wrong}]), "S4")["value"] > 0


def test_the_first_seven_weeks_say_from_when_on_more_can_be_said():
    first = date(2026, 8, 10)
    weeks = [first + timedelta(weeks=n) for n in range(8)]
    rows = found(
        weeks=weeks,
        windows=[],
        finished_steps=[],
        team_weeks=[{"team_id": "checkout", "week": week} for week in weeks],
    )
    early = rows.filter(status="not_assessable")
    assert sorted(early["week"].unique()) == weeks[:7]
    assert early.height == 14
    assert early.filter(code="P2")["sentence"].unique().to_list() == [
        "How long holders take is assessable from 5 October 2026, after 8 weeks."
    ]
    assert early["finding_id"].n_unique() == 14


@pytest.mark.parametrize(
    ("since", "statuses"),
    [(date(2026, 8, 17), ["not_assessable"]), (date(2026, 8, 10), ["emerging"])],
)
def test_what_needs_eight_weeks_is_not_found_in_the_first_seven(since, statuses):
    """METHOD 5, first weeks: a week says of a sign what it is, or from when on, and not both."""
    rows = found(
        windows=[],
        finished_steps=[row | {"reached_at": at("09-30 14:00")} for row in steps()],
        weeks=[date(2026, 9, 28)],
        until=at("11-01 23:00"),
        team_weeks=[{"team_id": "checkout", "week": since}],
    )
    assert rows.filter(code="W2")["status"].to_list() == statuses


def test_what_is_of_one_event_is_found_from_the_first_week_on():
    rows = found(team_weeks=[{"team_id": "checkout", "week": LAST_WEEK}])
    assert sorted(rows.filter(status="emerging")["code"]) == CODES


def test_no_weeks_to_compute_give_no_rows():
    assert found(weeks=[]).is_empty()
