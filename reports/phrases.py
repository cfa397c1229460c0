"""Words of the pages: hours, ranges, bands, dates and lists in plain English.

No sentence is generated: each is a template whose slots are filled from tables. Adjectives about
persons do not occur, and what is estimated never stands without its range or band.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
BANDS = (1.0, 3.0, 6.0, 10.0)  # METHOD 5, Display: < 1, 1-3, 3-6, 6-10, > 10 hours a week
WIDEST = 1.7  # METHOD 5, Display: an interval wider than this times its point is shown as a band
NAMELESS = "(no name)"

GAPS = {True: "too few", False: "not read"}  # why a week has no total, by whether it was read

AUTHORITY = {
    "formal_line": "under the reporting line",
    "formal_mandate": "under a recorded mandate",
    "delegated": "delegated by the holder",
    "shared": "agreed by the team",
    "ordinary": "an everyday duty of the role",
    "gap": "recorded roles cover nobody here",
    "cover": "the holder was away or slow to answer",
    "bypass": "the holder was acting there just then",
    "unresolved": "somebody else holds it; traces do not say whether they were available",
    "unknown": "not known; counts nowhere",
    "excluded": "does not count",
}
PARTS = {
    "gap": "nobody owns it",
    "cover": "owner away or slow",
    "bypass": "owner acting there",
    "unresolved": "owner's state not known",
    "excess": "reviews above the fair share",
}
KINDS = {
    "assign": "gave out work",
    "reassign": "moved work",
    "triage": "sorted incoming work",
    "answer": "answered a question",
    "review": "reviewed work",
    "decide": "decided",
    "merge": "merged work",
    "request_review": "asked for a review",
    "remind": "reminded of a rule",
    "convene": "held a meeting",
    "set_agenda": "set an agenda",
    "follow_up": "gave out a follow-up",
    "onboard": "introduced a newcomer",
    "hand_off": "handed over between teams",
    "endorse": "endorsed an initiative",
    "command": "directed an incident",
    "escalate": "escalated",
}
SIGNS = {
    "S1": "Who sets agendas and follow-ups",
    "S2": "Who makes final calls",
    "S3": "Norms kept by peers",
    "S4": "Who moves work in a crisis",
    "S5": "What spreads by endorsement",
    "S6": "Whom quiet members follow",
    "S7": "Who keeps a process going",
    "S8": "Work across teams by peers",
    "D1": "Taking up what peers took up",
    "D2": "Holders far from the work",
    "D3": "How full a holder's weeks are",
    "D4": "Leading along frequent contact",
    "D5": "Leading along shared goals",
    "D6": "Unclear roles",
    "P1": "Unclear or overlapping roles",
    "P2": "How long holders take to answer",
    "P3": "A surge of work",
    "P4": "A young domain",
    "P5": "Thin contact with the line",
    "P6": "Few formal cues",
    "P7": "Nobody to step in",
    "P8": "Slow answers from the line",
    "L1": "More leading work than peers",
    "W1": "A load pattern worth a conversation",
    "W2": "Required steps skipped",
    "E1": "Repeated conflict",
    "E2": "Sustained overload",
    "E3": "Blocked decisions",
}
MATCH = {
    "differs": "differs",
    "no_owner": "no owner published",
    "matches": "matches",
    "too_few": "too few acts",
}
MATCH_COUNTED = {
    "differs": ("differs", "differ"),
    "no_owner": ("has no published owner", "have no published owner"),
    "matches": ("matches", "match"),
    "too_few": ("has too few acts", "have too few acts"),
}
GRADE_ALLOWS = {
    "A": "all findings",
    "B": "all findings, marked B",
    "C": "team ranges and ownership gaps only",
    "D": "the list of ownership gaps only; fix the register first",
    None: "team ranges and ownership gaps only, until enough acts are seen to grade it",
}
BLIND_SPOTS = (
    "Conversations, chat and phone leave no trace.",
    "People who work by talking are under-measured.",
    "Reading and thinking time is invisible.",
    "The estimate is a lower-leaning view of traced work.",
    "The quality and the value of the leading are not measured.",
)
GLOSSARY = {
    "Leading work": "An act that directs, allocates, decides, coordinates, unblocks, sets norms or "
    "develops people, for somebody else's work.",
    "Outside the role": "Traces show the act, and no recorded line, mandate, delegation or team "
    "agreement covers it. It says nothing about whether it was right.",
    "Likely range": "In 9 weeks of 10 like this one the true hours lie within it. Ranges of weeks "
    "or people do not add.",
    "Band": "Shown instead of a point where the range is wider than 1.7 times the point.",
    "Usual": "The 10th to 90th percentile of the 12 weeks before, of the same person, team or "
    "project.",
}


def shown(text: str | None) -> str:
    """A text from a source as it may stand on a page: one line, nothing invisible in it.

    Control, bidirectional, zero-width and unassigned characters go, since names and titles come
    from strangers; escaping is the template's.
    """
    if text is None:
        return ""
    spaced = "".join(" " if sign in "\t\n\r\v\f\x85\u2028\u2029" else sign for sign in text)
    return " ".join(visible(spaced).split())


def visible(text: str) -> str:
    """The text without a character that shows nothing or turns the others around."""
    return "".join(sign for sign in text if unicodedata.category(sign)[0] != "C" or sign == "\n")


def link(address: str | None) -> str | None:
    """The address if it is https and nothing in it is odd, else None: the page then shows none."""
    if address is None or not re.fullmatch(
        r"https://[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]+", address
    ):
        return None
    return address


def cut(text: str, length: int) -> str:
    """At most `length` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def half(value: float) -> float:
    """Hours to the half hour, from 100 on to the hour; what lies between goes up."""
    return math.floor(value * 2 + 0.5) / 2 if value < 100 else math.floor(value + 0.5)


