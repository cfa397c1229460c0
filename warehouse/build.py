"""One DuckDB file from a folder of Parquet files: tables, views, macros, comments, dictionary.

Either made anew, or a copy of an earlier one with the rows of some weeks replaced.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from models.privacy import Detail
from models.tables import mart
from models.tables.table import Table
from warehouse.catalogue import (
    Script,
    Store,
    comment,
    declared_type,
    described,
    quoted,
    scripts,
    table_text,
    tables,
    view_column,
)
from warehouse.dictionary import dictionary
from warehouse.examples import Example, examples

STORAGE_VERSION = "v1.5.0"  # clients of 1.5 cannot read the default format of 2.0
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": STORAGE_VERSION,
    "python_enable_replacements": False,
    "threads": 1,  # two threads write the same file for twice the CPU, and look at it for half more
}
MADE_OF_DECLARATIONS = (mart.DICTIONARY, mart.EXAMPLES)
KINDS = {"view": "view", "macro": "macro", "table macro": "macro table"}


@dataclass(frozen=True)
class Made:
    """What went into a built file: rows by table, and the examples of its store."""

    row_counts: dict[str, int]
    examples: list[Example]


def revise(
    path: Path, parquet: Path, store: Store, detail: Detail, weeks: Collection[date]
) -> Made | None:
    """Puts rows in place of those of some weeks in a copy of a built file, in small tables of all.

    What is said of tables, and the views, stay: they come from the same declarations. None: people
    of the file are to be no longer there, and bytes of theirs might be left over; make it anew.
    """
    declared = tables(store, detail)
    with duckdb.connect(path, config=CONFIG) as con:
        if store == "restricted" and _is_anybody_gone(con, parquet):
            return None
        row_counts = _heights(con, parquet)
        con.execute("begin")
        # Acts last: of their targets those of acts that were there go, too.
        for table in sorted(declared, key=lambda table: table is mart.ACTS):
            if table not in MADE_OF_DECLARATIONS:
                con.execute(f"delete from {table.name} {of_weeks(table, weeks)}")  # noqa: S608 (names are declared)
            (kept,) = con.execute(f"select count(*) from {table.name}").fetchall()[0]  # noqa: S608
            if row_counts.get(table.name):
                con.execute(f"insert into {table.name} {_selection(table, parquet)}")
            row_counts[table.name] = row_counts.get(table.name, 0) + kept
        con.execute("commit")
        con.execute("checkpoint")
    return Made(row_counts, _examples(store, detail))


def _is_anybody_gone(con: duckdb.DuckDBPyConnection, parquet: Path) -> bool:
    people = _selection(mart.PEOPLE, parquet)
    gone = f"from mart.people anti join ({people}) using (person_id) limit 1"
    return bool(con.execute(gone).fetchall())


def of_weeks(table: Table, weeks: Collection[date] | None) -> str:
    """The condition of rows that a revision of these weeks replaces; of small tables all."""
    listed = ", ".join(f"date '{week}'" for week in sorted(weeks or ()))
    if weeks is None or not (table.week or table is mart.ACT_TARGETS):
        return ""
    if not weeks:
        return "where false"
    if table is mart.ACT_TARGETS:
        return f"where act_id in (select act_id from mart.acts where week in ({listed}))"  # noqa: S608
    return f'where "{table.week}" in ({listed})'


def _examples(store: Store, detail: Detail) -> list[Example]:
    objects = [table.name.removeprefix("mart.") for table in tables(store, detail)]
    objects += [script.name for script in scripts(store, detail)]
    return examples(objects, with_names=store == "restricted")


def build(path: Path, parquet: Path, store: Store, detail: Detail) -> Made:
    """Makes the file of a store; nothing is checked, and the log is merged when it is closed.

    Dictionary and examples are made here, as only the database knows the types of views.
    """
    declared = tables(store, detail)
    found = scripts(store, detail)
    asked = _examples(store, detail)
    with duckdb.connect(path, config=CONFIG) as con:
        con.execute("begin")  # one commit: hundreds of comments would each wait for the disk
        con.execute("create schema mart")
        pl.DataFrame(list(map(asdict, asked)), schema=mart.EXAMPLES.columns).write_parquet(
            part_of(parquet, mart.EXAMPLES.name)
        )
        for table in declared:
            if table is not mart.DICTIONARY:
                con.execute(_creation(table, parquet))
        for script in found:
            con.execute(script.sql)
        types = _types(con, found)
        words = dictionary(store, detail, types)
        words.write_parquet(part_of(parquet, mart.DICTIONARY.name))
        con.execute(_creation(mart.DICTIONARY, parquet))
        for statement in _comments(declared, found, types, store, detail):
            con.execute(statement)
        con.execute("commit")
        con.execute("checkpoint")
        return Made(_heights(con, parquet), asked)


def part_of(parquet: Path, name: str, number: int = 0) -> Path:
    """The file of rows handed over of a table; a large one has several, in their order."""
    return parquet / f"{name}.{number:04}.parquet"


def _heights(con: duckdb.DuckDBPyConnection, parquet: Path) -> dict[str, int]:
    """Rows handed over, by table."""
    files = quoted(str(parquet / "*.parquet"))
    found = con.execute(f"select file_name, num_rows from parquet_file_metadata({files})")  # noqa: S608
    heights: Counter[str] = Counter()
    for name, rows in found.fetchall():
        heights[Path(name).stem.rpartition(".")[0]] += rows
    return dict(heights)


def _creation(table: Table, parquet: Path) -> str:
    """A table as declared."""
    return f"create table {table.name} as {_selection(table, parquet)}"


def _selection(table: Table, parquet: Path) -> str:
    columns = ", ".join(f'{_value(table, column)} as "{column}"' for column in table.columns)
    files = quoted(str(parquet / f"{table.name}.*.parquet"))
    return f"select {columns} from read_parquet({files})"  # noqa: S608 (names are declared)


def _value(table: Table, column: str) -> str:
    kind = declared_type(table, column)
    if kind == "TIMESTAMP":
        return f'make_timestamp(epoch_us("{column}"))'  # `at time zone` asks a calendar each time
    return f'"{column}"::{kind}'


def _types(con: duckdb.DuckDBPyConnection, found: list[Script]) -> dict[str, dict[str, str]]:
    """Column and type of each view."""
    types: dict[str, dict[str, str]] = {
        script.name: {} for script in found if script.kind == "view"
    }
    for view, column, kind in con.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where schema_name = 'mart' order by table_name, column_index"
    ).fetchall():
        if view in types:
            types[view][column] = kind
    return types


def _comments(
    declared: list[Table],
    found: list[Script],
    types: dict[str, dict[str, str]],
    store: Store,
    detail: Detail,
) -> Iterator[str]:
    for table in declared:
        yield f"comment on table {table.name} is {quoted(table_text(table))}"
        for column in table.columns:
            text = comment(described(table, column, store, detail))
            yield f'comment on column {table.name}."{column}" is {quoted(text)}'
    for script in found:
        yield f"comment on {KINDS[script.kind]} mart.{script.name} is {quoted(script.text)}"
        for column, kind in types.get(script.name, {}).items():
            text = comment(view_column(script, column, kind, store, detail))
            yield f'comment on column mart.{script.name}."{column}" is {quoted(text)}'
