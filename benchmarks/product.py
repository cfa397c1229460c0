"""The product's own transforms and writing, from the generated files to what readers get.

`python -m benchmarks.product DATA OUT` writes the restricted store as OUT, the one file that SQL
and pandas write too; with `--both` both stores into the folder OUT, with pseudonyms and all checks;
`--floors PATH` leaves the noise floors there; `--profile` prints CPU seconds by step. The steps are
those of the night, in their order; what is between them stays in memory, where the night keeps it
in the lake.
"""

import argparse
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from benchmarks.floors import write_floors
from benchmarks.generated import COMPANY_ZONE, END, FIRST_WEEK, LAST_WEEK, SMALLEST_GROUP
from models.marts import SOURCES, marts
from models.objections import without_objectors
from models.tables import acts as ledger
from models.tables import mart, metrics, org
from models.tables.registry import TABLES
from models.tables.table import Table
from models.weeks import weeks_between
from models.working_time import work_stretches
from pipelines.steps import ACTS, MEASURES, STEPS
from warehouse.build import build
from warehouse.publish import About, _about, _handed_over, publish  # the steps of one store
from warehouse.refresh import Step

Frames = dict[str, pl.LazyFrame]
LEDGERS = (org.COMMIT_SCOPES, ledger.REVIEWS, ledger.MERGES)  # generated, or not needed
ABOUT = About("benchmark", END, END, "1", "benchmark")
KEPT = {org.OBJECTIONS.name, metrics.HIDDEN_MINUTES.name, metrics.PRESENT_WEEKS.name}
CALENDARS = ("offsets", "minutes_of_week", "holiday_dates")


class Clock:
    """CPU seconds of this process, by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Adds what is spent inside to `name`."""
        before = time.process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - before


def tables(data: Path, clock: Clock, steps: Sequence[Step]) -> Frames:
    """The tables that these steps make and need, by their names in the lake; others are empty.

    A table that no later step and no reader needs is let go, as the night leaves it in the lake.
    """
    found = _given(data)
    parameters = _parameters(data, found)
    todo = [step for step in steps if step.table not in LEDGERS]
    for number, step in enumerate(todo, start=1):
        with clock.step(step.table.name):
            rows = _bounded(step.table, step.transform(**_arguments(step, found, parameters)))
            if step.table is ledger.ACT_TARGETS:
                rows = pl.concat([rows, _scan(data, "group_targets")])
            found[step.table.name] = rows.collect(engine="streaming").lazy()
        later = {table.name for other in todo[number:] for table in other.inputs}
        kept = later | set(SOURCES.values()) | KEPT
        found = {name: rows for name, rows in found.items() if name in kept}
    empty = {table.name: table.schema.create_empty(lazy=True) for table in TABLES.values()}
    return {**empty, **found}


def _given(data: Path) -> Frames:
    """Tables that no step makes here; those without a file are empty."""
    made = {step.table for step in STEPS} - set(LEDGERS)
    needed = {table for step in STEPS for table in step.inputs} | {org.OBJECTIONS, org.TEAMS}
    found = {table.name: _read(data, table) for table in needed - made}
    return {**found, ledger.REVIEWS.name: _scan(data, "acts")}


def _read(data: Path, table: Table) -> pl.LazyFrame:
    name = table.name.partition(".")[2]
    if (data / f"{name}.parquet").exists():
        return _scan(data, name)
    return table.schema.create_empty(lazy=True)


def _scan(data: Path, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(data / f"{name}.parquet")


def _parameters(data: Path, found: Frames) -> dict[str, object]:
    """What steps need besides tables; nobody was asked for anything, so nobody's waiting counts."""
    calendars = {name: _scan(data, name) for name in CALENDARS}
    asked = found[org.PEOPLE.name].limit(0).collect()
    absences, days_off = found[org.ABSENCES.name].collect(), calendars["holiday_dates"].collect()
    return {
        **calendars,
        "company_zone": COMPANY_ZONE,
        "links": {},
        "weeks": weeks_between(FIRST_WEEK, LAST_WEEK),
        "until": END,
        "work_stretches": work_stretches(
            asked, absences, days_off, COMPANY_ZONE, FIRST_WEEK, LAST_WEEK
        ).lazy(),
    }


def _arguments(step: Step, found: Frames, parameters: Mapping[str, object]) -> dict[str, object]:
    inputs = {table.name.partition(".")[2]: found[table.name] for table in step.inputs}
    return {**inputs, **{name: parameters[name] for name in step.parameters}}


def _bounded(table: Table, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of the year; sums over the weeks before run on past it."""
    return rows.filter(pl.col("week") <= LAST_WEEK) if table.week == "week" else rows


def one_store(made: Frames, out: Path, clock: Clock) -> None:
    """The restricted store alone, made as `warehouse.publish` makes it."""
    handover = out.with_suffix(".handover")
    frames = without_objectors(marts(made, END), made[org.OBJECTIONS.name])
    with clock.step("hand over"):
        _handed_over({**frames, mart.ABOUT.name: _about(ABOUT)}, handover)
    with clock.step("build"):
        build(out, handover, "restricted", "pseudonyms")
    shutil.rmtree(handover)


def both_stores(made: Frames, out: Path, clock: Clock) -> None:
    """All that a night publishes: both stores, checked and swapped in."""
    frames = {**marts(made, END), org.OBJECTIONS.name: made[org.OBJECTIONS.name]}
    with clock.step("publish"):
        publish(
            frames,
            ABOUT,
            root=out,
            detail="pseudonyms",
            key=b"made up for a benchmark, no secret",
            smallest_group=SMALLEST_GROUP,
        )


def main() -> None:
    """Computes and writes what the arguments ask for."""
    asked = argparse.ArgumentParser()
    asked.add_argument("data", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--floors", type=Path)
    asked.add_argument("--both", action="store_true")
    asked.add_argument("--profile", action="store_true")
    given = asked.parse_args()
    clock = Clock()
    # SQL and pandas look for no signs, so beside them the product does not either.
    made = tables(given.data, clock, STEPS if given.both else [*ACTS, *MEASURES])
    (both_stores if given.both else one_store)(made, given.out, clock)
    if given.floors:
        write_floors(made, given.floors)
    if given.profile:
        for name, seconds in clock.seconds.items():
            print(f"  {name:24}{seconds:8.2f} s")


if __name__ == "__main__":
    main()
