"""Totals of the page for everyone: read and empty, not read, and too few to show."""

from datetime import date
from typing import Any

import pytest

from reports import page
from reports.facts import Weekly
from tests.reports.given_history import public_history
from tests.reports.given_mart import WEEK, WEEKS, Story, checkout
from tests.reports.made import made

EMPTY, GAP, FEW = WEEKS[4], WEEKS[6], WEEKS[8]


def with_everybody(story: Story, **this_week: Any) -> Story:
    """The story with the row of everybody in each week, one of them empty and one not read."""
    for week in WEEKS:
        zero: dict[str, Any] = {
            "hidden_hours": 0.0,
            "hidden_hours_low": 0.0,
            "hidden_hours_high": 0.0,
        }
        usual: dict[str, Any] = {
            "hidden_hours": 17.0,
            "hidden_hours_low": 14.0,
            "hidden_hours_high": 21.0,
        }
        measures = {EMPTY: zero, GAP: dict.fromkeys(zero)}.get(week, usual)
        story.add("team_weeks", {
            "team_id": "", "week": week, "people_count": 9, "act_count": None if week == GAP else 9,
            "is_observed": week != GAP, "evidence_grade": "A", **measures,
            **(this_week if week == WEEK else {}),
        })  # fmt: skip
    story.drop("person_weeks", lambda row: row["week"] in (EMPTY, GAP))
    return story


def bars(values: Weekly) -> dict[date, tuple[float | None, bool]]:
    assert values.trend is not None
    return {bar.week: (bar.total, bar.is_read) for bar in values.trend.bars}


def test_the_row_of_everybody_gives_total_and_range(tmp_path):
    values = made(tmp_path, with_everybody(checkout(), hidden_hours=18.0))
    assert values.trend is not None
    last = values.trend.bars[-1]
    assert (last.total, last.low, last.high) == (18.0, 14.0, 21.0)


def test_a_week_read_and_empty_is_zero_and_one_not_read_is_a_gap(tmp_path):
    values = made(tmp_path, with_everybody(checkout()))
    assert bars(values)[EMPTY] == (0.0, True)
    assert bars(values)[GAP] == (None, False)
    assert values.trend is not None
    assert "1 week not read: left white" in values.trend.sentence


def test_a_week_in_which_few_acted_is_not_called_unread(tmp_path):
    story = with_everybody(checkout()).change(
        "person_weeks",
        lambda row: row["week"] == FEW and row["person_id"] not in ("dana", "ines"),
        act_count=0, hidden_hours=0.0, hidden_hours_low=0.0, hidden_hours_high=0.0,
    )  # fmt: skip
    values = made(tmp_path, story)
    assert bars(values)[FEW] == (None, True)
    assert values.trend is not None
    assert "1 week not shown: too few people acted." in values.trend.sentence
    assert ">too few</text>" in page.html(values)


@pytest.mark.parametrize(("actors", "is_shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_this_week_is_shown_if_nobody_acted_or_enough_did(tmp_path, actors, is_shown):
    idle = sorted({"dana", "ines", "leo", "mina", "noor", "ravi", "sam", "tom", "yuki"})[actors:]
    story = checkout().change(
        "person_weeks",
        lambda row: row["week"] == WEEK and row["person_id"] in idle,
        act_count=0, hidden_hours=0.0, hidden_hours_low=0.0, hidden_hours_high=0.0,
    )  # fmt: skip
    story.change(
        "person_weeks",
        lambda row: row["week"] == WEEK and row["person_id"] not in idle,
        act_count=3, hidden_hours=2.0,
    )  # fmt: skip
    nothing = {"hidden_hours": 0.0, "hidden_hours_low": 0.0, "hidden_hours_high": 0.0}
    values = made(tmp_path, with_everybody(story, **({} if actors else nothing)))
    assert (values.tiles[0].value is not None) is is_shown
    if not is_shown:
        assert values.headline == "Too few people acted for totals"
        assert values.tiles[0].note == "too few people acted for a total"


def test_empty_weeks_count_in_the_mean_of_a_quarter(tmp_path):
    """Half of the weeks of one quarter have no person's row: its mean falls, no other's does."""
    story = public_history(people=20, area_count=1, years=2)
    weeks = sorted({row["week"] for row in story.rows["person_weeks"]})
    quarter = [
        week for week in weeks if (week.year, week.month) in ((2025, 4), (2025, 5), (2025, 6))
    ]
    before = {one.label: one.value for one in made(tmp_path, story).quarters}
    story.add("team_weeks", *({"team_id": "", "week": week, "is_observed": True} for week in weeks))
    story.drop("person_weeks", lambda row: row["week"] in quarter[::2])
    after = {one.label: one.value for one in made(tmp_path, story).quarters}
    changed = [label for label in before if before[label] != after[label]]
    assert changed == ["2025 Q2"]
    usual = before["2025 Q2"]
    assert usual is not None
    assert after["2025 Q2"] == pytest.approx(usual / 2, rel=0.2)
