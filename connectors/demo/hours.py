"""When somebody made up is at work: patterns as people.csv has them, and moments within them."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

FULL = "Mo-Fr 09:00-12:30,13:00-17:30"
EARLY = "Mo-Fr 07:30-12:00,12:30-16:00"
FOUR_DAYS = "Mo-Th 09:00-12:30,13:00-17:30"
SHORT_FRIDAY = "Mo-Th 09:00-12:30,13:00-17:30; Fr 09:00-14:00"
MORNINGS = "Mo-Fr 08:30-13:00"

_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_LONGEST_WAIT_DAYS = 5  # a change that nobody can land within the week is landed by the forge


@cache
def blocks(pattern: str) -> tuple[tuple[tuple[time, time], ...], ...]:
    """Blocks of work of each weekday, Monday first."""
    week: list[tuple[tuple[time, time], ...]] = [()] * len(_WEEKDAYS)
    for part in pattern.split(";"):
        days, spans = part.split()
        first, _, last = days.partition("-")
        times = [time.fromisoformat(text) for text in re.split("[,-]", spans)]
        work = tuple(zip(times[::2], times[1::2], strict=True))
        for weekday in range(_WEEKDAYS.index(first), _WEEKDAYS.index(last or first) + 1):
            week[weekday] = work
    return tuple(week)


def contract_hours(pattern: str) -> float:
    """Hours a week of a pattern."""
    return sum(
        (end.hour - start.hour) + (end.minute - start.minute) / 60
        for work in blocks(pattern)
        for start, end in work
    )


def moment_on(day: date, pattern: str, zone: ZoneInfo, chance: Random) -> datetime | None:
    """A moment of work on a local day; None: no working day."""
    work = blocks(pattern)[day.weekday()]
    if not work:
        return None
    start, end = (datetime.combine(day, bound, zone) for bound in chance.choice(work))
    return start + _part_of(end - start, chance)


def evening_on(day: date, zone: ZoneInfo, chance: Random) -> datetime:
    """A moment between 19:30 and 21:30 of a local day, outside every pattern here."""
    return datetime.combine(day, time(19, 30), zone) + _part_of(timedelta(hours=2), chance)


def next_moment(
    after: datetime,
    pattern: str,
    zone: ZoneInfo,
    is_away: Callable[[date], bool],
    chance: Random,
) -> datetime | None:
    """A moment soon after another at which somebody works; None: not within five days."""
    local = after.astimezone(zone)
    for ahead in range(_LONGEST_WAIT_DAYS):
        day = local.date() + timedelta(days=ahead)
        if is_away(day):
            continue
        for bounds in blocks(pattern)[day.weekday()]:
            start, end = (datetime.combine(day, bound, zone) for bound in bounds)
            if end > local:
                start = max(start, local)
                return start + _part_of(min(end - start, timedelta(minutes=90)), chance)
    return None


def _part_of(span: timedelta, chance: Random) -> timedelta:
    return timedelta(seconds=int(span.total_seconds() * chance.random()))
