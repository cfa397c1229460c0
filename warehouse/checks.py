"""What must hold of a built file before readers get it. Each check gives lines that name a fault.

Lines name tables, columns and counts, never a value of a row. Of a revised file the rows put in are
looked at, and for each of their keys all rows; the others were looked at when they were new.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from models.privacy import Detail, shows
from models.tables.table import Table
from warehouse.build import MADE_OF_DECLARATIONS, of_weeks
from warehouse.catalogue import Store, declared_type, scripts, tables
from warehouse.examples import COUNT, Example

ADDRESS = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
PATTERN_SCOPES = ("path", "component")  # file patterns such as icons@2x.png look like addresses
PSEUDONYM = "^[0-9a-f]{32}$"
SAMPLES = {"week_of": "date '2026-01-01'", "evidence_for": "'', null", "why": "'', null"}


@dataclass(frozen=True)
class Expected:
    """What a built file must be: its store, its detail, and how many rows were handed over.

    `weeks` are those whose rows are new; None: all is, tables and views too.
    """

    store: Store
    detail: Detail
    row_counts: Mapping[str, int]
    examples: list[Example]
    weeks: Collection[date] | None = None


def faults(con: duckdb.DuckDBPyConnection, expected: Expected) -> list[str]:
    """All that is wrong with a built file; empty: nothing."""
    if expected.weeks is not None:
        return [*_rows(con, expected), *_queries(con, expected)]
    shape = list(_shape(con, expected))
    if shape:  # rows cannot be looked at while columns are missing
        return shape
    return [*_rows(con, expected), *_queries(con, expected), *_silent(con)]


def _shape(con: duckdb.DuckDBPyConnection, expected: Expected) -> Iterator[str]:
    there = dict[str, list[tuple[str, str]]]()
    for table, column, kind in con.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where schema_name = 'mart' order by table_name, column_index"
    ).fetchall():
        there.setdefault(table, []).append((column, kind))
    for declared in tables(expected.store, expected.detail):
        wanted = [(column, declared_type(declared, column)) for column in declared.columns]
        found = there.get(declared.name.removeprefix("mart."), [])
        for column, kind in wanted:
            if (column, kind) not in found:
                yield f"{declared.name}: no column {column} of type {kind}"


def _rows(con: duckdb.DuckDBPyConnection, expected: Expected) -> Iterator[str]:
    for table in tables(expected.store, expected.detail):
        tests = {
            **_null_tests(table, expected),
            **_interval_tests(table),
            **_pseudonym_tests(table, expected),
            **_address_tests(table, expected),
        }
        new = of_weeks(table, expected.weeks)
        counts = ", ".join(
            [
                f"(select count(*) from {table.name})",  # noqa: S608 (names are declared)
                *(f"count(*) filter (where {test})" for test in tests.values()),
            ]
        )
        ((total, *broken),) = con.execute(f"select {counts} from {table.name} {new}").fetchall()  # noqa: S608
        if total != expected.row_counts[table.name]:
            yield f"{table.name}: {total} rows, {expected.row_counts[table.name]} handed over"
        for fault, count in zip(tests, broken, strict=True):
            if count:
                yield f"{table.name}: {fault} in {count} rows"
        yield from _doubles(con, table, expected)


def _null_tests(table: Table, expected: Expected) -> dict[str, str]:
    tests = {}
    for name, column in table.schema.columns().items():
        if _is_absent(table, name, expected):
            tests[f"{name} is declared absent and is there"] = f'"{name}" is not null'
        elif not column.nullable and not _may_be_hidden(name, expected):
            tests[f"{name} is null"] = f'"{name}" is null'
    return tests


def _interval_tests(table: Table) -> dict[str, str]:
    names = [name for name in table.columns if f"{name}_low" in table.columns]
    return {f"{name}_low is above {name}_high": f'"{name}_low" > "{name}_high"' for name in names}


def _pseudonym_tests(table: Table, expected: Expected) -> dict[str, str]:
    if expected.store != "ops":
        return {}
    return {
        f"{name} is no pseudonym": f"not regexp_matches(\"{name}\", '{PSEUDONYM}')"
        for name in table.columns
        if shows(table, name, expected.detail) == "pseudonym"
    }


def _address_tests(table: Table, expected: Expected) -> dict[str, str]:
    """Texts of the ops store that look like a mail address."""
    if expected.store != "ops" or table in MADE_OF_DECLARATIONS:
        return {}
    return {
        f"{name} looks like a mail address": _is_address(name)
        for name in table.columns
        if declared_type(table, name) == "VARCHAR"
    }


def _doubles(con: duckdb.DuckDBPyConnection, table: Table, expected: Expected) -> Iterator[str]:
    """Keys that occur twice; where part of a key is absent, rows cannot be told apart."""
    if any(_is_absent(table, name, expected) for name in table.key):
        return
    key = ", ".join(f'"{name}"' for name in table.key)
    rows = of_weeks(table, expected.weeks)
    if rows and table.week and table.week not in table.key:  # a key may stand in another week too
        rows = f"where ({key}) in (select {key} from {table.name} {rows})"  # noqa: S608
    ((count,),) = con.execute(
        f"select count(*) from (select 1 from {table.name} {rows} "  # noqa: S608
        f"group by {key} having count(*) > 1)"
    ).fetchall()
    if count:
        yield f"{table.name}: {count} keys ({key}) occur more than once"


def _queries(con: duckdb.DuckDBPyConnection, expected: Expected) -> Iterator[str]:
    """Examples, views and macros that do not run; where they ran before, that do not fit."""
    if len(expected.examples) != COUNT:
        yield f"mart.examples: {len(expected.examples)} queries, not {COUNT}"
    statements = {f"example {example.name}": example.sql for example in expected.examples}
    for script in scripts(expected.store, expected.detail):
        call = f"mart.{script.name}({SAMPLES.get(script.name, '')})"
        statements[f"mart.{script.name}"] = {
            "view": f"from mart.{script.name}",
            "macro": f"select {call}",
            "table macro": f"from {call}",
        }[script.kind]
    asked = "select max(hash(answer)) from ({}) as answer"  # all of it, and nothing handed over
    if expected.weeks is not None:
        asked = "select * from ({}) limit 0"
    for name, sql in statements.items():
        try:
            con.execute(asked.format(sql)).fetchall()
        except duckdb.Error as error:
            yield f"{name} does not run: {_reason(error)}"


def _reason(error: duckdb.Error) -> str:
    """What is wrong with a query; other errors may quote a row and are told by their kind."""
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException | duckdb.ParserException):
        return str(error).splitlines()[0]
    return type(error).__name__


def _silent(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Objects and columns of schema mart without a comment."""
    for (name,) in con.execute(
        """
        select table_name from duckdb_tables() where schema_name = 'mart' and comment is null
        union all
        select view_name from duckdb_views() where schema_name = 'mart' and comment is null
        union all
        select function_name from duckdb_functions() where schema_name = 'mart' and comment is null
        union all
        select table_name || '.' || column_name
        from duckdb_columns() where schema_name = 'mart' and comment is null
        order by 1
        """
    ).fetchall():
        yield f"mart.{name}: has no comment"


def _is_address(column: str) -> str:
    kinds = ", ".join(f"'{kind}'" for kind in PATTERN_SCOPES)
    is_pattern = f" and scope_type not in ({kinds})" if column == "scope_id" else ""
    holds_at = f"contains(\"{column}\", '@')"  # cheap, and nearly nothing passes it
    return f"{holds_at} and regexp_matches(\"{column}\", '{ADDRESS}'){is_pattern}"


def _is_absent(table: Table, column: str, expected: Expected) -> bool:
    return expected.store == "ops" and shows(table, column, expected.detail) == "absent"


def _may_be_hidden(column: str, expected: Expected) -> bool:
    """A scope that is a person or an object is null in ops."""
    return expected.store == "ops" and column == "scope_id"
