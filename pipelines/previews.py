"""When people had their own page of a week; managers' pages name them only working days later.

When a page was there first is in the ledger: one that came late opens late.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.weeks import monday
from warehouse.ledger import Ledger

SATURDAY = 5
WORKING_DAYS_A_WEEK = 5


def opening_days(
    ledger: Ledger,
    week: date,
    reports: Mapping[str, Collection[str]],
    zone: str,
    preview_working_days: int,
) -> dict[str, date]:
    """The day from which a manager's page of a week may name people, by manager.

    `reports` has the people on each manager's page. A manager is not in the result while one of
    them has not had their own page yet.
    """
    opens = {}
    for manager, people in reports.items():
        had = [ledger.preview(person, week) for person in people]
        if had and None not in had:
            last = max(moment for moment in had if moment is not None)
            opens[manager] = after_working_days(_day(last, zone), preview_working_days)
    return opens


def after_working_days(day: date, count: int) -> date:
    """The day so many working days, Monday to Friday, after a day."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def previewed_week(day: date, preview_working_days: int) -> date:
    """The Monday of the last week whose pages people have had long enough on that day."""
    full_weeks = preview_working_days // WORKING_DAYS_A_WEEK
    return monday(day) - timedelta(weeks=1 + full_weeks)


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
