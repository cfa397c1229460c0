"""Small calendars for tests."""

from datetime import UTC, datetime

from connectors.ics_entries import Entry, Found, Window, read_calendar

KEY = b"k" * 32
NEW_YORK = """\
BEGIN:VTIMEZONE
TZID:Ours
BEGIN:STANDARD
DTSTART:20201101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20200308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE
"""


def event(*lines: str, uid: str = "u", start: str = ":20260923T110000Z", minutes: int = 30) -> str:
    """An entry; `start` is what follows DTSTART. One with DTEND or DURATION brings its own end."""
    has_end = any(line.startswith(("DTEND", "DURATION")) for line in lines)
    ends = [] if has_end or "VALUE=DATE:" in start else [f"DURATION:PT{minutes}M"]
    return "\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTART{start}", *ends, *lines, "END:VEVENT\n"]
    )


def calendar(*parts: str) -> bytes:
    """A calendar of entries, zones and lines of its own."""
    lines = "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{lines}END:VCALENDAR\n".encode()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def found(
    *parts: str, since: str = "2026-09-01", until: str = "2026-12-01", place: str = "a.ics"
) -> Found:
    window = Window(moment(since), moment(until), KEY, "rooms")
    return read_calendar(calendar(*parts), place, window)


def entries(*parts: str, **window: str) -> list[Entry]:
    return sorted(found(*parts, **window).entries, key=lambda entry: entry.meeting_id)


def entry(*lines: str, **given: str) -> Entry:
    """The one date of one entry with these lines."""
    [only] = entries(event(*lines, **given))  # type: ignore[arg-type]
    return only


def starts(*parts: str, **window: str) -> list[str]:
    return sorted(f"{one.starts_at:%Y-%m-%d %H:%M}" for one in entries(*parts, **window))
