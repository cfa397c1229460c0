from datetime import date

import polars as pl
import pytest

from models.signs import words


def said(expression, **columns):
    return (
        pl.DataFrame({name: [value] for name, value in columns.items()}).select(expression).item()
    )


def test_a_person_stands_as_a_place_that_names_go_into():
    text = said(pl.format("{} led.", words.person("who")), who="o.neil")
    assert text == "{person:o.neil} led."
    assert words.people_in(text) == ["o.neil"]
    assert words.named(text, {"o.neil": "Orla"}.__getitem__) == "Orla led."
    assert words.people_in("nobody") == []


@pytest.mark.parametrize(
    ("hours", "text"),
    [(1.0, "1 working hour"), (0.96, "1 working hour"), (7.5, "7.5 working hours")],
)
def test_one_hour_is_no_hours(hours, text):
    assert said(words.working_hours("hours"), hours=hours) == text


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 9, 18), date(2026, 10, 2), "from 18 September to 2 October 2026"),
        (date(2026, 12, 28), date(2027, 1, 3), "from 28 December 2026 to 3 January 2027"),
        (date(2026, 10, 2), date(2026, 10, 2), "on 2 October 2026"),
    ],
)
def test_days_name_the_year_once(start, end, text):
    assert said(words.days("a", "b"), a=start, b=end) == text


@pytest.mark.parametrize(
    ("kind", "text"),
    [("project", "project LNCH"), ("path", "LNCH"), ("company", "the company"),
     ("meeting_series", "the meeting series"), ("person", "one person's work")],
)  # fmt: skip
def test_a_scope_is_named_by_its_kind_and_a_person_never_by_id(kind, text):
    assert said(words.scope(), scope_type=kind, scope_id="LNCH") == text


@pytest.mark.parametrize(("value", "text"), [(41.0, "41"), (8.24, "8.2"), (0.25, "0.3")])
def test_numbers_have_no_needless_zero(value, text):
    assert said(words.number("x", 1), x=value) == text


@pytest.mark.parametrize(("value", "text"), [(2.9, "3"), (2.6, "2.5"), (0.1, "0")])
def test_hours_go_to_the_half_hour(value, text):
    assert said(words.half_hours("x"), x=value) == text


def test_words_begin_a_sentence_with_a_capital():
    assert said(words.begun(pl.col("x")), x="on 2 October") == "On 2 October"


def test_one_is_singular():
    assert said(words.counted("n", "ticket", "tickets"), n=1) == "1 ticket"
    assert said(words.counted("n", "ticket", "tickets"), n=3) == "3 tickets"
    assert said(words.percent("x"), x=0.735) == "74"
