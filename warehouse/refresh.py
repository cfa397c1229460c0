"""Computing only what changed: which weeks of a table its touched inputs concern, and those anew.

A row of week `w` depends on rows of its inputs from `w - weeks_back` to `w + weeks_ahead`, as its
table declares; so a touched week `u` of an input concerns the weeks from `u - weeks_ahead` to
`u + weeks_back`. What was consumed is in the table's own commit: a run that is broken off leaves
each table either as it was or complete, and the next one continues. The result is that of a full
rebuild, row for row; a test with random late changes says so.

All weeks are computed when the fingerprint of code and settings differs, when the table is not
stored, or when an input cannot say which weeks it touched.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import dataframely as dy
import polars as pl

from models.tables import Table
from models.weeks import monday, weeks_between
from warehouse.lake import Lake, LakeError, Snapshot, State, Written

WEEK = timedelta(weeks=1)
UTC_WEEK = "utc_week"  # the column of weeks in UTC; any other is of weeks in a person's own zone
EASTERNMOST = timedelta(hours=14)  # a moment's own Monday may come that much before UTC's


@dataclass(frozen=True)
class Step:
    """How one table is filled from others.

    The transform gets each input as keyword argument, named by the part of the table's name after
    the dot, with the rows of the weeks it may read, and of weekly raw tables only those before
    `until`. `parameters` are further keyword arguments, taken from the run's; `weeks` (the sorted
    Mondays being computed) and `until` are always there to be asked for. What the transform says of
    other weeks is dropped.

    A week has rows only where one of the inputs in `needs` has some that it may read, and no other
    is computed; without `needs` any may have rows. A table without weeks needs nothing.
    """

    table: Table
    transform: Callable[..., pl.LazyFrame]
    inputs: tuple[Table, ...]
    parameters: tuple[str, ...] = ()
    needs: tuple[Table, ...] = ()

    def __post_init__(self) -> None:
        names = [table.name.partition(".")[2] for table in self.inputs]
        if len({*names, *self.parameters}) < len(names) + len(self.parameters):
            raise ValueError(
                f"{self.table.name}: two arguments of one name among {', '.join(names)}; a "
                "transform can take only one table of a name"
            )
        if not {table.name for table in self.needs} <= {table.name for table in self.inputs}:
            raise ValueError(f"{self.table.name}: needs a table that is none of its inputs; add it")
        if self.needs and self.table.week is None:
            raise ValueError(f"{self.table.name}: a table without weeks needs nothing")


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did to one table.

    `weeks` were computed; of them `changed` came out otherwise than before (None: any week, in a
    table without weeks). `row_count` counts the rows computed and `quarantined` those of them set
    aside, by rule. Nothing touched: no weeks, no rows, the version as it was.
    """

    table: str
    version: int
    weeks: tuple[date, ...] = ()
    changed: frozenset[date] | None = frozenset()
    row_count: int = 0
    quarantined: Mapping[str, int] = field(default_factory=dict)


def refresh(
    lake: Lake,
    step: Step,
    parameters: Mapping[str, object],
    *,
    fingerprint: str,
    until: datetime,
) -> Refreshed:
    """Brings one table up to date with its inputs, in one commit; `until` bounds what counts.

    Raises:
        LakeError: a parameter is missing, the transform gives rows in another shape, or storage
            refuses. The table stays as it was.
    """
    own = lake.snapshot(step.table)
    filled = _filled(lake, step)
    is_stored = own.delta is not None and own.is_as_declared
    if is_stored and filled is not None and not filled and not own.weeks():
        return Refreshed(step.table.name, own.version)
    inputs = {table.name: lake.snapshot(table) for table in step.inputs}
    bounds = _bounds(step.table, inputs.values(), until)
    touched = _touched(own, inputs, fingerprint, until)
    state = replace(
        own.state,
        fingerprint=fingerprint,
        consumed={name: snapshot.mark for name, snapshot in inputs.items()},
        covered=bounds,
        until=until,
    )
    if step.table.week is None:
        return _refresh_whole(lake, step, parameters, own, inputs, touched, state, until)
    weeks = _concerned(own, touched, bounds)
    if filled is not None:
        weeks = frozenset(w for w in weeks if w in own.weeks() or _reach({w}, step.table) & filled)
    gone = own.weeks() - _all(bounds)
    if is_stored and not weeks and not gone:
        return Refreshed(step.table.name, own.version)
    readable = _reach(weeks, step.table)
    frames = {name: _before(inputs[name], readable, until) for name in inputs}
    arguments = _arguments(step, frames, parameters, sorted(weeks), until)
    week = pl.col(step.table.week)
    rows = step.transform(**arguments) if weeks else own.scan([])
    rows = rows.filter(week.is_null() | week.is_in(sorted(weeks)))
    written = lake.write_weeks(
        step.table, rows.collect(engine="streaming"), weeks | gone, state=state
    )
    return _refreshed(step, written, weeks)