def number(value: float) -> str:
    """A number without needless zeros, thousands separated by a comma."""
    return f"{value:,.1f}".removesuffix(".0")


def tenths(value: float) -> str:
    """A quantity as findings say it: to a tenth, what lies between goes up."""
    return number(math.floor(value * 10 + 0.5) / 10)


def hours(value: float) -> str:
    """Hours to the half hour: `13 h`, `2.5 h`, `under 0.5 h`."""
    if 0 < value < 0.25:
        return "under 0.5 h"
    return f"{number(half(value))} h"


def span(low: float, high: float) -> str:
    """Two numbers of hours to the half hour as a range: `10–18`."""
    return f"{number(half(low))}–{number(half(high))}"


def usual_words(low: float, high: float) -> str:
    """The hours of usual weeks as a range, or that there are none."""
    if not half(high):
        return "none"
    return number(half(low)) if half(low) == half(high) else span(low, high)


def is_banded(value: float, low: float, high: float) -> bool:
    """Whether the interval is too wide for its point, METHOD 5, Display."""
    return value > 0 and high - low > WIDEST * value


def band(value: float, *, is_total: bool = False) -> tuple[float, float | None]:
    """The band that holds the hours; None: no upper end. Totals go on by doubling after 10."""
    edges = [0.0, *BANDS]
    while is_total and value > edges[-1]:
        edges.append(edges[-1] * 2)
    above = next((at for at, edge in enumerate(edges) if value < edge), len(edges))
    return edges[above - 1], edges[above] if above < len(edges) else None


def band_words(low: float, high: float | None) -> str:
    """A band in words: `under 1 h`, `3–6 h`, `over 10 h`."""
    if high is None:
        return f"over {number(low)} h"
    return f"under {number(high)} h" if low == 0 else f"{number(low)}–{number(high)} h"


def percent(share: float) -> str:
    """A share in steps of 5 %, as METHOD 11.3 rounds."""
    return f"{math.floor(share * 20 + 0.5) * 5} %"


def day(value: date) -> str:
    """`16 November 2026`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """`16 Nov`."""
    return f"{value.day} {MONTHS[value.month - 1][:3]}"


def iso_week(monday: date) -> str:
    """`2026-W47`."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def week_days(monday: date) -> str:
    """`16–22 November 2026`, naming what changes within the week."""
    sunday = monday + timedelta(days=6)
    if monday.year != sunday.year:
        return f"{day(monday)} – {day(sunday)}"
    if monday.month != sunday.month:
        return f"{monday.day} {MONTHS[monday.month - 1]} – {day(sunday)}"
    return f"{monday.day}–{day(sunday)}"


def names(people: Sequence[str]) -> str:
    """`Ana`, `Ana and Ben`, `Ana, Ben and Cai`."""
    if len(people) < 2:
        return "".join(people)
    return f"{', '.join(people[:-1])} and {people[-1]}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 act`, `1,200 acts`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def percent_span(low: float, high: float) -> str:
    """Two shares in steps of 5 % as a range: `55–60 %`, or one where they are the same."""
    ends = [percent(low).removesuffix(" %"), percent(high)]
    return ends[1] if f"{ends[0]} %" == ends[1] else "–".join(ends)
