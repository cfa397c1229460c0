"""Small tables for tests: give the columns that matter, the rest is filled in as declared."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from models.tables import mart
from models.tables.table import Table

BLANKS: dict[Any, Any] = {
    pl.String: "x",
    pl.Int64: 0,
    pl.Float64: 0.0,
    pl.Boolean: False,
    pl.Date: date(2026, 11, 16),
    pl.Datetime("us", "UTC"): datetime(2026, 11, 18, 9, tzinfo=UTC),
    pl.List(pl.String): [],
}
MADE_AT_PUBLICATION = {mart.ABOUT.name, mart.DICTIONARY.name, mart.EXAMPLES.name}


def rows(table: Table, *given: Mapping[str, Any]) -> pl.LazyFrame:
    """A table of these rows; a column not given is null, or where it may not be, a plain value."""
    columns = table.schema.columns()
    strangers = {name for row in given for name in row} - set(columns)
    assert not strangers, f"{table.name} has no column {sorted(strangers)}"
    filled = [
        {name: row.get(name, _blank(column)) for name, column in columns.items()} for row in given
    ]
    schema = {name: column.dtype for name, column in columns.items()}
    return pl.LazyFrame(filled, schema=schema, orient="row")


def marts(**given: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    """All tables that a publication is made of, empty where not given: marts(acts=...)."""
    names = [table.name for table in mart.MART if table.name not in MADE_AT_PUBLICATION]
    strangers = {f"mart.{name}" for name in given} - set(names)
    assert not strangers, f"nothing is called {sorted(strangers)}"
    empty = {table.name: rows(table) for table in mart.MART if table.name in names}
    return {**empty, **{f"mart.{name}": frame for name, frame in given.items()}}


def _blank(column: Any) -> Any:
    if column.nullable:
        return None
    labels = (column.metadata or {}).get("labels")
    return labels[0] if labels else BLANKS[column.dtype]