def _filled(lake: Lake, step: Step) -> frozenset[date] | None:
    """The weeks in which there are rows of what the step needs; None: that is not asked."""
    if not step.needs or not lake.quarantine.rows(step.table).is_empty():
        return None
    needs = [lake.snapshot(table) for table in step.needs]
    if any(snapshot.table.week is None and snapshot.row_count for snapshot in needs):
        return None
    return frozenset[date]().union(*(snapshot.weeks() for snapshot in needs))


def _refresh_whole(
    lake: Lake,
    step: Step,
    parameters: Mapping[str, object],
    own: Snapshot,
    inputs: Mapping[str, Snapshot],
    touched: Collection[date] | None,
    state: State,
    until: datetime,
) -> Refreshed:
    if touched is not None and not touched:
        return Refreshed(step.table.name, own.version)
    weeks = sorted(_all(state.covered))
    frames = {name: _before(snapshot, None, until) for name, snapshot in inputs.items()}
    rows = step.transform(**_arguments(step, frames, parameters, weeks, until))
    written = lake.write_whole(step.table, rows.collect(engine="streaming"), state=state)
    return _refreshed(step, written, weeks)


def _bounds(
    table: Table, inputs: Collection[Snapshot], until: datetime
) -> tuple[date, date] | None:
    """First and last week that the table can have; None: no input has a week.

    Weeks of a person's own zone may begin a week before those of UTC do, or end one later.
    """
    is_local = table.week != UTC_WEEK
    firsts = [
        min(weeks) - WEEK if is_local and snapshot.table.week == UTC_WEEK else min(weeks)
        for snapshot in inputs
        if (weeks := snapshot.weeks())
    ]
    if not firsts:
        return None
    latest = until.astimezone(UTC) - timedelta(microseconds=1)
    first, last = min(firsts), monday((latest + EASTERNMOST if is_local else latest).date())
    return (first, last) if first <= last else None


def _touched(
    own: Snapshot, inputs: Mapping[str, Snapshot], fingerprint: str, until: datetime
) -> frozenset[date] | None:
    """Weeks of the inputs that changed since they were consumed; None: any week.

    Another `until` touches the weeks from the one to the other: rows come into sight, or leave it.
    """
    before = own.state
    if own.delta is None or before.fingerprint != fingerprint or before.until is None:
        return None
    if set(before.consumed) != set(inputs):
        return None
    touched: frozenset[date] = frozenset()
    if before.until != until:
        moments = [moment.astimezone(UTC) for moment in (before.until, until)]
        days = [min(moments).date(), (max(moments) + EASTERNMOST).date()]
        touched |= set(weeks_between(*days))
    for name, snapshot in inputs.items():
        weeks = snapshot.touched_since(before.consumed[name])
        if weeks is None:
            return None
        touched |= weeks
    return touched


def _concerned(
    own: Snapshot, touched: frozenset[date] | None, bounds: tuple[date, date] | None
) -> frozenset[date]:
    """The weeks to compute: those that touched ones concern, and those that came into bounds."""
    possible = _all(bounds)
    if touched is None:
        return possible
    concerned = _widened(touched, own.table.weeks_ahead, own.table.weeks_back)
    return possible & (concerned | (possible - _all(own.state.covered)))


def _reach(weeks: Collection[date], table: Table) -> frozenset[date]:
    """The weeks of inputs that rows of these weeks may be made of."""
    return _widened(weeks, table.weeks_back, table.weeks_ahead)


def _widened(weeks: Collection[date], back: int, ahead: int) -> frozenset[date]:
    return frozenset(week + WEEK * n for week in weeks for n in range(-back, ahead + 1))


def _all(bounds: tuple[date, date] | None) -> frozenset[date]:
    return frozenset(weeks_between(*bounds)) if bounds else frozenset()


def _before(snapshot: Snapshot, weeks: Collection[date] | None, until: datetime) -> pl.LazyFrame:
    """The rows of these weeks; in weekly raw tables those before `until`, by their first moment."""
    table = snapshot.table
    rows = snapshot.scan(weeks)
    if table.layer != "raw" or table.week is None:
        return rows
    columns = table.schema.columns().items()
    moment = next(name for name, column in columns if isinstance(column, dy.Datetime))
    return rows.filter(pl.col(moment) < pl.lit(until.astimezone(UTC)))


def _arguments(
    step: Step,
    frames: Mapping[str, pl.LazyFrame],
    parameters: Mapping[str, object],
    weeks: list[date],
    until: datetime,
) -> dict[str, object]:
    known = {**parameters, "weeks": weeks, "until": until}
    missing = [name for name in step.parameters if name not in known]
    if missing:
        raise LakeError(
            f"{step.table.name}: the run has no parameter {', '.join(missing)}; add it to the "
            "run's parameters or take it out of the step"
        )
    tables = {name.partition(".")[2]: frame for name, frame in frames.items()}
    return {**tables, **{name: known[name] for name in step.parameters}}


def _refreshed(step: Step, written: Written, weeks: Collection[date]) -> Refreshed:
    return Refreshed(
        table=step.table.name,
        version=written.version,
        weeks=tuple(sorted(weeks)),
        changed=written.weeks,
        row_count=written.row_count,
        quarantined=written.quarantined,
    )
