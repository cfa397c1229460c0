"""Fill one table, and look whether its rows are what they should be."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import models
from models.settings import Settings
from models.tables import Table
from pipelines.calendars import Calendars
from pipelines.night import Night
from warehouse.basis import Basis
from warehouse.lake import Lake
from warehouse.refresh import Step, refresh

BROKEN = "broken_rules"
REPEATED = "key occurs twice"


@dataclass(frozen=True)
class Computed:
    """What a step did: weeks computed and changed, and all rows of the table that stand now.

    `broken` counts rows set aside by rule, and repeated keys, over the whole table: also those of
    an earlier run, for they are missing as long as they are not mended.
    """

    weeks: int
    changed_weeks: int | None
    row_count: int
    broken: Mapping[str, int]


def compute(night: Night, step: Step, calendars: Calendars) -> Computed:
    """Brings the table of one step up to date, in one commit."""
    done = refresh(
        night.lake,
        step,
        calendars.only(step.parameters),
        fingerprint=fingerprint(night.settings, night.generation),
        until=night.until,
    )
    return Computed(
        weeks=len(done.weeks),
        changed_weeks=None if done.changed is None else len(done.changed),
        row_count=night.lake.row_count(step.table),
        broken=broken(night.lake, step.table, night.last),
    )


def broken(lake: Lake, table: Table, last: Basis | None = None) -> dict[str, int]:
    """Rows set aside by rule, and rows that repeat a key; nothing where all is as declared.

    Where the `last` publication found all keys once under the same rules, only what changed since
    is looked through; that a key is in two weeks shows when the file is checked.
    """
    counts: dict[str, int] = {}
    for rules in lake.quarantine.rows(table)[BROKEN]:
        for rule in str(rules).split("; "):
            counts[rule] = counts.get(rule, 0) + 1
    weeks = None
    if last is not None and last.code == code():
        mark = last.marks.get(table.name, "")
        if table.week is not None or mark == lake.snapshot(table).mark:
            weeks = lake.touched_since(table, mark)
    repeated = 0 if weeks == frozenset() else lake.duplicate_keys(table, weeks)
    return counts | ({REPEATED: repeated} if repeated else {})


def fingerprint(settings: Settings, generation: str) -> str:
    """Digest of all that rows depend on besides the rows they are made of.

    Code, the settings that reach it, the holidays' version, and the generation of a full run.
    """
    parts = {
        "code": code(),
        "zone": settings.company.time_zone,
        "locations": [location.model_dump() for location in settings.locations],
        "holidays": version("holidays"),
        "generation": generation,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


@cache
def code() -> str:
    """Digest of the domain's code."""
    digest = hashlib.sha256()
    folder = Path(models.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
