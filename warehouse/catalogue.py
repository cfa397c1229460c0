"""What a published file holds besides rows: views, macros, and a comment on everything.

Tables and their columns are declared in `models.tables`; views and macros are the files beside
this one, one a file, whose first lines say what they answer.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import polars as pl

from models.privacy import Detail, in_ops, shows
from models.rules import RULE_TEXTS
from models.tables import mart
from models.tables.table import Table

Store = Literal["ops", "restricted"]
HERE = Path(__file__).parent
READS = re.compile(r"\bmart\.(\w+)")
COLUMN_COMMENT = re.compile(r"(\w+),?\s*--\s*(?:(\w+): )?(.+)$")
TYPES = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.Datetime: "TIMESTAMP",
    pl.List: "VARCHAR[]",
}
SHOWN = {
    "pseudonym": "In this store a pseudonym, which changes each quarter",
    "week": "In this store cut to the week",
    "renumbered": "In this store a number that holds for this publication",
    "absent": "Absent in this store: null",
}


@dataclass(frozen=True)
class Script:
    """A view or macro of schema mart: its file, its question and what each column means."""

    name: str
    kind: Literal["view", "macro", "table macro"]
    text: str
    sql: str
    store: Store
    columns: Mapping[str, tuple[str, str]]  # unit and meaning of columns that no table declares

    @property
    def reads(self) -> set[str]:
        """The objects of schema mart that it needs."""
        return reads(self.sql) - {self.name}


@dataclass(frozen=True)
class Column:
    """What the dictionary says of a column."""

    type: str
    unit: str
    text: str


def reads(sql: str) -> set[str]:
    """The names of schema mart in a query."""
    return set(READS.findall(sql))


def tables(store: Store, detail: Detail) -> list[Table]:
    """The tables that a store has."""
    return [table for table in mart.MART if store == "restricted" or in_ops(table, detail)]


def absent_tables(store: Store, detail: Detail) -> list[Table]:
    """The tables that a store does not have."""
    return [table for table in mart.MART if table not in tables(store, detail)]


def scripts(store: Store, detail: Detail) -> list[Script]:
    """The views and macros whose tables a store has, each after those that it reads."""
    there = {table.name.removeprefix("mart.") for table in tables(store, detail)}
    ready: list[Script] = []
    waiting = [script for script in _all_scripts() if script.store in (store, "ops")]
    while found := [script for script in waiting if script.reads <= there]:
        ready += found
        there |= {script.name for script in found}
        waiting = [script for script in waiting if script not in found]
    return ready


@cache
def declared_type(table: Table, column: str) -> str:
    """The type of a column in DuckDB; a moment is UTC without a zone."""
    kind = table.schema.columns()[column].dtype
    return TYPES[type(kind) if isinstance(kind, pl.DataType) else kind]


def described(table: Table, column: str, store: Store, detail: Detail) -> Column:
    """Type, unit and meaning of a column as this store has it, with its range."""
    declared = table.schema.columns()[column]
    shown = shows(table, column, detail) if store == "ops" else "clear"
    parts = [declared.description or "", _range(declared), SHOWN.get(shown, "")]
    unit = str((declared.metadata or {}).get("unit", ""))
    text = ". ".join(part for part in parts if part)
    return Column(declared_type(table, column), unit, text)


def table_text(table: Table) -> str:
    """What a table is, in a sentence and a half."""
    return f"{table.comment}. One row is {table.grain}"


def view_column(script: Script, column: str, kind: str, store: Store, detail: Detail) -> Column:
    """Type, unit and meaning of a view's column: its own, or that of the table it comes from.

    Raises:
        KeyError: neither is there; put `-- unit: meaning` behind it in the view's file.
    """
    if column in script.columns:
        return Column(kind, *script.columns[column])
    for table in tables(store, detail):
        if table.name.removeprefix("mart.") in script.reads and column in table.columns:
            found = described(table, column, store, detail)
            return Column(kind, found.unit, found.text)
    raise KeyError(f"mart.{script.name}.{column} has no comment; write one into its file")


def comment(column: Column) -> str:
    """A column's comment: meaning and range, then the unit."""
    return f"{column.text}. Unit: {column.unit}" if column.unit else column.text


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


@cache
def _all_scripts() -> list[Script]:
    files = [*sorted(HERE.glob("views/*.sql")), *sorted(HERE.glob("macros/*.sql"))]
    return [_rules(), *(_script(path) for path in files)]


def _script(path: Path) -> Script:
    lines = path.read_text("utf-8").splitlines()
    head = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
    sql = "\n".join(line for line in lines if not line.startswith("--"))
    is_restricted = "Store: restricted." in head
    text = " ".join(line for line in head if not line.startswith("Store:"))
    kind: Literal["view", "macro", "table macro"] = "view"
    if path.parent.name == "macros":
        kind = "table macro" if re.search(r"\) as table\b", sql) else "macro"
    store: Store = "restricted" if is_restricted else "ops"
    return Script(path.stem, kind, text, sql, store, dict(_column_comments(lines)))


def _column_comments(lines: Collection[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    for line in lines:
        if line.startswith(" ") and (found := COLUMN_COMMENT.search(line)):
            yield found[1], (found[2] or "", found[3])


def _rules() -> Script:
    values = ",\n".join(
        f"    ({quoted(rule)}, {quoted(text)})" for rule, text in sorted(RULE_TEXTS.items())
    )
    return Script(
        "rules",
        "view",
        "What does each rule of mart.acts say? Grain: one rule.",
        "create or replace view mart.rules as\n"
        f"select rule, text\nfrom (values\n{values}\n) as rules(rule, text);",
        "ops",
        {"rule": ("", "Number and reason, as in mart.acts"), "text": ("", "The rule in words")},
    )


def _range(declared: object) -> str:
    low, high = getattr(declared, "min", None), getattr(declared, "max", None)
    if low is None and high is None:
        return ""
    if high is None:
        return f"From {low:g}"
    return f"From {low:g} to {high:g}" if low is not None else f"Up to {high:g}"
