"""The values of a weekly page, filled from published tables: what is said, before how it looks.

Hours are floats as published; rounding and bands are in the sentences and in `phrases`. A gap is
None. Lists of people are alphabetical.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Series = tuple[float | None, ...]
Usual = tuple[float, float]
Band = tuple[float, float | None]
Departs = Literal["", "above", "below"]
Stage = Literal["learning", "early", "full"]


@dataclass(frozen=True)
class Terms:
    """Under which terms pages are read: from the settings, never from a table.

    `answers_to` is the mail address of the answers; empty: readers write corrections.toml.
    `is_calibrated` says whether the minutes were checked against own time samples here.
    """

    company: str
    time_zone: str = "UTC"
    smallest_group: int = 5
    preview_working_days: int = 2
    assessed_on: date | None = None
    answers_to: str = ""
    is_calibrated: bool = False


@dataclass(frozen=True)
class Allowed:
    """What grade, coverage, preview and reader let the page say, and why not more.

    `hours`: totals; `areas`: owner beside leader; `people`: names and hours of persons; `claims`:
    whether a headline may say that something changed.
    """

    hours: bool
    areas: bool
    people: bool
    claims: bool
    closed_because: str


@dataclass(frozen=True)
class Tile:
    """One number with its range, its usual and twelve weeks of it; None: not known, and why."""

    title: str
    value: str | None
    note: str
    series: Series = ()
    usual: Usual | None = None


@dataclass(frozen=True)
class Carrier:
    """One person's week; without a value `note` says why.

    `band` stands in for the point where the range is too wide.
    """

    person_id: str
    name: str
    title: str
    is_reader: bool
    note: str
    role_hours: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    band: Band | None = None
    usual: Usual | None = None
    series: Series = ()
    is_hollow: bool = False
    this_week: str = ""
    range: str = ""
    mean: str = ""
    mean_range: str = ""
    usual_words: str = ""
    departs: Departs = ""


@dataclass(frozen=True)
class Area:
    """An area with its published owners beside who leads it; `leader` is None where not named."""

    scope_type: str
    title: str
    owners: tuple[str, ...]
    leader: str | None
    leader_words: str
    share: float | None
    informal_share: float | None
    act_count: int
    match: Literal["differs", "no_owner", "matches", "too_few"]


@dataclass(frozen=True)
class Areas:
    """The areas shown, those that differ first, and how many more there are of each match."""

    rows: tuple[Area, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    rest: int = 0


@dataclass(frozen=True)
class Node:
    """A person of the tree: a square has a recorded role, its area grows with the hours."""

    person_id: str
    name: str
    title: str
    has_role: bool
    hours: float | None


@dataclass(frozen=True)
class Tie:
    """Acts of one person toward another over 8 weeks."""

    actor_id: str
    target_id: str
    actor: str
    target: str
    act_count: int
    informal_act_count: int
    hours: float


@dataclass(frozen=True)
class Lines:
    """The solid lines of a reader and the dotted ones among the same people.

    `elsewhere` counts ties to or from people who do not report to the reader; they stay unnamed.
    Of more than 25 people only those with a tie are drawn; `left_out` counts the others.
    """

    top: Node
    people: tuple[Node, ...]
    ties: tuple[Tie, ...]
    elsewhere: int
    sentence: str
    left_out: int = 0


@dataclass(frozen=True)
class Bar:
    """One week of hours outside the role; `total` and `parts` are None where not shown.

    A week that was read has no total where it would be that of too few people.
    """

    week: date
    total: float | None = None
    low: float | None = None
    high: float | None = None
    parts: tuple[float, ...] | None = None
    is_read: bool = False


@dataclass(frozen=True)
class Trend:
    """Twelve weeks, with what is said of them."""

    sentence: str
    bars: tuple[Bar, ...]
    usual: Usual | None


@dataclass(frozen=True)
class Quarter:
    """Mean hours a week of one quarter, with the mean of the weekly bounds."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    act_count: int


