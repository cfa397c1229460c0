"""Reading the lake: one table as it stands in one version.

Whoever reads several things of a table reads them from one snapshot, so that a commit in between
cannot part them. Writing is in `warehouse.lake`.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property

import polars as pl
from deltalake import DeltaTable

from models.tables import Table
from warehouse import commits
from warehouse.commits import State
from warehouse.contracts import types
from warehouse.storage import LakeError


class Snapshot:
    """One version of one table; of a table not yet stored, version -1 without rows."""

    def __init__(self, table: Table, delta: DeltaTable | None) -> None:
        self.table = table
        self.delta = delta
        self.version = -1 if delta is None else delta.version()
        self._touched_since: dict[str, frozenset[date] | None] = {}

    @cached_property
    def mark(self) -> str:
        """Which version of which incarnation of the table this is; empty: not stored."""
        return "" if self.delta is None else f"{self.delta.metadata().id}@{self.version}"

    @cached_property
    def state(self) -> State:
        """What the newest commit says: fingerprint, consumed versions, cursors."""
        if self.delta is None:
            return State()
        newest = self.delta.history(1)
        return commits.state(newest if commits.NOTE in newest[0] else self.delta.history())

    def weeks(self) -> frozenset[date]:
        """The weeks that have rows; none for a table without weeks."""
        return self._weeks

    @cached_property
    def _weeks(self) -> frozenset[date]:
        if self.delta is None or self.table.week is None:
            return frozenset()
        if self.table.partition is None:
            distinct = pl.scan_delta(self.delta).select(pl.col(self.table.week).unique())
            return frozenset(distinct.collect(engine="streaming").to_series())
        found = (partition[self.table.week] for partition in self.delta.partitions())
        return frozenset(date.fromisoformat(week) for week in found if week)

    @property
    def row_count(self) -> int:
        """How many rows there are, as the commits say."""
        if self.delta is None:
            return 0
        files = pl.DataFrame(self.delta.get_add_actions())
        return int(files["num_records"].cast(pl.Int64).sum())

    def touched_since(self, mark: str) -> frozenset[date] | None:
        """Weeks whose rows changed after a mark; None: any, or the mark is of another table."""
        if mark == self.mark:
            return frozenset()
        if mark not in self._touched_since:
            self._touched_since[mark] = self._read_touched(mark)
        return self._touched_since[mark]

    def _read_touched(self, mark: str) -> frozenset[date] | None:
        if self.delta is None:
            return None
        identity, _, version = mark.partition("@")
        if not mark:
            version = "-1"
        elif identity != str(self.delta.metadata().id):
            return None
        count = self.version - int(version)
        history = self.delta.history(count) if count > 0 else []
        return commits.touched(history) if len(history) == count else None

    @cached_property
    def stored_types(self) -> Mapping[str, pl.DataType]:
        """The types of the stored columns."""
        return {} if self.delta is None else dict(pl.Schema(self.delta.schema()))

    @property
    def is_as_declared(self) -> bool:
        """Whether the stored columns are those declared today, in any order."""
        return self.stored_types == types(self.table)

    def scan(self, weeks: Collection[date] | None = None) -> pl.LazyFrame:
        """The rows, of all weeks or of these, with exactly the declared columns and types.

        A nullable column declared since is null in older rows.

        Raises:
            LakeError: the stored table has another type, or lacks a column that may not be null;
                run again with --full.
        """
        declared = types(self.table)
        if self.delta is None or (weeks is not None and not weeks):
            return pl.LazyFrame(schema=declared)
        rows = pl.scan_delta(self.delta)
        week = self.table.week
        is_all = self.table.partition is not None and self.weeks() <= set(weeks or ())
        if week is not None and weeks is not None and not is_all:
            rows = rows.filter(pl.col(week).is_in(sorted(weeks)))
        return rows.select(self._column(name, dtype) for name, dtype in declared.items())

    def _column(self, name: str, dtype: pl.DataType) -> pl.Expr:
        stored = self.stored_types.get(name)
        if stored == dtype:
            return pl.col(name)
        if stored is None and self.table.schema.columns()[name].nullable:
            return pl.lit(None, dtype).alias(name)
        raise LakeError(
            f"{self.table.name}: column {name} is stored as {stored or 'nothing'} but declared as "
            f"{dtype}; remove the table's folder and run again with --full"
        )
