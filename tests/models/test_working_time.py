from datetime import UTC, date, datetime

import polars as pl
import pytest

from models.working_time import (
    DEFAULT_PATTERN,
    holiday_dates,
    minutes_of_week,
    shifts,
    stretches,
    waited_hours,
    work_stretches,
)

MOMENT = pl.Datetime("us", "UTC")
NO_HOLIDAYS = holiday_dates({}, [])
PEOPLE = {
    "person_id": pl.String(),
    "time_zone": pl.String(),
    "working_hours": pl.String(),
    "location": pl.String(),
    "valid_from": MOMENT,
    "valid_to": MOMENT,
}
ABSENCES = {"person_id": pl.String(), "valid_from": MOMENT, "valid_to": MOMENT}
SPANS = {"person_id": pl.String(), "asked_at": MOMENT, "until_at": MOMENT}


def at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def person(
    name="p",
    zone="Europe/Berlin",
    hours="Mo-Fr 09:00-17:30",
    place=None,
    start="2020-01-01",
    end=None,
):
    return (name, zone, hours, place, at(start), at(end))


def waited(*spans, people=(), absences=(), holidays=NO_HOLIDAYS, days=("2026-01-01", "2026-12-31")):
    work = work_stretches(
        pl.DataFrame(list(people) or [person()], schema=PEOPLE, orient="row"),
        pl.DataFrame([("p", at(a), at(b)) for a, b in absences], schema=ABSENCES, orient="row"),
        holidays,
        "Europe/Berlin",
        *map(date.fromisoformat, days),
    )
    rows = pl.DataFrame([("p", at(a), at(b)) for a, b in spans], schema=SPANS, orient="row")
    return waited_hours(rows.lazy(), work.lazy()).collect()["waited_hours"].to_list()


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("Mo 09:00-12:30,13:00-17:30", [(0, 540, 210), (0, 780, 270)]),
        ("Mo-Tu 09:00-10:00; Fr 09:00-14:00", [(0, 540, 60), (1, 540, 60), (4, 540, 300)]),
        ("mo, we 09:00-10:00", [(0, 540, 60), (2, 540, 60)]),
        ("Sa-Mo 00:00-24:00", [(0, 0, 1440), (5, 0, 1440), (6, 0, 1440)]),
        ("Mo 22:00-06:00", [(0, 1320, 120), (1, 0, 360)]),
        ("Su 22:00-06:00", [(0, 0, 360), (6, 1320, 120)]),
        ("Mo 09:00-12:00,11:00-13:00,13:00-14:00", [(0, 540, 300)]),
    ],
)
def test_a_pattern_gives_its_stretches(pattern, found):
    assert list(stretches(pattern)) == found


@pytest.mark.parametrize(
    "pattern",
    ["", "Mo", "Mo 9-17", "Mo 09:00-17:60", "Mo 09:00-25:00", "Xx 09:00-17:00", "Mo 09:00-09:00",
     "Mo 09:00 - ", "Mo-Fr 09:00-17:00;", "24:00-09:00"],
)  # fmt: skip
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(ValueError, match=r"is no pattern|has no"):
        stretches(pattern)


def test_each_minute_of_the_week_says_whether_it_is_work():
    found = minutes_of_week([DEFAULT_PATTERN, "Su 23:00-24:00"]).collect()
    assert found.height == 2 * 10_081
    week = found.filter(pl.col("working_hours") == DEFAULT_PATTERN)
    assert week["is_working"].sum() == 5 * 13 * 60
    assert week.filter(pl.col("minute").is_in([419, 420, 1199, 1200, 10_080]))[
        "is_working", "worked_before"
    ].rows() == [(False, 0), (True, 0), (True, 779), (False, 780), (False, 3900)]


def test_no_pattern_gives_no_minutes():
    assert minutes_of_week([]).collect().height == 0


def test_open_requests_of_the_launch_have_waited_by_the_paper():
    asked = ["2026-09-21T09:00", "2026-09-22T09:30", "2026-09-23T09:00", "2026-09-23T15:00"]
    assert waited(*[(text, "2026-10-02T15:30") for text in asked]) == [83.0, 74.0, 66.0, 60.0]


def test_unassigned_tickets_of_the_launch_waited_past_twice_the_usual_at_the_first_act():
    (hours,) = waited(("2026-09-16T09:00", "2026-09-22T07:10"))
    assert hours == pytest.approx(6.5 + 3 * 8.5 + 1 / 6)
    assert hours > 2 * 7.5


def test_a_wait_counts_parts_of_a_day_and_nothing_at_night():
    assert waited(
        ("2026-09-21T06:00", "2026-09-21T07:30"),
        ("2026-09-21T16:00", "2026-09-22T06:59"),
        ("2026-09-25T15:00", "2026-09-28T07:15"),
        ("2026-09-22T09:00", "2026-09-21T09:00"),
    ) == [0.5, 0.0, 0.75, 0.0]


