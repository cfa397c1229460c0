"""The night and the weekly pages come at their hour, once a day, also when clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from models.settings import Settings
from pipelines.night import midnight
from pipelines.previews import previewed_week
from pipelines.schedules import managers_cron, schedules
from tests.pipelines.given import settings


def ticks(schedule: dg.ScheduleDefinition, start: datetime, count: int) -> list[datetime]:
    moments = schedule_execution_time_iterator(
        start.timestamp(), schedule.cron_schedule, schedule.execution_timezone
    )
    return [next(moments).astimezone(UTC) for _ in range(count)]


def schedule(held: Settings | None, name: str) -> dg.ScheduleDefinition:
    return next(found for found in schedules(held) if found.name == f"{name}_schedule")


@pytest.mark.parametrize(
    ("first_day", "hours"),
    [(date(2026, 3, 28), [3, 2, 2]), (date(2026, 10, 24), [2, 3, 3])],
)
def test_the_night_comes_once_a_day_when_clocks_change(first_day, hours):
    nightly = schedule(settings(time_zone="Europe/Berlin"), "nightly")
    start = datetime.combine(first_day, datetime.min.time(), UTC)
    found = ticks(nightly, start, 3)
    assert [moment.hour for moment in found] == hours
    assert [moment.date() for moment in found] == [first_day + timedelta(n) for n in range(3)]


def test_a_tick_asks_for_acts_before_the_same_day():
    nightly = schedule(settings(time_zone="Europe/Berlin"), "nightly")
    at = datetime(2026, 3, 29, 4, tzinfo=ZoneInfo("Europe/Berlin"))
    tick = nightly.evaluate_tick(dg.build_schedule_context(scheduled_execution_time=at))
    [request] = tick.run_requests or []
    assert request.run_config["resources"]["night"]["config"]["until"] == "2026-03-29"


def test_schedules_are_on_by_default():
    assert {found.default_status for found in schedules(settings())} == {
        dg.DefaultScheduleStatus.RUNNING
    }


def test_without_settings_the_zone_is_utc():
    assert {found.execution_timezone for found in schedules(None)} == {"UTC"}


def test_people_come_monday_and_managers_two_working_days_later():
    held = settings(time_zone="Europe/Berlin")
    start = datetime(2026, 11, 22, tzinfo=UTC)
    [people] = ticks(schedule(held, "people_pages"), start, 1)
    [managers] = ticks(schedule(held, "manager_pages"), start, 1)
    assert people == datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert managers == datetime(2026, 11, 25, 5, tzinfo=UTC)


@pytest.mark.parametrize(("preview", "day"), [(0, 1), (2, 3), (4, 5), (5, 1), (7, 3)])
def test_managers_day_counts_working_days(preview, day):
    assert managers_cron(preview) == f"0 6 * * {day}"


@pytest.mark.parametrize(("preview", "week"), [(2, date(2026, 11, 16)), (7, date(2026, 11, 9))])
def test_managers_see_the_week_that_people_have_had(preview, week):
    assert previewed_week(date(2026, 11, 25), preview) == week


def test_a_day_begins_where_the_company_is():
    assert midnight(date(2026, 10, 5), "Europe/Berlin") == datetime(2026, 10, 4, 22, tzinfo=UTC)
