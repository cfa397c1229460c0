"""Writing the lake: Delta tables between the layers, partitioned by week.

A commit replaces whole weeks and carries the state of the table with it (`warehouse.commits`). Only
weeks whose rows differ are written, so that later layers compute nothing anew for rows that came
out the same. Rows that break a column rule are set aside and counted (`warehouse.quarantine`).
Reading is in `warehouse.snapshot`, deciding what to compute in `warehouse.refresh`, taking out what
is old in `warehouse.retention`.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

import polars as pl
from deltalake.exceptions import CommitFailedError

from models.tables import Table
from warehouse import commits, storage
from warehouse.commits import State
from warehouse.contracts import ContractError, shaped, split
from warehouse.quarantine import Quarantine
from warehouse.snapshot import Snapshot
from warehouse.storage import LakeError

__all__ = ["Lake", "LakeError", "Snapshot", "State", "Written"]

ATTEMPTS = 20  # writers of other weeks of the same table that may come in between
ANEW = "move its folder away, and `dottedline run --full` makes it anew"

Result = TypeVar("Result")


@dataclass(frozen=True)
class Written:
    """What a write did: the table's version after it and the weeks whose rows changed.

    `weeks` is None where any week may have changed, in a table without weeks. `row_count` counts
    the rows handed over that are in the table now, `quarantined` those set aside, by rule.
    """

    version: int
    weeks: frozenset[date] | None
    row_count: int
    quarantined: Mapping[str, int] = field(default_factory=dict)


class Lake:
    """All stored tables under one root: a local folder, or s3://bucket/prefix."""

    def __init__(self, root: str, storage_options: Mapping[str, str] | None = None) -> None:
        self.root = root.rstrip("/")
        self.storage_options = storage_options
        self.quarantine = Quarantine(self.root, storage_options)
        self._kept: dict[str, tuple[storage.Stamp, Snapshot]] = {}

    def uri(self, table: Table) -> str:
        """Where a table is."""
        return f"{self.root}/{table.name.replace('.', '/')}"

    def snapshot(self, table: Table) -> Snapshot:
        """The table as it stands now; opened again only if another version is the newest.

        Raises:
            LakeError: it cannot be read.
        """
        stamp, kept = self._kept.get(table.name, (None, None))
        if kept is not None and stamp == storage.stamp(self.uri(table), kept.version):
            return kept
        return self._keep(self.opened(table))

    def opened(self, table: Table) -> Snapshot:
        """The table as it stands now, opened for a writer: its commit moves a snapshot on.

        Raises:
            LakeError: it cannot be read.
        """
        return Snapshot(table, storage.opened(self.uri(table), self.storage_options))

    def _keep(self, now: Snapshot) -> Snapshot:
        if stamp := storage.stamp(self.uri(now.table), now.version):
            self._kept[now.table.name] = stamp, now
        return now

    def scan(self, table: Table, weeks: Collection[date] | None = None) -> pl.LazyFrame:
        """The rows of a table, of all weeks or of these; an empty frame if it is not stored yet."""
        return self.snapshot(table).scan(weeks)

    def weeks(self, table: Table) -> frozenset[date]:
        """The weeks of a table that have rows."""
        return self.snapshot(table).weeks()

    def cursor(self, table: Table, source: str) -> Mapping[str, object] | None:
        """Where the last sync of a source into this table ended; None: it was never synced."""
        return self.snapshot(table).state.cursors.get(source)

    def touched_since(self, table: Table, mark: str) -> frozenset[date] | None:
        """Weeks whose rows changed after `Snapshot.mark`; None: any week."""
        return self.snapshot(table).touched_since(mark)

    def row_count(self, table: Table) -> int:
        """How many rows a table has, as its commits say; reads none of them."""
        return self.snapshot(table).row_count

    def fault(self, table: Table) -> str | None:
        """What keeps a table from being read whole, and what to do; None: nothing."""
        try:
            self.scan(table).select(pl.all().null_count()).collect(engine="streaming")
        except LakeError as error:
            return f"{error}; {ANEW}"
        except (pl.exceptions.PolarsError, OSError) as error:  # their messages may quote rows
            return f"{self.uri(table)}: has a damaged file ({type(error).__name__}); {ANEW}"
        return None

    def duplicate_keys(self, table: Table, weeks: Collection[date] | None = None) -> int:
        """How many rows repeat the key of another row, in all weeks or among these."""
        rows = self.scan(table, weeks)
        digests = rows.select(pl.struct(table.key).hash())
        rows_and_keys = digests.select(
            rows=pl.len().cast(pl.Int64), keys=pl.all().n_unique().cast(pl.Int64)
        )
        row_count, digest_count = rows_and_keys.collect(engine="streaming").row(0)
        if row_count == digest_count:
            return 0
        # Digests of different keys may, very rarely, be the same: what looks repeated is counted.
        keys = rows.select(pl.struct(table.key).n_unique().cast(pl.Int64))
        return int(row_count - keys.collect(engine="streaming").item())

    def write_weeks(
        self,
        table: Table,
        rows: pl.DataFrame,
        weeks: Collection[date],
        *,
        state: State | None = None,
    ) -> Written:
        """Replaces the rows of these weeks, in one commit; weeks without rows are cleared.

        `state` replaces what the table says about itself (None: it stays). Without a difference in
        rows or state nothing is committed.

        Raises:
            LakeError: rows of other weeks or in another shape, or storage refuses.
        """
        return self._attempt(
            table, lambda now: self._write_weeks(now, rows, frozenset(weeks), state or now.state)
        )

    def write_whole(
        self,
        table: Table,
        rows: pl.DataFrame,
        touched: Collection[date] | None = None,
        *,
        state: State | None = None,
    ) -> Written:
        """Replaces all rows of a table without weeks, in one commit, if they differ.

        `touched` are the weeks that the difference concerns (None: all of them). `state` as in
        `write_weeks`.

        Raises:
            LakeError: rows in another shape, or storage refuses.
        """
        return self._attempt(
            table, lambda now: self._write_whole(now, rows, touched, state or now.state)
        )

    def upsert(
        self,
        table: Table,
        rows: pl.DataFrame,
        *,
        source: str,
        cursor: Mapping[str, object] | None = None,
        restart: bool = False,
        touched: Collection[date] | None = None,
        objects: tuple[str, Collection[str]] | None = None,
    ) -> Written:
        """Rows of a source replace stored rows of the same key, in one commit with its cursor.

        In a table with weeks a row replaces only within its week: a key that can move to another
        week is the connector's to restart. With `restart` all earlier rows of the source go first,
        with `objects` (a column and values of it) its rows of these, in whatever week.
        Of two new rows with one key the later counts. Rows set aside earlier are looked at again.
        `cursor` None leaves the cursor; `touched` is for tables without weeks, as in `write_whole`.

        A batch that fills several tables hands its cursor to the last of them only: if it is broken
        off before, it is read again, and the rows already there are replaced by themselves.

        Raises:
            LakeError: rows in another shape, or storage refuses.
        """
        cursors = {} if cursor is None else {source: json.loads(json.dumps(cursor))}
        leaving = pl.col("source") == source if restart else None
        if objects and not restart:
            column, values = objects
            leaving = (pl.col("source") == source) & pl.col(column).is_in(sorted(values))
        return self._attempt(table, lambda now: self._upsert(now, rows, cursors, leaving, touched))

    def drop_weeks(self, table: Table, weeks: Collection[date]) -> None:
        """Weeks go without being touched: what was made of them goes at the same time.

        Raises:
            LakeError: storage refuses.
        """
        self._attempt(table, lambda now: _drop(now, weeks))

    def _attempt(self, table: Table, write: Callable[[Snapshot], Result]) -> Result:
        for _ in range(ATTEMPTS):
            now = self.opened(table)
            try:
                done = write(now)
                self._keep(Snapshot(table, now.delta))  # the library moves it on to its commit
                return done
            except CommitFailedError:
                continue  # somebody else committed: look again at what stands there now
            except ContractError as error:
                raise LakeError(str(error)) from None
        raise LakeError(
            f"{table.name}: {ATTEMPTS} times another writer came first; run again when the other "
            "run has ended"
        )

    def _write_weeks(
        self,
        now: Snapshot,
        rows: pl.DataFrame,
        weeks: frozenset[date],
        state: State,
        stored: pl.DataFrame | None = None,
    ) -> Written:
        table, week = now.table, str(now.table.week)
        good, bad, counts = split(table, rows)
        strangers = frozenset(good[week].unique()) - weeks
        if strangers:
            raise LakeError(
                f"{table.name}: rows of week {min(strangers)}, which is not one of the "
                f"{len(weeks)} to replace; mend the function that fills the table"
            )
        self.quarantine.replace(table, bad, weeks)
        is_anew = not now.is_as_declared and now.weeks() <= weeks
        if is_anew:
            changed = weeks
        else:
            before = now.scan(weeks).collect(engine="streaming") if stored is None else stored
            changed = _different_weeks(week, before, good)
        self._commit(
            now,
            good.filter(pl.col(week).is_in(sorted(changed))),
            state,
            changed,
            is_changed=is_anew or bool(changed),
            predicate=None if is_anew else _any_of(week, changed),
        )
        return Written(_version(now), changed, good.height, counts)

    def _write_whole(
        self, now: Snapshot, rows: pl.DataFrame, touched: Collection[date] | None, state: State
    ) -> Written:
        good, bad, counts = split(now.table, rows)
        self.quarantine.replace(now.table, bad, None)
        is_changed = not now.is_as_declared or _differ(now.scan().collect(engine="streaming"), good)
        weeks = frozenset(touched) if touched is not None else None
        if not is_changed:
            weeks = frozenset()
        self._commit(now, good, state, weeks, is_changed=is_changed)
        return Written(_version(now), weeks, good.height, counts)

    def _upsert(
        self,
        now: Snapshot,
        rows: pl.DataFrame,
        cursors: Mapping[str, Mapping[str, object]],
        leaving: pl.Expr | None,
        touched: Collection[date] | None,
    ) -> Written:
        table = now.table
        fresh = shaped(table, rows)
        state = replace(now.state, cursors={**now.state.cursors, **cursors})
        weeks: frozenset[date] | None = None
        if table.week is not None:
            weeks = frozenset(fresh[table.week].drop_nulls().unique())
            weeks |= _weeks_of(now, leaving) if leaving is not None else frozenset()
        stored = now.scan(weeks).collect(engine="streaming")
        earlier = pl.concat([self.quarantine.of_weeks(table, weeks), stored])
        if leaving is not None:
            earlier = earlier.filter(~leaving)
        merged = pl.concat([earlier, fresh]).unique(table.key, keep="last")
        if weeks is None:
            return self._write_whole(now, merged, touched, state)
        return self._write_weeks(now, merged, weeks, state, stored)

    def _commit(
        self,
        now: Snapshot,
        rows: pl.DataFrame,
        state: State,
        touched: Collection[date] | None,
        *,
        is_changed: bool,
        predicate: str | None = None,
    ) -> None:
        """Rows in place of those of the predicate or of all, or just the state, or nothing."""
        table = now.table
        note = commits.properties(state, touched, _transactions(now, state))
        weeks_count = len(touched or [1]) if table.week else 1
        ordered = rows.sort(list(dict.fromkeys([*filter(None, [table.week]), *table.key])))
        if now.delta is None:
            uri = self.uri(table)
            storage.create(uri, ordered, note, table.partition, weeks_count, self.storage_options)
        elif is_changed:
            storage.overwrite(now.delta, ordered, note, predicate, weeks_count)
        elif state != now.state:
            storage.remark(now.delta, note)


