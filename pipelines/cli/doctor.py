"""`doctor`: one line a check, so that a night does not fail for what could be known before."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl
from cyclopts import Parameter

from connectors import corrections, org_files, readers
from connectors.connector import SourceError
from models.settings import Settings
from models.sources import secret_name
from models.tables import org
from models.tables.registry import TABLES
from pipelines.cli import session
from pipelines.cli.stores import Store, published
from pipelines.errors import DONE, UNREACHABLE
from pipelines.night import environment, last_run_ahead
from pipelines.register import CORRECTIONS, read_files
from pipelines.settings_file import SettingsError
from pipelines.sync import access
from pipelines.touched import weeks_of_events
from warehouse import read
from warehouse.lake import Lake, LakeError
from warehouse.ledger import LedgerError

LEAST_FREE = 1 << 30  # bytes; a build needs about twice the room of the published files
FIRST = 5  # problems of org files that are shown


@dataclass(frozen=True)
class Check:
    """One thing looked at: whether it is as it should be, and what to do if not."""

    name: str
    is_good: bool
    text: str


def doctor(*, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Look whether everything that a night needs is there; secrets are never shown.

    Args:
        json: As JSON.
    """
    checks = list(_checks())
    if json:
        session.say_json([asdict(check) for check in checks])
    for check in [] if json else checks:
        session.say(f"{'ok  ' if check.is_good else 'MEND'}  {check.name:<12} {check.text}")
    return DONE if all(check.is_good for check in checks) else UNREACHABLE


def _checks() -> Iterator[Check]:
    try:
        settings = session.settings()
    except SettingsError as error:
        for line in error.lines:
            yield Check("settings", False, line)
        return
    path = Path(settings.folder) / settings.file_name
    yield Check("settings", True, f"{path}, {len(settings.sources)} sources")
    for gap in settings.gaps_in_law():
        yield Check("settings", False, gap)
    for part in PARTS:
        yield from part(settings)


def _credentials(settings: Settings) -> Iterator[Check]:
    needed = [
        secret_name(source.name, part) for source in settings.sources for part in source.secrets
    ]
    to = settings.notify.failures_to
    needed += ["DOTTEDLINE_SMTP_HOST"] if to and "://" not in to else []
    given = environment(settings)
    for name in needed:
        text = "is set" if name in given else "is missing; set it in the environment or .env"
        yield Check("credentials", name in given, f"{name} {text}")
    if not needed:
        yield Check("credentials", True, "none needed")


def _sources(settings: Settings) -> Iterator[Check]:
    now = session.now()
    for source in settings.sources:
        try:
            given = access(settings, source, now=now, bounds=(now, now), key=b"")
            for is_good, text in readers.probe(source, given):
                yield Check("source", is_good, f"{source.name}: {text}")
        except SourceError as error:
            yield Check("source", False, f"{source.name}: {error}")
    if not settings.sources:
        yield Check("source", False, f"none in {settings.file_name}; add one as [[sources]]")


def _clock(settings: Settings) -> Iterator[Check]:
    now = session.now()
    zone = settings.company.time_zone
    try:
        last = last_run_ahead(settings, now)
        weeks = weeks_of_events(Lake(settings.storage.lake))
    except (LedgerError, LakeError) as error:
        yield Check("clock", False, str(error))
        return
    here = f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} in {zone}"
    if last is not None:
        text = f"{here}, before the last run of {last:%Y-%m-%d %H:%M} UTC; set it"
        yield Check("clock", False, text)
    elif weeks and max(weeks) > now.astimezone(UTC).date():
        yield Check("clock", False, f"{here}, yet there is data of {max(weeks)}; set the clock")
    else:
        yield Check("clock", True, here)


def _disk(settings: Settings) -> Iterator[Check]:
    folder = Path(settings.storage.root)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    is_writable = os.access(folder, os.W_OK)
    text = f"{free / 2**30:.1f} GiB free at {folder}"
    if not is_writable:
        text += "; it cannot be written to"
    elif free < LEAST_FREE:
        text += "; make room, a night needs at least 1 GiB"
    yield Check("disk", is_writable and free >= LEAST_FREE, text)


def _zones(settings: Settings) -> Iterator[Check]:
    try:
        known = ZoneInfo(settings.company.time_zone)
    except ZoneInfoNotFoundError:
        yield Check("time zones", False, "no time zone data; pip install tzdata")
        return
    summer, winter = (datetime(2026, month, 1, tzinfo=known).utcoffset() for month in (7, 1))
    moves = "with" if summer != winter else "without"
    yield Check("time zones", True, f"{settings.company.time_zone} is known, {moves} summer time")


def _org(settings: Settings) -> Iterator[Check]:
    folder = Path(settings.org.directory)
    zone = settings.company.time_zone
    try:
        files = read_files(settings)
        if not files.has_people:
            files = read_files(settings, _made_of_commits(settings))
    except SourceError as error:
        yield Check("org files", False, str(error))
        return
    answers = corrections.read(Path(settings.folder) / CORRECTIONS, zone)
    problems = pl.concat([files.problems, answers.problems])
    problems = pl.concat([problems, _unknown_then(settings, problems)])
    lines = [org_files.problem_line(*row) for row in problems.rows()]
    for line in lines[:FIRST]:
        yield Check("org files", False, line)
    if len(lines) > FIRST:
        yield Check("org files", False, f"and {len(lines) - FIRST} more rows left out")
    if not lines:
        people = files.frames["people"]["person_id"].n_unique()
        yield Check("org files", True, f"{folder}: {people} people, nothing left out")
    for note in files.notes:
        yield Check("org files", True, note)


def _made_of_commits(settings: Settings) -> list[str]:
    """People of the last run, whom files may name where there is no people.csv."""
    lake = Lake(settings.storage.lake)
    if lake.fault(org.PEOPLE):
        return []
    return [str(row[0]) for row in lake.scan(org.PEOPLE).select("person_id").collect().rows()]


def _unknown_then(settings: Settings, known: pl.DataFrame) -> pl.DataFrame:
    """What the last run left out of corrections, for want of a person, an account or an area."""
    lake = Lake(settings.storage.lake)
    if lake.fault(org.ORG_PROBLEMS):
        return known.clear()
    then = lake.scan(org.ORG_PROBLEMS).filter(pl.col("file") == CORRECTIONS).collect()
    return then.join(known, on=known.columns, how="anti").with_columns(
        problem=pl.col("problem") + " (as of the last run)"
    )


def _lake(settings: Settings) -> Iterator[Check]:
    lake = Lake(settings.storage.lake)
    stored = [table for table in TABLES.values() if table.layer != "mart"]
    faults = [fault for table in stored if (fault := lake.fault(table))]
    for fault in faults:
        yield Check("lake", False, fault)
    if not faults:
        yield Check("lake", True, f"{lake.root}: {len(stored)} tables, all rows can be read")


def _published(settings: Settings) -> Iterator[Check]:
    stores: tuple[Store, Store] = ("ops", "restricted")
    for store in stores:
        path = published(settings, store)
        if not path.exists():
            yield Check("published", True, f"{path.name} is not there yet; dottedline run")
            continue
        try:
            about = read.query(path, "select data_until from mart.about")
            yield Check("published", True, f"{path.name}: acts before {about['data_until'][0]} UTC")
        except read.QueryError as error:
            yield Check("published", False, f"{path.name}: {error}; run again")


PARTS: tuple[Callable[[Settings], Iterator[Check]], ...] = (
    _credentials,
    _sources,
    _clock,
    _disk,
    _zones,
    _org,
    _lake,
    _published,
)
