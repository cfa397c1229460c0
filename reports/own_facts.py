"""The values of a person's own page: what is said, before how it looks."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.facts import Series, Usual


@dataclass(frozen=True)
class OwnAct:
    """One act as its doer may check it.

    Where it does not count `minutes` is None and `contest` empty.
    """

    act_id: str
    on: date
    kind: str
    key: str
    url: str | None
    scope: str
    authority: str
    authority_class: str
    rule: str
    minutes: float | None
    low: float | None
    high: float | None
    is_recorded_late: bool
    source: str
    contest: str


@dataclass(frozen=True)
class OwnSum:
    """One kind of hours this week and over the 8 weeks to it; None: not observed."""

    label: str
    week: float | None
    eight: float | None


@dataclass(frozen=True)
class OwnFound:
    """A finding that tells of the person or rests on what they were asked; how to contest it."""

    finding_id: str
    label: str
    sentence: str
    contest: str


@dataclass(frozen=True)
class OwnAsked:
    """Something asked of the person as a holder, and how long it waited in their working hours.

    Neither open nor answered: others took it away.
    """

    on: date
    scope: str
    waited_hours: float | None
    is_open: bool
    is_answered: bool


@dataclass(frozen=True)
class OwnReading:
    """Somebody who read rows about the person, and for which purpose."""

    on: date
    who: str
    purpose: str


@dataclass(frozen=True)
class Own:
    """A person's own page of a week."""

    person_id: str
    name: str
    week: date
    iso_week: str
    days: str
    company: str
    headline: str
    hidden: tuple[float | None, float | None, float | None]
    mean: tuple[float | None, float | None, float | None]
    series: Series
    usual: Usual | None
    sums: tuple[OwnSum, ...]
    acts: tuple[OwnAct, ...]
    before: tuple[OwnAct, ...]
    more: int
    found: tuple[OwnFound, ...]
    asked: tuple[OwnAsked, ...]
    readings: tuple[OwnReading, ...]
    contests: tuple[tuple[str, str], ...]
    readers: tuple[str, ...]
    opens_on: date | None
    preview_working_days: int
    smallest_group: int
    answers_to: str
    assessed_on: date | None
    run_id: str
    data_until: datetime
    rendered_at: datetime
    method_version: str
    is_calibrated: bool
