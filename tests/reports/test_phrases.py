"""Numbers and names in words."""

from datetime import date

import pytest

from reports import phrases
from reports.carriers import departs, usual


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0 h"), (0.1, "under 0.5 h"), (0.25, "0.5 h"), (2.24, "2 h"), (2.25, "2.5 h"),
     (99.8, "100 h"), (312.4, "312 h"), (1234.5, "1,235 h")],
)  # fmt: skip
def test_hours_are_said_to_the_half_hour(value, words):
    assert phrases.hours(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.4, "under 1 h"), (1.0, "1–3 h"), (5.9, "3–6 h"), (6.0, "6–10 h"), (10.0, "over 10 h")],
)
def test_bands_of_a_person_are_those_of_the_method(value, words):
    assert phrases.band_words(*phrases.band(value)) == words


def test_bands_of_a_total_go_on_by_doubling():
    assert phrases.band_words(*phrases.band(24, is_total=True)) == "20–40 h"


def test_a_range_of_exactly_1_7_times_the_point_is_still_a_point():
    assert not phrases.is_banded(10, 3, 20)
    assert phrases.is_banded(10, 3, 20.1)
    assert not phrases.is_banded(0, 0, 0)


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0 %"), (0.624, "60 %"), (0.625, "65 %"), (1.0, "100 %")]
)
def test_shares_are_said_in_steps_of_five(share, words):
    assert phrases.percent(share) == words


def test_a_week_names_only_what_changes_within_it():
    assert phrases.week_days(date(2026, 11, 16)) == "16–22 November 2026"
    assert phrases.week_days(date(2026, 11, 30)) == "30 November – 6 December 2026"
    assert phrases.week_days(date(2026, 12, 28)) == "28 December 2026 – 3 January 2027"
    assert phrases.iso_week(date(2026, 12, 28)) == "2026-W53"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\u202eb\u200bc", "abc"),
        ("line\nbreak\tand\u2028more", "line break and more"),
        ("\x1b[31mred", "[31mred"),
        ("Zoë Ångström-李", "Zoë Ångström-李"),
        ("\u200b \u2066", ""),
        (None, ""),
    ],
)
def test_what_cannot_be_seen_is_not_printed(text, kept):
    assert phrases.shown(text) == kept


@pytest.mark.parametrize(
    "address",
    ["http://example.org", "javascript:alert(1)", "https://a b", 'https://a"b', "//x", "", None],
)
def test_only_https_is_a_link(address):
    assert phrases.link(address) is None


def test_a_usual_needs_two_weeks_before_this_one():
    assert usual((None, 4.0, 9.0)) is None
    assert usual((2.0, 4.0, 9.0)) == pytest.approx((2.2, 3.8))
    assert usual((2.0, None, 4.0, None)) == pytest.approx((2.2, 3.8))


@pytest.mark.parametrize(
    ("value", "low", "high", "word"),
    [(12, 9, 16, "above"), (6.2, 4, 9, ""), (7, 4, 9, ""), (1, 0.5, 2, "below"), (3.9, 3, 5, "")],
)
def test_a_departure_is_half_an_hour_and_most_of_the_range(value, low, high, word):
    assert departs(value, low, high, (4.0, 6.0)) == word
