"""The page of the launch: what happened, what to do, and what stands beside it."""

import json
from datetime import date
from typing import Any

import pytest

from reports import page
from reports.facts import Terms, Weekly
from reports.rows import read_rows
from reports.told import cost
from reports.weekly import weekly
from tests.reports.given_launch import (
    LAUNCH_OPEN,
    LAUNCH_READ_AT,
    LAUNCH_WEEK,
    LAUNCH_WEEKS,
    PEOPLE,
    launch,
)
from tests.reports.given_mart import LINE_FROM, Story, act, checkout
from tests.reports.given_moves import with_moves
from tests.reports.made import made

TERMS = Terms("Example", "Europe/Berlin", answers_to="lead@example.org")
TOLD = (
    "Between 18 September and 2 October, Sol Reyes made 11 of the 15 assignments and reassignments "
    "in a scope that is Pia Lund's by role; requests to Pia Lund waited 41 working hours instead "
    "of 5; it cost Sol Reyes about 3 hours (2 to 5)."
)


def read(folder, story: Story, **given: Any) -> Weekly:
    usual: dict[str, Any] = {
        "week": LAUNCH_WEEK, "terms": TERMS, "rendered_at": LAUNCH_READ_AT, "reader": "m",
        "opens_on": LAUNCH_OPEN,
    }  # fmt: skip
    return weekly(story.write(folder), **{**usual, **given})


def without(story: Story, *codes: str) -> Story:
    """The launch without findings of these codes."""
    return story.drop("findings", lambda row: row["code"] in codes)


def test_the_page_says_in_one_sentence_what_happened(tmp_path):
    values = read(tmp_path, launch())
    assert values.headline == (
        "Sol Reyes gave out 11 of the 15 assignments around project LNCH. This is outside the "
        "recorded role."
    )
    assert values.told == TOLD
    assert json.loads(page.as_json(values))["told"] == TOLD
    assert TOLD in page.html(values).replace("&#39;", "'")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda story: without(story, "P2"), TOLD.replace(
            "requests to Pia Lund waited 41 working hours instead of 5; ", "")),
        (lambda story: without(story, "S4"),
         "Between 18 September and 2 October, " + TOLD.split("; ")[1] + "."),
        (lambda story: without(story, "S4", "P2"), ""),
        (lambda story: story.drop("mandates", lambda row: row["holder_id"] == "p"), TOLD.replace(
            "in a scope that is Pia Lund's by role; requests to Pia Lund",
            "around project LNCH, which has no published owner of its own; requests to holders of "
            "project LNCH")),
        (lambda story: story.change("findings", lambda row: row["code"] == "S4", person_id=None),
         ("Between 18 September and 2 October, 11 of the 15 assignments and reassignments in a "
         "scope that is Pia Lund's by role fell outside recorded roles; requests to Pia Lund "
         "waited 41 working hours instead of 5.")),
    ],
)  # fmt: skip
def test_the_sentence_says_no_more_than_there_are_rows_for(tmp_path, change, told):
    assert read(tmp_path, change(launch())).told == told


def test_the_window_s_interval_is_that_of_the_eight_weeks_where_these_hold_its_hours(tmp_path):
    weeks = set(LAUNCH_WEEKS[-2:])
    rows = read_rows(launch().write(tmp_path), LAUNCH_WEEK)
    assert cost(rows, "s", weeks) == pytest.approx((2.9, 2.0, 4.8))
    earlier = launch().change(
        "person_weeks", lambda row: row["person_id"] == "s" and row["week"] == LAUNCH_WEEKS[4],
        hidden_hours=1.0,
    )  # fmt: skip
    assert cost(read_rows(earlier.write(tmp_path), LAUNCH_WEEK), "s", weeks) == pytest.approx(
        (2.9, 1.8, 5.1)
    )
    unread = launch().change(
        "person_weeks", lambda row: row["week"] == LAUNCH_WEEKS[-2], is_observed=False
    )
    assert cost(read_rows(unread.write(tmp_path), LAUNCH_WEEK), "s", weeks) is None


def test_a_crisis_is_told_of_in_the_first_weeks_too_with_a_band(tmp_path):
    early = launch().drop("person_weeks", lambda row: row["week"] < LAUNCH_WEEKS[-5])
    values = read(tmp_path, early)
    assert values.stage == "early"
    assert values.told.endswith("it cost Sol Reyes 1–3 h.")
    learning = launch().drop("person_weeks", lambda row: row["week"] < LAUNCH_WEEKS[-2])
    assert read(tmp_path, learning).told == ""


def test_three_moves_are_shown_and_the_fourth_is_named_in_a_line(tmp_path):
    values = read(tmp_path, launch())
    assert [(move.code, move.position) for move in values.moves] == [
        ("M8", 1), ("M10", 2), ("M1", 3),
    ]  # fmt: skip
    fourth = "Invite Sol Reyes to the planning meetings that Pia Lund organises"
    assert values.other_moves == (fourth,)
    assert f"<p>Then: {fourth}.</p>" in page.html(values)