def _weeks_of(now: Snapshot, rows: pl.Expr) -> frozenset[date]:
    """The weeks in which there are such rows, set aside ones not among them."""
    week = str(now.table.week)
    found = now.scan().filter(rows).select(pl.col(week).unique())
    return frozenset(found.collect(engine="streaming")[week])


def _drop(now: Snapshot, weeks: Collection[date]) -> None:
    if now.delta is not None:
        storage.overwrite(
            now.delta,
            now.scan([]).collect(),
            commits.properties(now.state, (), {}),
            _any_of(str(now.table.week), weeks),
        )


def _any_of(week: str, weeks: Collection[date]) -> str:
    listed = ", ".join(f"'{day}'" for day in sorted(weeks))
    return f"{week} IN ({listed})"


def _version(now: Snapshot) -> int:
    """The version after a write: the library moves an open table on to what it committed."""
    return 0 if now.delta is None else now.delta.version()


def _transactions(now: Snapshot, state: State) -> dict[str, int]:
    """Application transactions: versions of inputs now in, and a count of each source's cursors."""
    inputs = {
        f"input:{name}": int(mark.partition("@")[2])
        for name, mark in state.consumed.items()
        if mark and mark != now.state.consumed.get(name)
    }
    cursors = {
        f"source:{source}": 1 + _transaction(now, f"source:{source}")
        for source, cursor in state.cursors.items()
        if cursor != now.state.cursors.get(source)
    }
    return inputs | cursors


def _transaction(now: Snapshot, name: str) -> int:
    return 0 if now.delta is None else now.delta.transaction_version(name) or 0


def _different_weeks(week: str, before: pl.DataFrame, after: pl.DataFrame) -> frozenset[date]:
    """Weeks whose rows, in any order, are not the same in both frames."""
    return frozenset(_uneven(before, after, [week])[week].unique())


def _differ(before: pl.DataFrame, after: pl.DataFrame) -> bool:
    return before.height != after.height or not _uneven(before, after, []).is_empty()


def _uneven(before: pl.DataFrame, after: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Digests of rows that one frame has more often than the other."""
    sides = [
        rows.select(*by, digest=rows.hash_rows(), surplus=pl.lit(side, dtype=pl.Int64))
        for rows, side in ((before, -1), (after, 1))
    ]
    sums = pl.concat(sides).group_by(*by, "digest").agg(pl.col("surplus").sum())
    return sums.filter(pl.col("surplus") != 0)
