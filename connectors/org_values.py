"""Single values of org files and corrections: text in, a checked value out.

Each reader raises ValueError with what is wrong and what to do; the caller adds file, line,
column and the value seen.
"""

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from models.settings import is_time_zone
from models.tables import columns as c
from models.working_time import stretches

Reader = Callable[[str], object]

_SHOWN = 60  # characters of a value in a message
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?")

TYPES: Mapping[str, pl.DataType] = {
    "moment": c.MOMENT,
    "day": pl.Date(),
    "hours": pl.Float64(),
}  # what is not here is text


def shown(text: str) -> str:
    """A value as a message may hold it: one line, no control characters, not too long."""
    clean = "".join(sign if sign.isprintable() else "?" for sign in text)
    return clean if len(clean) <= _SHOWN else f"{clean[:_SHOWN]}…"


def did_you_mean(text: str, known: Collection[str]) -> str:
    """`. Did you mean "x"?` where something known is like the text; empty otherwise."""
    close = difflib.get_close_matches(text, known, n=1, cutoff=0.7)
    return f'. Did you mean "{shown(close[0])}"?' if close else ""


def moment(zone: str) -> Callable[[str], datetime]:
    """Reads a date, which begins at 00:00 in the zone, or a moment with an offset."""
    place = ZoneInfo(zone)

    def read(text: str) -> datetime:
        try:
            if _DAY.fullmatch(text):
                return datetime.fromisoformat(text).replace(tzinfo=place).astimezone(UTC)
            if _MOMENT.fullmatch(text):
                found = datetime.fromisoformat(text)
                if found.tzinfo is None:
                    raise ValueError("has no offset; write 2026-01-31T09:00+01:00 or a date")
                return found.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            if str(error).startswith("has no offset"):
                raise
            raise ValueError("is no day of the calendar; write it as 2026-01-31") from None
        raise ValueError("is no date; write it as 2026-01-31")

    return read


def day(text: str) -> date:
    """Reads a date."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is no day of the calendar; write it as 2026-01-31") from None
    raise ValueError("is no date; write it as 2026-01-31")


def hours(text: str) -> float:
    """Reads hours a week: 0 to 168, with a point."""
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", text) or float(text) > 168:
        raise ValueError("is no number of hours a week from 0 to 168; write 38.5")
    return float(text)


def label(labels: Collection[str]) -> Callable[[str], str]:
    """Reads one of a closed list."""

    def read(text: str) -> str:
        if text not in labels:
            listed = ", ".join(labels)
            raise ValueError(f"is not one of {listed}{did_you_mean(text.lower(), labels)}")
        return text

    return read


def act_kinds(text: str) -> str:
    """Reads kinds of acts separated by ';', without repeats."""
    kinds = [part.strip() for part in text.split(";") if part.strip()]
    for kind in kinds:
        if kind not in c.KINDS:
            guess = did_you_mean(kind.lower(), c.KINDS)
            listed = guess if guess else f"; known are {', '.join(c.KINDS)}"
            raise ValueError(f'names no kind of act with "{shown(kind)}"{listed}')
    return ";".join(dict.fromkeys(kinds))


def zone(text: str) -> str:
    """Reads an IANA time zone."""
    if not is_time_zone(text):
        raise ValueError("is no time zone; write one such as Europe/Berlin")
    return text


def pattern(text: str) -> str:
    """Reads a pattern of working hours."""
    stretches(text)
    return text


def one_of(known: Collection[str], otherwise: str) -> Callable[[str], str]:
    """Reads an id that must be known; `otherwise` says what an unknown one is and what to do."""

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"{otherwise}{did_you_mean(text, known)}")
        return text

    return read
