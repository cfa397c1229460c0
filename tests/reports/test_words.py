"""Sentences of the weekly page: no more than there are rows for, and in one number."""

import pytest

from reports import page
from tests.reports.given_launch import launch
from tests.reports.given_mart import WEEKS, checkout
from tests.reports.made import made
from tests.reports.test_launch import read


def test_who_carried_nothing_is_not_named_as_one_of_two(tmp_path):
    story = checkout().change(
        "person_weeks", lambda row: row["person_id"] != "dana",
        hidden_hours=0.0, hidden_hours_low=0.0, hidden_hours_high=0.0,
    )  # fmt: skip
    assert made(tmp_path, story, reader="sam").lede.endswith(
        "Over 8 weeks, Dana Okafor carried 100 % of it."
    )


def test_less_than_one_hour_is_an_hour_and_one_usual_is_no_range(tmp_path):
    story = checkout(WEEKS[-4:]).change(
        "team_weeks", lambda row: True,
        hidden_hours=0.6, hidden_hours_low=0.3, hidden_hours_high=1.0,
    )  # fmt: skip
    assert made(tmp_path, story, reader="sam").lede.startswith(
        "Under 1 hour of leading work came from people without the role; a usual week has 0.5."
    )


@pytest.mark.parametrize(
    ("median", "usual", "words"),
    [(30.3, 3.25, "waited 30.3 working hours instead of 3.3"), (1.0, 0.5, "waited 1 working hour")],
)
def test_the_wait_is_said_as_in_the_finding(tmp_path, median, usual, words):
    story = launch().change(
        "findings", lambda row: row["code"] == "P2", value=median, threshold=2 * usual
    )
    assert f"requests to Pia Lund {words}" in read(tmp_path, story).told


def test_a_finding_of_a_move_that_is_only_named_is_not_said_to_call_for_nothing(tmp_path):
    story = launch().change("moves", lambda row: row["code"] == "M2", finding_ids=["D3-1"])
    values = read(tmp_path, story)
    assert [one.finding_id for one in values.seen] == ["D3-1"]
    assert len(values.other_moves) == 1
    assert "calls for nothing" not in page.html(values)


def test_where_all_moves_are_answered_findings_are_not_said_to_call_for_none(tmp_path):
    story = launch().change("moves", lambda row: True, answer="done")
    text = page.html(read(tmp_path, story))
    assert "No finding of this week calls for a move that is still open." in text