@dataclass(frozen=True)
class Crowd:
    """How many people fall into one band of hours, never fewer than the smallest group."""

    label: str
    people: int


@dataclass(frozen=True)
class Source:
    """What was read of one source, by week; None: the week was not read."""

    name: str
    records: int | None
    weeks: tuple[int | None, ...]
    last_sync_at: datetime | None
    is_complete: bool
    problem: str


@dataclass(frozen=True)
class Certainty:
    """What the page rests on and what it cannot see; counts are None where totals are not shown."""

    act_count: int | None
    unknown_count: int | None
    excluded_count: int | None
    late_count: int | None
    late_hours: float | None
    readable: float
    grade: str | None
    allows: str
    sources: tuple[Source, ...]
    left_out: tuple[str, ...]
    would_help: tuple[tuple[str, str], ...]
    has_meetings: bool


@dataclass(frozen=True)
class Evidence:
    """A trace to open: the source's own key and its day; no link where none is safe."""

    label: str
    url: str | None


@dataclass(frozen=True)
class Finding:
    """What was found, in words; `sure` says how sure and of how many traces."""

    finding_id: str
    code: str
    label: str
    sentence: str
    sure: str
    evidence: tuple[Evidence, ...]
    more: int


@dataclass(frozen=True)
class Draft:
    """One thing whose owner is to be published: the owner stays blank until people confirm one."""

    key: str
    url: str | None
    scope: str
    wording: str


@dataclass(frozen=True)
class Move:
    """A recommendation with what it rests on.

    `why` has the findings not told of before, `also` the names of those that were. `answers` are
    labelled mail links, `block` is the same as text to paste.
    """

    move_id: str
    code: str
    position: int
    finding_ids: tuple[str, ...]
    sentence: str
    why: tuple[str, ...]
    also: tuple[str, ...]
    first_step: str
    check: str
    review_on: date
    evidence: tuple[Evidence, ...]
    more: int
    sure: str
    answers: tuple[tuple[str, str], ...]
    block: str
    drafts: tuple[Draft, ...]


@dataclass(frozen=True)
class Moved:
    """One hand-out of a day: rows of who gave and who got it, None where not named here."""

    at: float
    clock: str
    key: str
    giver: int
    taker: int | None


@dataclass(frozen=True)
class Strip:
    """One day of an episode: hours of the day from `first` to `last`, one row a person."""

    sentence: str
    day: date
    zone: str
    first: int
    last: int
    people: tuple[str, ...]
    moved: tuple[Moved, ...]


@dataclass(frozen=True)
class Weekly:
    """A weekly page: every slot of it.

    `told` is what happened in a window, in one sentence; `seen` are findings that no move of the
    page tells of, `unsaid` why others cannot be said, `settled` what answers changed.
    """

    week: date
    iso_week: str
    days: str
    company: str
    reader: str
    reader_words: str
    group: str
    people_count: int | None
    stage: Stage
    weeks_seen: int
    assessable_from: date | None
    allowed: Allowed
    notes: tuple[str, ...]
    headline: str
    told: str
    lede: str
    tiles: tuple[Tile, ...]
    moves: tuple[Move, ...]
    other_moves: tuple[str, ...]
    answers_to: str
    seen: tuple[Finding, ...]
    unsaid: tuple[str, ...]
    carriers: tuple[Carrier, ...]
    areas: Areas
    lines: Lines | None
    strip: Strip | None
    trend: Trend | None
    quarters: tuple[Quarter, ...]
    crowd: tuple[Crowd, ...]
    thanks: tuple[str, ...]
    settled: tuple[str, ...]
    unread_answers: tuple[str, ...]
    certainty: Certainty
    run_id: str
    rendered_at: datetime
    data_until: datetime
    method_version: str
    assessed_on: date | None
    is_calibrated: bool