def test_a_finding_is_told_of_once(tmp_path):
    first, second, third = read(tmp_path, launch()).moves
    assert first.why[0] == "3 tickets skipped QA Review; too few to link to who assigned them."
    assert first.why[1].endswith("Sol Reyes made 11 of them.")
    assert (second.why, third.why) == ((), ())
    assert second.also == third.also == ("Who moves work in a crisis",)


def test_traces_outside_the_role_come_first_and_each_thing_once(tmp_path):
    second = read(tmp_path, launch()).moves[1]
    assert [trace.label for trace in second.evidence] == [
        "LNCH-101, 22 Sep", "LNCH-102, 22 Sep", "LNCH-103, 22 Sep",
    ]  # fmt: skip
    assert (second.more, second.sure) == (12, "likely (15 direct traces)")


def test_skipped_steps_link_to_their_tickets(tmp_path):
    first = read(tmp_path, launch()).moves[0]
    assert first.evidence[0].url == "https://example.atlassian.net/browse/LNCH-102"


def test_the_owner_table_is_a_draft_with_owners_blank(tmp_path):
    values = read(tmp_path, launch())
    drafts = values.moves[2].drafts
    assert [draft.key for draft in drafts] == [f"LNCH-{number}" for number in range(101, 113)]
    assert page.html(values).count("<span>to confirm</span>") == 12
    assert "12 rows, owners blank to confirm" in page.html(values)


def test_a_meeting_without_a_link_stands_with_day_and_organiser(tmp_path):
    story = without(launch(), "S4", "P2", "W2").drop("moves", lambda row: row["position"] > 1)
    story.change("moves", lambda row: True, finding_ids=["D3-1"])
    story.drop("finding_evidence", lambda row: row["finding_id"] == "D3-1")
    story.add("finding_evidence", {"finding_id": "D3-1", "evidence_kind": "meeting",
                                   "evidence_id": "sync23@2026-09-23T110000Z"})  # fmt: skip
    (move,) = read(tmp_path, story).moves
    assert [(trace.label, trace.url) for trace in move.evidence] == [
        ("meeting of 23 Sep, 13:00, organised by Sol Reyes", None)
    ]


def test_a_meeting_that_is_no_act_has_the_day_of_its_id(tmp_path):
    (context,) = read(tmp_path, launch()).seen
    assert {trace.label for trace in context.evidence} == {
        "meeting of 21 Sep, 11:00", "meeting of 22 Sep, 11:00",
    }  # fmt: skip


def test_requests_alone_are_nothing_to_open(tmp_path):
    story = launch().change("moves", lambda row: True, finding_ids=["P2-1"])
    assert read(tmp_path, story).moves == ()


def test_a_holder_s_full_week_is_context_and_named_only_to_their_manager(tmp_path):
    (context,) = read(tmp_path, launch()).seen
    assert context.code == "D3"
    assert "31 hours of somebody outside your reports, a holder of project LNCH" in context.sentence
    assert not any("Pia Lund" in trace.label for trace in context.evidence)
    story = launch().add("reporting_lines", {"person_id": "p", "manager_id": "m",
                                             "line_type": "solid", "valid_from": LINE_FROM,
                                             "recorded_at": LINE_FROM})  # fmt: skip
    assert "31 hours of Pia Lund, a holder" in read(tmp_path, story).seen[0].sentence


def test_a_finding_about_somebody_of_another_manager_is_not_shown(tmp_path):
    story = launch().change("findings", lambda row: row["code"] == "S4", person_id="p")
    values = read(tmp_path, story)
    assert "S4-1" not in {key for move in values.moves for key in move.finding_ids}
    assert values.strip is None


def test_before_the_preview_ends_no_section_names_anybody(tmp_path):
    story = launch().change("moves", lambda row: row["code"] == "M2", answer="done", effect="x")
    story.add("acts", *(act(200 + number, "d1", LAUNCH_WEEK, kind="answer") for number in range(4)))
    opened = read(tmp_path, story)
    assert all((opened.told, opened.moves, opened.seen, opened.strip, opened.thanks))
    assert opened.settled
    closed = read(tmp_path, story, opens_on=None)
    assert (closed.told, closed.moves, closed.other_moves, closed.seen) == ("", (), (), ())
    assert (closed.strip, closed.thanks, closed.settled) == (None, (), ())
    text = page.html(closed) + page.as_json(closed)
    doers = [PEOPLE[one][0] for one in PEOPLE if one not in ("m", "p")]  # Pia is published
    assert [name for name in doers if name in text] == []


def test_everybody_s_page_tells_of_nobody(tmp_path):
    values = read(tmp_path, launch(), reader=None)
    text = page.html(values) + page.as_json(values)
    assert (values.told, values.moves, values.seen, values.strip) == ("", (), (), None)
    assert "Sol Reyes" not in text


