"""What would be that of a few people is not on a page, in whatever section."""

import pytest

from reports import page
from tests.reports.given_mart import TEAM, WEEK, checkout
from tests.reports.made import made

IDLE = ("leo", "mina", "noor", "ravi", "sam", "tom", "yuki")


def two_acted():
    """The team in a week in which only Dana and Inés acted."""
    story = checkout().change(
        "person_weeks",
        lambda row: row["week"] == WEEK and row["person_id"] in IDLE,
        act_count=0, hidden_hours=0.0, hidden_hours_low=0.0, hidden_hours_high=0.0,
    )  # fmt: skip
    return story.drop("acts", lambda row: row["week"] == WEEK and row["actor_id"] in IDLE)


def one_is_not_sams():
    """Sam's team, and one who reports to nobody that Sam leads."""
    story = checkout().copy_person("ravi", "ada", "Ada Quist")
    return story.change("reporting_lines", lambda row: row["person_id"] == "ada", manager_id="x")


@pytest.mark.parametrize("story", [two_acted, one_is_not_sams])
def test_where_everyones_total_is_not_shown_no_share_and_no_count_tells_of_the_few(tmp_path, story):
    """Counts less those that a manager reads of the own team would be one person's acts."""
    values = made(tmp_path, story())
    assert [tile.value for tile in values.tiles[:2]] == [None, None]
    assert (values.certainty.act_count, values.certainty.late_count) == (None, None)
    assert "How many acts were counted is not shown" in page.html(values)
    assert made(tmp_path, checkout()).certainty.act_count


@pytest.mark.parametrize(("team", "is_shown"), [(1, False), (4, False), (5, True)])
def test_before_the_preview_ends_no_total_is_that_of_a_few_people(tmp_path, team, is_shown):
    """A manager of one would read that one's hours before they did."""
    stay = set(sorted(set(TEAM) - {"sam"})[:team])
    story = checkout().change(
        "reporting_lines", lambda row: row["person_id"] not in stay, manager_id="x"
    )
    closed = made(tmp_path, story, reader="sam", opens_on=None)
    assert (closed.tiles[0].value is not None) is is_shown
    assert (closed.tiles[1].value is not None) is is_shown
    assert (closed.trend is not None) is is_shown
    assert (closed.certainty.act_count is not None) is is_shown
    opened = made(tmp_path, story, reader="sam")
    assert opened.tiles[0].value
    assert len(opened.carriers) == team + 1
