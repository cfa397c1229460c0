"""Rows set aside because they break a column rule, in tables beside the layers.

They may hold personal data and are purged like the layers, which never read them: they are for the
operator to look at.
"""

from collections.abc import Collection
from datetime import date

import polars as pl
from deltalake import DeltaTable

from models.tables import Table
from warehouse import commits, storage
from warehouse.commits import State
from warehouse.contracts import quarantine_types

NOTE = commits.properties(State(), (), {})


class Quarantine:
    """The rows set aside of every table, one small Delta table for each."""

    def __init__(self, root: str, options: storage.Options = None) -> None:
        self.root = root
        self.options = options

    def uri(self, table: Table) -> str:
        """Where the rows set aside of a table are."""
        return f"{self.root}/quarantine/{table.name}"

    def opened(self, table: Table) -> DeltaTable | None:
        """The newest version of the rows set aside of a table; None: there never were any."""
        return storage.opened(self.uri(table), self.options)

    def rows(self, table: Table) -> pl.DataFrame:
        """The rows set aside of a table, with the rules that they break."""
        stored = self.opened(table)
        declared = quarantine_types(table)
        if stored is None:
            return pl.DataFrame(schema=declared)
        rows = pl.scan_delta(stored).collect(engine="streaming")
        return rows.select(
            (pl.col(name) if name in rows.columns else pl.lit(None))
            .cast(dtype, strict=False)
            .alias(name)
            for name, dtype in declared.items()
        )

    def of_weeks(self, table: Table, weeks: Collection[date] | None) -> pl.DataFrame:
        """Rows set aside in these weeks or without a week (None: all), without their rules."""
        return self.rows(table).filter(_among(table, weeks)).select(table.columns)

    def replace(self, table: Table, bad: pl.DataFrame, weeks: Collection[date] | None) -> None:
        """Sets rows aside in place of those of these weeks (None: of all).

        Raises:
            LakeError: storage refuses.
        """
        stored = self.rows(table)
        if stored.is_empty() and bad.is_empty():
            return
        rows = pl.concat([stored.filter(~_among(table, weeks)), bad])
        self.keep(table, rows)

    def keep(self, table: Table, rows: pl.DataFrame) -> None:
        """Replaces all rows set aside of a table.

        Raises:
            LakeError: storage refuses.
        """
        stored = self.opened(table)
        if stored is not None:
            storage.overwrite(stored, rows, NOTE)
        elif not rows.is_empty():
            storage.create(self.uri(table), rows, NOTE, options=self.options)


def _among(table: Table, weeks: Collection[date] | None) -> pl.Expr:
    if table.week is None or weeks is None:
        return pl.lit(value=True)
    week = pl.col(table.week)
    return week.is_null() | week.is_in(sorted(weeks))
