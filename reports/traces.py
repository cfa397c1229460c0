"""What a finding rests on, as a reader can open or look it up: a key with its day, and a link.

Meetings have no key that says anything: their day, hour and organiser stand for them, as no title
is kept. A request has its day, and who was asked where the reader may know it.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reports import phrases
from reports.facts import Evidence
from reports.rows import Rows, in_utc

Row = dict[str, Any]
NameOf = Callable[[str], str]
MOST_LINKS = 3
STARTS = re.compile(
    r"@([12]\d{3}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])T(?:[01]\d|2[0-3])[0-5]\d[0-5]\d)Z$"
)


def by_finding(rows: Rows) -> dict[str, list[Row]]:
    """Traces by finding: outside the role first, those with a link first, then by moment."""
    found: dict[str, list[Row]] = {}
    for row in rows["evidence"].rows(named=True):
        found.setdefault(row["finding_id"], []).append(row)
    return {finding: sorted(traces, key=_order) for finding, traces in found.items()}


def _order(row: Row) -> tuple[bool, bool, str, str]:
    return (
        row["authority_class"] not in (None, "informal"),
        phrases.link(row["evidence_url"]) is None,
        at.isoformat() if (at := _moment(row)) else "9",
        row["evidence_id"],
    )


def is_openable(row: Row) -> bool:
    """Whether a reader can go and look: a link, a dated meeting, or a thing by its own id.

    A ticket has its key also where its tracker is on a network to which no page may link.
    """
    if phrases.link(row["evidence_url"]) is not None:
        return True
    if is_meeting(row):
        return _moment(row) is not None
    return row["object_kind"] in ("commit", "ticket", "code_review") and bool(row["object_id"])


def shown(traces: Iterable[Row], name_of: NameOf, zone: str) -> tuple[Evidence, ...]:
    """The first few traces, each thing once."""
    found: dict[str, Evidence] = {}
    for row in traces:
        trace = evidence(row, name_of, zone)
        found.setdefault(trace.label, trace)
        if len(found) == MOST_LINKS:
            break
    return tuple(found.values())


def evidence(row: Row, name_of: NameOf, zone: str) -> Evidence:
    """One trace with its link; none where the address is not safe."""
    at = _moment(row)
    link = phrases.link(row["evidence_url"])
    if is_meeting(row):
        who = f", organised by {name_of(row['person_id'])}" if row["person_id"] else ""
        return Evidence(f"{meeting_words(at, zone)}{who}", link)
    if row["evidence_kind"] == "request":
        return Evidence(f"request{_asked(at, zone)}", link)
    key = phrases.cut(phrases.shown(row["object_id"] or row["evidence_id"]), 24)
    return Evidence(f"{key}{_day(at, zone)}", link)


def is_meeting(row: Row) -> bool:
    """Whether the trace is a meeting."""
    return "meeting" in (row["evidence_kind"], row["object_kind"])


def meeting_words(at: datetime | None, zone: str) -> str:
    """`meeting of 23 Sep, 11:00`: no title is kept."""
    if at is None:
        return "a meeting"
    local = at.astimezone(ZoneInfo(zone))
    return f"meeting of {phrases.short_day(local.date())}, {local:%H:%M}"


def _moment(row: Row) -> datetime | None:
    """When it happened; of a meeting without an act, when its id says that it starts."""
    if row["happened_at"]:
        return in_utc(row["happened_at"])
    told = STARTS.search(row["evidence_id"] or "") if is_meeting(row) else None
    return datetime.fromisoformat(told[1]).replace(tzinfo=UTC) if told else None


def _day(at: datetime | None, zone: str) -> str:
    return f", {phrases.short_day(at.astimezone(ZoneInfo(zone)).date())}" if at else ""


def _asked(at: datetime | None, zone: str) -> str:
    day = _day(at, zone).removeprefix(", ")
    return f" of {day}" if day else ""
