"""Since when people could see their own page of a week; managers' pages name them only later.

Kept in a small file beside the pages: a page that came late opens late.
"""

import json
from datetime import date, timedelta
from pathlib import Path

from models.weeks import iso_week, monday
from reports.phrases import iso_week as week_name

FILE = "previews.json"
SATURDAY = 5
WORKING_DAYS_A_WEEK = 5


def seen_since(root: Path) -> dict[date, date]:
    """The day on which people's own pages of a week were there first, by week."""
    path = root / FILE
    if not path.exists():
        return {}
    known = json.loads(path.read_text("utf-8"))
    return {iso_week(week): date.fromisoformat(day) for week, day in known.items()}


def note(root: Path, week: date, day: date) -> None:
    """Writes down that people's own pages of a week are there, unless it is known already."""
    known = seen_since(root)
    if week in known:
        return
    days = {week_name(one): known_day.isoformat() for one, known_day in known.items()}
    draft = root / f".{FILE}.draft"
    draft.write_text(json.dumps(days | {week_name(week): day.isoformat()}, sort_keys=True), "utf-8")
    draft.replace(root / FILE)


def opens_on(root: Path, week: date, preview_working_days: int) -> date | None:
    """The day from which managers' pages of a week may name people; None: not set yet."""
    day = seen_since(root).get(week)
    return None if day is None else after_working_days(day, preview_working_days)


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
