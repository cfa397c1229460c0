"""A person's own page."""

from datetime import date

import pytest

from reports import page
from reports.groups import ReportError
from reports.own import hours_words, own, rule_words
from tests.reports.given_mart import READ_AT, WEEK, checkout
from tests.reports.made import TERMS


def mine(tmp_path, story, **given):
    usual = {"person_id": "dana", "week": WEEK, "terms": TERMS, "rendered_at": READ_AT}
    return own(story.write(tmp_path), **{**usual, **given})


def test_every_act_has_its_day_kind_scope_authority_rule_and_minutes(tmp_path):
    act = next(act for act in mine(tmp_path, checkout()).acts if act.authority_class == "informal")
    assert (act.on, act.kind, act.scope) == (
        date(2026, 11, 18), "gave out work", "component LNCH/launch-tests",
    )  # fmt: skip
    assert act.rule == "rule 7: somebody else holds the mandate (acting)"
    assert (act.minutes, act.low, act.high) == (24.0, 15.0, 40.0)


def test_what_does_not_count_has_no_minutes(tmp_path):
    acts = mine(tmp_path, checkout()).acts
    assert [act.minutes for act in acts if act.authority_class == "excluded"] == [None]


def test_only_the_own_acts_of_eight_weeks_are_there(tmp_path):
    values = mine(tmp_path, checkout())
    with_others = checkout()
    own_acts = [row for row in with_others.rows["acts"] if row["actor_id"] == "dana"]
    assert len(values.acts) == sum(row["week"] == WEEK for row in own_acts)
    assert min(act.on for act in values.before) >= date(2026, 9, 28)
    text = page.own_html(values)
    assert [name for name in ("Inés Calvo", "Leo Brandt", "Tom Adeyemi") if name in text] == []


def test_it_says_who_else_may_see_it_and_from_when(tmp_path):
    text = page.own_html(mine(tmp_path, checkout(), opens_on=date(2026, 11, 25)))
    assert "Sam Whitfield, your line manager by the solid line; from 25 November 2026 on" in text
    assert "corrections.toml" in text


def test_nobody_has_no_page(tmp_path):
    with pytest.raises(ReportError, match='nobody has the id "zoe"'):
        mine(tmp_path, checkout(), person_id="zoe")


def test_a_person_without_a_week_has_an_empty_page(tmp_path):
    story = checkout().drop("person_weeks", lambda row: row["person_id"] == "dana")
    story.drop("acts", lambda row: row["actor_id"] == "dana")
    values = mine(tmp_path, story)
    assert values.headline == "Nothing was counted about you this week."
    assert "No act this week." in page.own_html(values)


@pytest.mark.parametrize(
    ("triple", "words"),
    [
        ((None, None, None), "not known"),
        ((0.0, 0.0, 0.0), "none found"),
        ((4.0, 3.0, 6.0), "4 h (3–6)"),
        ((4.0, 1.0, 9.0), "3–6 h"),
    ],
)
def test_hours_never_stand_without_range_or_band(triple, words):
    assert hours_words(triple) == words


def test_a_rule_this_page_does_not_know_is_not_hidden():
    assert rule_words("12 odd_case") == "rule 12: see METHOD 2.2 (odd case)"