def test_an_open_end_and_an_unknown_person_have_no_wait():
    assert waited(("2026-09-21T06:00", None), (None, "2026-09-21T06:00")) == [None, None]
    assert waited(("2026-09-21T06:00", "2026-09-22T06:00"), people=[person("q")]) == [None]


def test_no_requests_have_no_waits():
    assert waited() == []


def test_holidays_of_the_location_do_not_count():
    holidays = holiday_dates({"berlin": "DE-BE", "none": ""}, [2026])
    span = ("2026-12-24T08:00", "2026-12-28T16:30")  # Thursday to Monday, two holidays
    assert waited(span, people=[person(place="berlin")], holidays=holidays) == [17.0]
    assert waited(span, people=[person(place="none")], holidays=holidays) == [25.5]
    assert waited(span, people=[person(place=None)], holidays=holidays) == [25.5]


def test_absences_do_not_count_once_or_twice():
    span = ("2026-09-21T07:00", "2026-09-25T15:30")
    assert waited(span, absences=[("2026-09-22", "2026-09-23")]) == [34.0]
    overlapping = [("2026-09-22", "2026-09-24"), ("2026-09-23T12:00", "2026-09-23T13:00")]
    assert waited(span, absences=overlapping) == [25.5]
    hours = [("2026-09-22T08:00", "2026-09-22T09:00"), ("2026-09-22T10:00", "2026-09-22T10:30")]
    assert waited(span, absences=hours) == [41.0]
    assert waited(span, absences=[("2026-09-24", None)]) == [25.5]


def test_a_new_pattern_counts_from_its_day():
    people = [
        person(end="2026-09-22T22:00"),
        person(hours="Mo-Fr 09:00-13:00", start="2026-09-22T22:00"),
    ]
    assert waited(("2026-09-21T07:00", "2026-09-25T15:30"), people=people) == [17.0 + 12.0]


def test_the_hour_of_a_clock_change_is_as_long_as_it_was():
    people = [person(hours="Su 00:00-06:00")]
    autumn, spring = (
        ("2026-10-24T20:00", "2026-10-25T10:00"),
        ("2026-03-28T20:00", "2026-03-29T10:00"),
    )
    assert waited(autumn, spring, people=people) == [7.0, 5.0]
    assert waited(spring, people=[person(hours="Su 02:30-06:00")]) == [2.5]


def test_a_new_york_day_moves_for_berlin_between_the_changes():
    people = [person(zone="America/New_York", hours="Mo 09:00-10:00")]
    changed = ("2026-10-26T13:00", "2026-10-26T14:00")
    later = ("2026-11-02T14:00", "2026-11-02T15:00")
    assert waited(changed, later, people=people) == [1.0, 1.0]


def test_holidays_of_a_year_are_those_of_the_calendar():
    found = holiday_dates({"b": "DE-BE", "m": "DE-BY", "x": ""}, [2026])
    epiphany = found.filter(pl.col("on") == date(2026, 1, 6))["location"].to_list()
    assert epiphany == ["m"]
    assert set(found["location"]) == {"b", "m"}
    assert holiday_dates({"b": "DE"}, []).height == 0


def test_shifts_of_a_calendar_add_up():
    calendars = pl.DataFrame(
        [("Europe/Berlin", "Mo-Tu 09:00-12:00,13:00-17:00", "b"), ("UTC", "Tu 22:00-02:00", None)],
        schema={name: pl.String() for name in ("zone", "working_hours", "location")},
        orient="row",
    )
    holidays = pl.DataFrame({"location": ["b"], "on": [date(2026, 9, 22)]})
    found = shifts(calendars, holidays, date(2026, 9, 21), date(2026, 9, 28))
    assert found.select("zone", "start_at", "end_at", "worked_before").rows() == [
        ("Europe/Berlin", at("2026-09-21T07:00"), at("2026-09-21T10:00"), 0),
        ("Europe/Berlin", at("2026-09-21T11:00"), at("2026-09-21T15:00"), 180),
        ("UTC", at("2026-09-22T22:00"), at("2026-09-23T00:00"), 0),
        ("UTC", at("2026-09-23T00:00"), at("2026-09-23T02:00"), 120),
        ("Europe/Berlin", at("2026-09-28T07:00"), at("2026-09-28T10:00"), 420),
        ("Europe/Berlin", at("2026-09-28T11:00"), at("2026-09-28T15:00"), 600),
    ]
    assert shifts(calendars.clear(), holidays, date(2026, 9, 21), date(2026, 9, 28)).height == 0
