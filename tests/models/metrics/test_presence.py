"""Who was there in a week: days, contract hours, and whether the week was read."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from models.metrics.presence import present_weeks
from models.tables import metrics, org
from models.working_time import WAITING_PATTERN, minutes_of_week
from tests import given
from tests.models.world import at, rows

WEEK = date(2026, 3, 2)
NEXT = WEEK + timedelta(weeks=1)
PART_TIME = "Mo-We 09:00-15:00"


def person(**more: Any) -> dict[str, Any]:
    return {"person_id": "ann", "team_id": "red", "contract_hours_week": 40.0, **more}


def weeks(
    *people: dict[str, Any],
    acts: tuple[dict[str, Any], ...] = (),
    read: dict[date, bool] | None = None,
    off: tuple[date, ...] = (),
    **frames: list[dict[str, Any]],
) -> dict[tuple[str, date], dict[str, Any]]:
    known = {WEEK: True, NEXT: True} if read is None else read
    found = present_weeks(
        given.rows(metrics.ACTS, *acts),
        people=rows(org.PEOPLE, *people),
        absences=rows(org.ABSENCES, *frames.get("absences", [])),
        objections=rows(org.OBJECTIONS, *frames.get("objections", [])),
        holiday_dates=pl.LazyFrame(
            [("berlin", day) for day in off],
            schema={"location": pl.String, "on": pl.Date},
            orient="row",
        ),
        minutes_of_week=minutes_of_week([WAITING_PATTERN, PART_TIME]),
        coverage=given.rows(
            metrics.COVERAGE,
            *({"source": "code", "week": week, "is_complete": whole}
              for week, whole in known.items()),
        ),
    ).collect(engine="streaming")  # fmt: skip
    return {(row["person_id"], row["week"]): row for row in found.rows(named=True)}


def days_and_hours(row: dict[str, Any]) -> tuple[float, float]:
    return row["present_days"], row["contract_hours"]


def test_a_whole_week_is_all_days_of_the_pattern():
    assert days_and_hours(weeks(person())["ann", WEEK]) == (5.0, 40.0)


def test_part_time_is_whole_in_fewer_days():
    half = person(contract_hours_week=18.0, working_hours=PART_TIME)
    assert days_and_hours(weeks(half)["ann", WEEK]) == (3.0, 18.0)
    away = {"person_id": "ann", "valid_from": at("2026-03-03"), "valid_to": at("2026-03-04")}
    assert days_and_hours(weeks(half, absences=[away])["ann", WEEK]) == (2.0, 12.0)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-03-05", None, 2.0),
        ("2026-01-01", "2026-03-04", 2.0),
        ("2026-03-04", "2026-03-06", 2.0),
    ],
)
def test_days_before_somebody_came_or_after_they_left_are_none(start, end, days):
    stay = person(valid_from=at(start), valid_to=end and at(end))
    assert days_and_hours(weeks(stay)["ann", WEEK]) == (days, 8.0 * days)


def test_who_changed_teams_was_there_all_week_and_is_of_the_last():
    row = weeks(
        person(valid_to=at("2026-03-04")), person(team_id="blue", valid_from=at("2026-03-04"))
    )["ann", WEEK]
    assert (row["team_id"], *days_and_hours(row)) == ("blue", 5.0, 40.0)


def test_public_holidays_of_the_location_are_none():
    feast = (date(2026, 3, 2), date(2026, 3, 7))  # a Monday and a Saturday
    assert days_and_hours(weeks(person(location="berlin"), off=feast)["ann", WEEK]) == (4.0, 32.0)
    assert days_and_hours(weeks(person(), off=feast)["ann", WEEK]) == (5.0, 40.0)


def test_a_week_is_observed_when_it_was_read_whole():
    found = weeks(person(), read={WEEK: True, NEXT: False})
    assert [found["ann", week]["is_observed"] for week in (WEEK, NEXT)] == [True, False]


def test_who_objects_is_not_observed_from_that_week_on():
    objection = {"person_id": "ann", "valid_from": at("2026-03-11")}
    found = weeks(person(), objections=[objection])
    assert [found["ann", week]["is_observed"] for week in (WEEK, NEXT)] == [True, False]


def test_people_of_no_team_have_rows_for_eight_weeks_from_an_act():
    known = {WEEK + timedelta(weeks=n): True for n in range(10)}
    found = weeks(person(team_id=None), read=known, acts=({"actor_id": "ann", "week": WEEK},))
    assert sorted(week for _, week in found) == list(known)[:8]
    assert all(row["is_observed"] for row in found.values())


def test_only_weeks_that_were_to_be_read_have_rows():
    assert set(weeks(person(), read={NEXT: True})) == {("ann", NEXT)}