def test_the_day_with_most_hand_outs_is_drawn_hour_by_hour(tmp_path):
    strip = read(tmp_path, launch()).strip
    assert strip is not None
    assert strip.sentence == (
        "22 September, 9:10–9:15: 3 tickets changed hands without the lead (Sol Reyes moved 3)."
    )
    assert strip.people == ("Dee Ames", "Dov Blum", "Sol Reyes")
    assert [(one.clock, one.key, one.giver, one.taker) for one in strip.moved] == [
        ("09:10", "LNCH-101", 2, 0), ("09:14", "LNCH-102", 2, 1), ("09:15", "LNCH-103", 2, 0),
    ]  # fmt: skip


def test_without_an_episode_there_is_no_such_day(tmp_path):
    values = read(tmp_path, without(launch(), "S4"))
    assert values.strip is None
    assert "Re-routed in a crisis" not in page.html(values)


def test_who_is_not_named_stands_as_others_on_that_day(tmp_path):
    story = launch().drop("reporting_lines", lambda row: row["person_id"] == "d1")
    strip = read(tmp_path, story).strip
    assert strip is not None
    assert strip.people == ("Dov Blum", "Sol Reyes")
    assert [one.taker for one in strip.moved] == [None, 0, None]


def test_signs_that_cannot_be_said_give_their_reason(tmp_path):
    story = launch().change(
        "findings", lambda row: row["code"] == "P2", status="not_assessable",
        sentence="How long holders take is assessable from 5 October 2026, after 8 weeks.",
    )  # fmt: skip
    story.change(
        "findings", lambda row: row["code"] == "W2", status="not_assessable",
        sentence="A reader answered that this is not what happened; it counts for nothing.",
    )  # fmt: skip
    values = read(tmp_path, story)
    assert values.unsaid == (
        "How long holders take is assessable from 5 October 2026, after 8 weeks.",
        (
            "Required steps skipped: a reader answered that this is not what happened; it counts "
            "for nothing."
        ),
    )
    assert all(reason in page.html(values) for reason in values.unsaid)
    assert "M8" not in [move.code for move in values.moves]


def test_of_more_than_25_people_only_those_with_a_dotted_line_are_drawn(tmp_path):
    story = checkout()
    for number in range(20):
        story.copy_person("tom", f"more{number}", f"More {number}")
    story.drop("lead_ties", lambda row: row["actor_id"].startswith("more"))
    lines = made(tmp_path, story, reader="sam").lines
    assert lines is not None
    assert [one.person_id for one in lines.people] == [
        "dana", "ines", "leo", "mina", "noor", "ravi", "tom", "yuki",
    ]  # fmt: skip
    assert lines.left_out == 20


def test_a_tie_under_three_acts_is_no_line(tmp_path):
    story = checkout().change("lead_ties", lambda row: True, act_count=2, informal_act_count=2)
    values = made(tmp_path, story, reader="sam")
    assert values.lines is not None
    assert (values.lines.ties, values.lines.elsewhere) == ((), 0)
    assert values.lines.sentence == "No dotted line outside the role reached 3 acts in 8 weeks."


def test_a_week_without_findings_has_nothing_to_do(tmp_path):
    values = made(tmp_path, checkout(), reader="sam")
    assert "Nothing to do this week" in page.html(values)
    assert "No answers yet." in page.html(values)


def test_a_finding_of_another_week_is_not_told_of(tmp_path):
    story = with_moves(checkout()).change(
        "findings", lambda row: True, window_end=date(2026, 11, 15)
    )
    values = made(tmp_path, story, reader="sam")
    assert (values.moves, values.told, values.strip) == ((), "", None)


def test_what_is_found_of_a_team_goes_to_who_leads_it_and_not_up_the_chain(tmp_path):
    line = {"line_type": "solid", "valid_from": LINE_FROM, "recorded_at": LINE_FROM}
    story = launch().add("people", {"person_id": "boss", "name": "Bo Ahl", "team_id": "top"})
    story.add("reporting_lines", {"person_id": "m", "manager_id": "boss", **line})
    values = read(tmp_path, story, reader="boss")
    assert (values.told, values.moves, values.seen, values.settled) == ("", (), (), ())
    assert read(tmp_path, story).told == TOLD


def test_a_finding_of_no_team_that_names_nobody_is_for_everyone(tmp_path):
    story = with_moves(checkout()).drop("moves")
    story.change("findings", lambda row: True, team_id=None, person_id=None, sentence="A surge.")
    assert made(tmp_path, story, reader="sam").seen == ()
    assert [one.sentence for one in made(tmp_path, story).seen] == ["A surge."]
    named = story.change("findings", lambda row: True, sentence="{person:dana} moved work.")
    assert made(tmp_path, named).seen == ()


def test_a_window_of_one_day_is_on_that_day(tmp_path):
    story = launch().change(
        "findings", lambda row: True, window_start=date(2026, 10, 2), window_end=date(2026, 10, 2)
    )
    assert read(tmp_path, story).told.startswith("On 2 October, Sol Reyes made 11 of the 15")
