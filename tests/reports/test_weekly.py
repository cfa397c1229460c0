"""What a weekly page says, and when it says nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reports import page
from reports.groups import ReportError
from tests.reports.given_history import public_history
from tests.reports.given_mart import TEAM, WEEK, WEEKS, checkout
from tests.reports.given_moves import with_moves
from tests.reports.made import TERMS, made

NAMES = [name for name, _ in TEAM.values()]


def this_week(row):
    return row["week"] == WEEK


def test_the_one_furthest_above_their_own_usual_is_the_headline(tmp_path):
    values = made(tmp_path, checkout(), reader="sam")
    assert values.headline == (
        "Dana Okafor led LNCH/launch-tests this week. This is outside the recorded role."
    )
    assert values.lede == (
        "About 24 hours (17–32) of leading work came from people without the role; a usual week "
        "has 16–18. Over 8 weeks, Dana Okafor and Inés Calvo carried 60 % of it."
    )


def test_a_team_as_always_has_a_usual_week(tmp_path):
    story = checkout().change(
        "person_weeks", lambda row: row["person_id"] == "dana" and row["week"] >= WEEKS[11],
        hidden_hours=5.5, hidden_hours_low=4.0, hidden_hours_high=8.0,
    )  # fmt: skip
    story.change("team_weeks", lambda row: row["week"] >= WEEKS[11], hidden_hours=17.0)
    values = made(tmp_path, story, reader="sam")
    assert values.headline == "A usual week: no one led far outside the role."


def test_people_stand_in_the_order_of_the_alphabet_wherever_they_stand(tmp_path):
    values = made(tmp_path, checkout(), reader="sam")
    assert [one.name for one in values.carriers] == sorted(NAMES)
    assert values.lines is not None
    assert [one.name for one in values.lines.people] == sorted(set(NAMES) - {"Sam Whitfield"})
    actors = [tie.actor for tie in values.lines.ties]
    assert actors == sorted(actors)


@pytest.mark.parametrize(
    ("weeks", "headline", "lede"),
    [
        (1, "Week 1 of 2: still learning what is usual here",
         "Figures are shown, comparisons start on 30 November 2026."),
        (2, "Week 2 of 2: still learning what is usual here",
         "Figures are shown, comparisons start on 23 November 2026."),
        (3, "Week 3 of 8: early figures, in bands",
         "Signs can be assessed from 21 December 2026."),
        (7, "Week 7 of 8: early figures, in bands",
         "Signs can be assessed from 23 November 2026."),
    ],
)  # fmt: skip
def test_the_first_weeks_claim_nothing_and_show_bands(tmp_path, weeks, headline, lede):
    values = made(tmp_path, checkout(WEEKS[-weeks:]), reader="sam")
    assert values.headline == headline
    assert values.lede.endswith(lede)
    assert values.tiles[0].value == "20–40 h"
    assert {one.band is not None for one in values.carriers if one.value} == (
        {True} if weeks > 1 else set()
    )
    if weeks == 1:  # a person's hours need acts in two weeks
        assert {one.note for one in values.carriers} == {"too few acts to say"}


def test_nothing_is_compared_before_the_third_week(tmp_path):
    values = made(tmp_path, checkout(WEEKS[-2:]), reader="sam")
    assert {one.usual for one in values.carriers} == {None}
    assert [tile.usual for tile in values.tiles] == [None, None, None]
    assert "usual week" not in values.lede


def test_an_interval_wider_than_1_7_times_its_point_is_a_band(tmp_path):
    story = checkout().change(
        "person_weeks", lambda row: this_week(row) and row["person_id"] == "ravi",
        hidden_hours=2.0, hidden_hours_low=1.0, hidden_hours_high=4.5,
    )  # fmt: skip
    ravi = next(one for one in made(tmp_path, story, reader="sam").carriers if one.name[0] == "R")
    assert (ravi.band, ravi.this_week, ravi.range) == ((1.0, 3.0), "1–3 h", "")


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"is_observed": False, "hidden_hours": None}, "not observed"),
        ({"present_days": 0, "hidden_hours": 0.0}, "away"),
        ({"act_count": 0}, "none found in 4 weeks"),
        ({"act_count": 1}, "too few acts to say"),
    ],
)
def test_a_person_without_enough_evidence_has_a_reason_and_no_hours(tmp_path, change, note):
    story = checkout().change("person_weeks", lambda row: row["person_id"] == "ravi", **change)
    story.change(
        "person_weeks", lambda row: row["person_id"] == "ravi" and not this_week(row),
        is_observed=True, act_count=change.get("act_count", 6) if "act_count" not in change
        else (0 if not change["act_count"] else None),
    )  # fmt: skip
    ravi = next(one for one in made(tmp_path, story, reader="sam").carriers if one.name[0] == "R")
    assert (ravi.value, ravi.note) == (None, note)


def test_a_total_too_uncertain_for_a_point_is_its_range(tmp_path):
    story = checkout().change(
        "team_weeks", this_week, hidden_hours=24.0, hidden_hours_low=8.0, hidden_hours_high=60.0
    )
    values = made(tmp_path, story, reader="sam")
    assert values.tiles[0].value == "8–60 h"
    assert values.lede.startswith("Between 8 and 60 hours of leading work came from people")


def test_a_missing_calendar_of_one_person_is_a_hollow_mark(tmp_path):
    story = checkout().change(
        "person_weeks", lambda row: row["person_id"] != "yuki", meeting_hours=3.0
    )
    carriers = {one.person_id: one for one in made(tmp_path, story, reader="sam").carriers}
    assert carriers["yuki"].is_hollow
    assert carriers["yuki"].note == "calendar not read: likely low"
    assert not carriers["dana"].is_hollow


def test_data_that_ends_early_is_said_above_the_headline(tmp_path):
    story = checkout().change(
        "about", lambda row: True, data_until=datetime(2026, 11, 20, tzinfo=UTC)
    )
    story.change(
        "coverage", lambda row: this_week(row) and row["source"] == "code",
        is_complete=False, problem="the pull failed on 1 night",
    )  # fmt: skip
    assert made(tmp_path, story, reader="sam").notes == (
        "Data ends 19 November 2026. Figures below cover 4 of 5 days.",
        "code: the pull failed on 1 night",
    )


def test_under_60_percent_coverage_nothing_is_claimed(tmp_path):
    story = checkout().change(
        "about", lambda row: True, data_until=datetime(2026, 11, 18, tzinfo=UTC)
    )
    values = made(tmp_path, with_moves(story), reader="sam")
    assert values.headline == "Too little was readable to say"
    assert values.lede.startswith("About 40 % of this week could be read")
    assert values.moves == ()


def test_a_week_not_read_is_a_gap_and_never_a_zero(tmp_path):
    gone = WEEKS[8]
    story = checkout()
    for table in ("person_weeks", "team_weeks"):
        story.change(
            table, lambda row: row["week"] == gone, is_observed=False, hidden_hours=None,
            hidden_hours_low=None, hidden_hours_high=None,
        )  # fmt: skip
    values = made(tmp_path, story, reader="sam")
    assert values.trend is not None
    bar = next(bar for bar in values.trend.bars if bar.week == gone)
    assert (bar.total, bar.parts) == (None, None)
    assert "1 week not read: left white, nothing is guessed." in values.trend.sentence
    assert values.tiles[0].series[6] is None
    assert ">not read</text>" in page.html(values)


def test_the_trend_says_above_only_where_the_headline_does(tmp_path):
    story = checkout()
    for table in ("person_weeks", "team_weeks"):
        story.change(table, lambda row: row["week"] == WEEK, hidden_hours_low=0.0)
    values = made(tmp_path, story, reader="sam")
    assert values.trend is not None
    assert values.headline == "A usual week: no one led far outside the role."
    assert values.trend.sentence.startswith("This week's range reaches into the usual.")


def test_less_than_usual_is_no_relief_while_a_source_is_incomplete(tmp_path):
    low = {"hidden_hours": 2.0, "hidden_hours_low": 1.4, "hidden_hours_high": 2.8}
    story = checkout().change("team_weeks", this_week, **low)
    story.change("person_weeks", this_week, hidden_hours=0.2, hidden_hours_low=0.1)
    less = "Less leading work than usual fell outside the recorded role."
    assert made(tmp_path, story, reader="sam").headline == less
    story.change("coverage", this_week, is_complete=False)
    assert made(tmp_path, story, reader="sam").headline != less


@pytest.mark.parametrize("grade", ["A", "B", "C", "D", None])
def test_the_register_decides_what_may_be_said(tmp_path, grade):
    story = with_moves(checkout()).change("team_weeks", lambda row: True, evidence_grade=grade)
    values = made(tmp_path, story, reader="sam")
    is_good = grade in ("A", "B")
    assert bool(values.carriers) is is_good
    assert (values.lines is not None) is is_good
    assert bool(values.moves) is is_good
    assert (values.tiles[0].value is not None) is (grade != "D")
    assert (values.trend is not None) is (grade != "D")
    shown = {area.match for area in values.areas.rows}
    assert shown == ({"differs", "no_owner", "matches", "too_few"} if is_good else {"no_owner"})
    if not is_good:
        text = page.html(values)
        assert [name for name in NAMES if name in text] == ["Sam Whitfield"]  # the reader's own


def test_grade_d_says_what_to_do_first(tmp_path):
    story = checkout().change("team_weeks", lambda row: True, evidence_grade="D")
    values = made(tmp_path, story, reader="sam")
    assert values.headline == "Fix the register first"
    assert "2 areas have no published owner" in values.lede


@pytest.mark.parametrize(
    ("opens_on", "when"),
    [
        (None, "once they had their own pages"),
        (date(2026, 11, 26), "on 26 November 2026"),
    ],
)  # fmt: skip
def test_before_the_preview_ends_the_manager_reads_no_name_of_a_doer(tmp_path, opens_on, when):
    values = made(tmp_path, with_moves(checkout()), reader="sam", opens_on=opens_on)
    why = (
        f"The parts that name people open {when}: everybody sees their own page 2 working days "
        "before."
    )
    assert values.allowed.closed_because == why
    text = page.html(values)
    assert why in text
    owners = {name for area in values.areas.rows for name in area.owners}
    assert {name for name in NAMES if name in text} <= owners | {"Sam Whitfield"}
    assert "Dana Okafor" not in text
    assert values.tiles[0].value == "24 h"


def test_the_page_for_everyone_names_no_doer_and_no_hours_of_one(tmp_path):
    values = made(tmp_path, with_moves(checkout()))
    text = page.html(values) + page.as_json(values)
    assert "Dana Okafor" not in text
    assert values.carriers == ()
    assert values.lines is None
    assert values.moves == ()
    assert {area.leader for area in values.areas.rows} == {None}
    assert {area.leader_words for area in values.areas.rows} == {
        "a listed owner", "someone not listed", "–",
    }  # fmt: skip
    assert values.tiles[0].value == "24 h"


def test_fewer_than_the_smallest_group_have_no_totals_for_everyone(tmp_path):
    story = checkout()
    gone = ("ines", "leo", "noor", "ravi", "yuki")
    for table in ("people", "person_weeks"):
        story.drop(table, lambda row: row["person_id"] in gone)
    values = made(tmp_path, story)
    assert values.allowed.closed_because == "Totals are shown from 5 people on."
    assert values.headline == "Too few people for totals"
    assert [tile.value for tile in values.tiles[:2]] == [None, None]
    assert values.trend is None
    assert values.people_count is None


@pytest.mark.parametrize(("others", "is_shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_no_manager_can_subtract_their_team_and_see_a_few_people(tmp_path, others, is_shown):
    story = checkout()
    for number in range(others):
        story.copy_person("ravi", f"other{number}", f"Other {number}")
    theirs = {f"other{number}" for number in range(others)}
    story.change("reporting_lines", lambda row: row["person_id"] in theirs, manager_id="board")
    values = made(tmp_path, story)
    assert (values.tiles[0].value is not None) is is_shown
    assert (values.trend is not None) is is_shown


def test_a_total_that_is_one_persons_is_not_shown_to_everyone(tmp_path):
    story = checkout().change(
        "person_weeks", lambda row: this_week(row) and row["person_id"] == "dana", hidden_hours=90.0
    )
    values = made(tmp_path, story)
    assert values.tiles[0].value is None
    assert values.trend is not None
    assert values.trend.bars[-1].total is None


def test_a_public_history_is_told_by_totals_areas_and_quarters(tmp_path):
    values = made(tmp_path, public_history(people=60, area_count=60, years=4))
    assert len(values.areas.rows) == 20
    assert values.areas.rest == 40
    assert {area.match for area in values.areas.rows[:12]} == {"differs"}
    acts = [area.act_count for area in values.areas.rows[:12]]
    assert acts == sorted(acts, reverse=True)
    assert min(one.people for one in values.crowd if one.people) >= TERMS.smallest_group
    assert len(values.quarters) == 17
    assert dict(values.certainty.would_help).keys() == {
        "org/reporting_lines.csv", "org/teams.csv", "org/people.csv", "a calendar source",
    }  # fmt: skip


def test_a_reader_is_whoever_manages_by_the_solid_line_when_it_is_read(tmp_path):
    moved = datetime(2026, 11, 24, tzinfo=UTC)
    story = checkout().change(
        "reporting_lines", lambda row: row["person_id"] in ("leo", "yuki"), valid_to=moved
    )
    for person in ("leo", "yuki"):
        story.add("reporting_lines", {"person_id": person, "manager_id": "mina",
                                      "line_type": "solid", "valid_from": moved,
                                      "recorded_at": moved})  # fmt: skip
    named = [one.name for one in made(tmp_path, story, reader="mina").carriers]
    assert named == ["Leo Brandt", "Mina Sato", "Yuki Tan"]
    before = made(tmp_path, story, reader="sam", rendered_at=moved - timedelta(hours=1),
                  opens_on=WEEK)  # fmt: skip
    assert len(before.carriers) == 9
    assert "Leo Brandt" not in [one.name for one in made(tmp_path, story, reader="sam").carriers]


def test_a_dotted_line_in_the_register_makes_no_reader(tmp_path):
    story = checkout().add("reporting_lines", {
        "person_id": "leo", "manager_id": "tom", "line_type": "dotted",
        "valid_from": datetime(2025, 1, 1, tzinfo=UTC),
        "recorded_at": datetime(2025, 1, 1, tzinfo=UTC),
    })  # fmt: skip
    with pytest.raises(ReportError, match='"tom" leads nobody by a solid line'):
        made(tmp_path, story, reader="tom")


def test_people_of_other_managers_are_not_named_as_doers(tmp_path):
    story = checkout().add("people", {"person_id": "outsider", "name": "Ola Outsider",
                                      "team_id": "other"})  # fmt: skip
    story.change("areas", lambda row: row["scope_id"] == "onboarding", leader_id="outsider")
    values = made(tmp_path, story, reader="sam")
    assert "Ola Outsider" not in page.html(values) + page.as_json(values)
    area = next(area for area in values.areas.rows if area.title == "onboarding")
    assert (area.leader, area.leader_words, area.share) == (None, "someone not listed", None)
    assert values.lines is not None
    assert values.lines.elsewhere == 1


def test_a_team_is_read_by_its_manager(tmp_path):
    assert made(tmp_path, checkout(), team_id="checkout").reader == "sam"
    with pytest.raises(ReportError, match='no team has the id "nowhere"'):
        made(tmp_path, checkout(), team_id="nowhere")


def test_a_move_shows_its_traces_and_three_answers(tmp_path):
    (move,) = made(tmp_path, with_moves(checkout()), reader="sam").moves
    assert move.evidence[0].label.endswith(", 18 Nov")
    assert move.more == 9
    assert move.sure == "very likely (12 direct traces)"
    assert [label for label, _ in move.answers] == [
        "We delegated this", "Not what happened", "Done",
    ]  # fmt: skip
    assert move.answers[2][1] == (
        "mailto:lead@example.org?subject=dottedline%3A%20Done"
        "&body=%5B%5Bdone%5D%5D%0D%0Amove_id%20%3D%20%22mv-1%22%0D%0A"
    )


def test_a_move_without_a_trace_is_not_shown(tmp_path):
    story = with_moves(checkout()).drop("finding_evidence")
    assert made(tmp_path, story, reader="sam").moves == ()


def test_late_records_and_what_was_left_out_are_printed(tmp_path):
    informal = [row for row in checkout().rows["acts"] if row["week"] == WEEK
                and row["authority_class"] == "informal"][:5]  # fmt: skip
    late = {row["act_id"] for row in informal}
    story = checkout().change("acts", lambda row: row["act_id"] in late, is_recorded_late=True)
    left_out = {"week": WEEK + timedelta(weeks=1), "problem": "line 14 left out"}
    for file in ("org/mandates.csv", "corrections.toml"):
        story.add("coverage", {"source": file, **left_out})
    values = made(tmp_path, story, reader="sam")
    assert (values.certainty.late_count, values.certainty.late_hours) == (5, 2.0)
    assert "Reclassified by late records: 5 acts, 2 h." in page.html(values)
    assert values.certainty.left_out == (
        "corrections.toml: line 14 left out",
        "org/mandates.csv: line 14 left out",
    )
    assert values.certainty.readable == 1.0
    assert values.notes == ()


def test_an_empty_store_makes_a_page_too(tmp_path):
    story = checkout()
    for table in list(story.rows):
        if table != "about":
            story.drop(table)
    values = made(tmp_path, story)
    assert values.headline == "Too little was readable to say"
    assert "No area was seen yet." in page.html(values)
