"""A person's own page."""

from datetime import date, timedelta
from urllib.parse import unquote

import pytest

from reports import page
from reports.facts import Terms
from reports.groups import ReportError
from reports.own import hours_words, own, rule_words
from tests.reports.given_launch import ASKED, LAUNCH_READ_AT, LAUNCH_WEEK, PEOPLE, launch
from tests.reports.given_mart import READ_AT, WEEK, checkout
from tests.reports.made import TERMS
from warehouse.audit import Entry


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


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("9 nobody", "rule 9: the records do not say who owns it; it counts nowhere (nobody)"),
        ("9 contested", "rule 9: it is contested; it counts nowhere until that is settled"),
        ("9 confidence", "rule 9: the records are too weak to say; it counts nowhere"),
    ],
)
def test_an_unknown_act_says_which_way_it_is_unknown(rule, words):
    assert rule_words(rule) == words


def of_launch(tmp_path, person, **given):
    usual = {"week": LAUNCH_WEEK, "rendered_at": LAUNCH_READ_AT, "person_id": person}
    return mine(tmp_path, launch(), **{**usual, **given})


def test_who_led_reads_what_was_found_of_it_and_nobody_else_s_name(tmp_path):
    values = of_launch(tmp_path, "s")
    assert [one.label for one in values.found] == ["Who moves work in a crisis"]
    assert values.found[0].sentence.endswith("Sol Reyes made 11 of them.")
    assert "not_so" in unquote(values.found[0].contest)
    text = page.own_html(values)
    others = [name for person, (name, _) in PEOPLE.items() if person not in ("s", "m")]
    assert [name for name in others if name in text] == []


def test_who_was_asked_reads_how_long_each_request_waited(tmp_path):
    values = of_launch(tmp_path, "p")
    assert sorted(one.waited_hours or 0 for one in values.asked) == ASKED
    assert sum(one.is_open for one in values.asked) == 4
    assert {one.finding_id for one in values.found} == {"D3-1", "P2-1"}
    assert "31 hours of Pia Lund" in page.own_html(values)


@pytest.mark.parametrize(
    ("is_open", "is_answered", "state"),
    [(True, False, "still open"), (False, True, "answered"), (False, False, "taken away")],
)
def test_each_request_stands_with_what_became_of_it(tmp_path, is_open, is_answered, state):
    story = launch()
    for row in story.rows["requests"]:
        row |= {"is_open": is_open, "answered_at": row["asked_at"] if is_answered else None}
    values = mine(tmp_path, story, week=LAUNCH_WEEK, rendered_at=LAUNCH_READ_AT, person_id="p")
    text = page.own_html(values)
    assert text.count(f"<td>{state}</td>") == len(ASKED)


def test_a_meeting_stands_with_its_day_and_hour_as_no_title_is_kept(tmp_path):
    values = of_launch(tmp_path, "s", terms=Terms("Example", "Europe/Berlin"))
    meetings = [act for act in (*values.acts, *values.before) if act.kind == "held a meeting"]
    assert meetings[0].key == "meeting of 28 Sep, 13:00"
    assert len(meetings) == 3


def test_every_act_that_counts_can_be_contested_or_said_to_be_delegated_since_its_day(tmp_path):
    act = next(act for act in of_launch(tmp_path, "s").acts if act.key == "LNCH-107")
    assert (
        unquote(act.contest)
        .replace("\r\n", "\n")
        .endswith(
            'body=[[contested]]\nact_id = "act-00010"\n# or, if it was delegated:\n'
            '# [[delegated]]\n# area = "project:LNCH"\n# from = ""  # fill in\n'
            '# to = "s"\n# since = 2026-09-29\n'
        )
    )


def test_what_counts_nowhere_anyway_is_not_to_be_contested(tmp_path):
    values = mine(tmp_path, checkout())
    excluded = [act for act in values.acts if act.authority_class == "excluded"]
    assert [act.contest for act in excluded] == [""]
    assert page.own_html(values).count(">contest</a>") == sum(
        bool(act.contest) for act in (*values.acts, *values.before)
    )


def test_what_could_not_be_assessed_is_nothing_found(tmp_path):
    story = launch().change("findings", lambda row: row["code"] == "P2", status="not_assessable")
    values = mine(tmp_path, story, person_id="p", week=LAUNCH_WEEK, rendered_at=LAUNCH_READ_AT)
    assert {one.finding_id for one in values.found} == {"D3-1"}


def test_every_answer_of_an_own_page_can_be_pasted_too(tmp_path):
    text = page.own_html(mine(tmp_path, checkout()))
    pasted = text[text.index("The entries as text to paste") :]
    kinds = ("delegated", "contested", "not_so", "ignore", "same_person")
    assert [kind for kind in kinds if f"[[{kind}]]" not in pasted] == []


def test_who_read_rows_about_the_person_is_said_newest_first(tmp_path):
    read = [
        Entry("ann", ("s",), "select 1", LAUNCH_READ_AT - timedelta(days=day), "support", 3)
        for day in (2, 1)
    ]
    values = of_launch(tmp_path, "s", readings=read)
    assert [(one.on.day, one.who, one.purpose) for one in values.readings] == [
        (6, "ann", "support"), (5, "ann", "support"),
    ]  # fmt: skip
    assert "select 1" not in page.own_html(values)
    assert "no query of rows about you" in page.own_html(of_launch(tmp_path, "s"))
