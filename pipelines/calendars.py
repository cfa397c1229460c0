"""What steps need besides tables: zones, working patterns and public holidays of the people."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cached_property

import polars as pl

from models.sources import AnySource
from models.tables import acts, org
from models.weeks import offsets
from models.working_time import (
    DEFAULT_PATTERN,
    WAITING_PATTERN,
    holiday_dates,
    minutes_of_week,
    work_stretches,
)
from pipelines.night import Night
from pipelines.touched import weeks_of_events

MARGIN = timedelta(days=8)  # local weeks reach beyond those of UTC
NAMES = (
    "company_zone", "offsets", "minutes_of_week", "holiday_dates", "work_stretches", "links",
)  # fmt: skip


class Calendars:
    """The parameters of the steps, made when the first step that computes anything asks.

    They are of the people as they stand in the lake, so only steps after the register may ask.
    """

    def __init__(self, night: Night) -> None:
        self.night = night

    def only(self, names: Collection[str]) -> Mapping[str, object]:
        """Those that a step names, still to be made."""
        return _Some(self, [name for name in NAMES if name in names])

    @cached_property
    def values(self) -> Mapping[str, object]:
        """All of them, by name."""
        lake, company = self.night.lake, self.night.settings.company
        people, absences, requests = (
            lake.scan(table).collect(engine="streaming")
            for table in (org.PEOPLE, org.ABSENCES, acts.REQUESTS)
        )
        stored = weeks_of_events(lake)
        first = min([*stored, self.night.until.date()]) - MARGIN
        last = self.night.until.date() + MARGIN
        locations = {place.id: place.holidays for place in self.night.settings.locations}
        days_off = holiday_dates(locations, range(first.year, last.year + 1))
        start, end = (datetime.combine(day, time(), UTC) for day in (first, last))
        patterns = people["working_hours"].drop_nulls().unique()
        # Waiting is counted of those who were asked; all people over many years would not fit.
        asked = people.filter(pl.col("person_id").is_in(requests["holder_id"].implode()))
        return {
            "company_zone": company.time_zone,
            "links": links(self.night.settings.sources),
            "offsets": offsets([company.time_zone, *people["time_zone"].drop_nulls()], start, end),
            "minutes_of_week": minutes_of_week([DEFAULT_PATTERN, WAITING_PATTERN, *patterns]),
            "holiday_dates": days_off.lazy(),
            "work_stretches": work_stretches(
                asked, absences, days_off, company.time_zone, first, last
            ).lazy(),
        }


def links(sources: Iterable[AnySource]) -> dict[str, str]:
    """The address before an object's id on the page of its source, by name; only https is given."""
    pages = {}
    for source in sources:
        if source.kind == "jira":
            pages[source.name] = f"{source.url}/browse/"
        elif source.kind == "github":
            host = source.url.replace("//api.github.com", "//github.com").removesuffix("/api/v3")
            pages[source.name] = f"{host}/"
    return {name: page for name, page in pages.items() if page.startswith("https://")}


class _Some(Mapping[str, object]):
    """Some of the parameters: nothing is made until one is looked at."""

    def __init__(self, calendars: Calendars, names: Sequence[str]) -> None:
        self.calendars, self.names = calendars, names

    def __getitem__(self, name: str) -> object:
        return self.calendars.values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
