"""Reading a published file: one read-only session without access to anything else.

The session is a seat belt for our own commands; who can open a file has all of it, so what may be
in it was decided before (`models.privacy`).
"""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

# METHOD 11.1, G6: a reading of the restricted store names one of these.
PURPOSES = ("load_review", "data_quality", "subject_request", "audit", "support")
PEOPLE = (
    "person_id",
    "actor_id",
    "target_id",
    "holder_id",
    "leader_id",
    "candidate_id",
    "owner_id",
)
# Parts of the names of DuckDB's types that a Polars frame cannot hold, or holds as bytes.
FRAMELESS = ("INTERVAL", "UNION", "VARIANT", "BIGNUM", "BIT", "TIME WITH TIME ZONE")
ANEW = "If the file is damaged, `dottedline run` publishes it anew"
LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "lock_configuration": True,
    "python_enable_replacements": False,
}


class QueryError(Exception):
    """A question that cannot be answered as asked; the message says where and what to write."""


@dataclass(frozen=True)
class Reading:
    """What the audit log keeps of a reading of the restricted store; no content."""

    reader: str
    purpose: str
    sql: str
    row_count: int
    person_ids: tuple[str, ...]


def connect(path: Path, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection that can neither open other files nor change its settings.

    It stays with the file as it is now. Close it: a process that keeps one open does not see the
    next publication. Without `threads` it uses all; with one, small questions cost a third less.

    Raises:
        QueryError: the file is not there, or is no published file.
    """
    if not path.exists():
        raise QueryError(f"{path} is not there; `dottedline run` publishes it")
    try:
        config = LOCKED if threads is None else {**LOCKED, "threads": threads}
        return duckdb.connect(path, read_only=True, config=config)
    except duckdb.Error as error:
        raise QueryError(f"{path} cannot be opened: {_said(error)}\n{ANEW}") from None


def rows(
    con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] | None = None
) -> pl.DataFrame:
    """The answer as a frame; a statement that answers nothing gives an empty one.

    Raises:
        QueryError: DuckDB's words, with the place and the nearest names.
    """
    try:
        answer = con.sql(sql, params=list(values) if values else None)
        return pl.DataFrame() if answer is None else _counted(pl.DataFrame(_framed(answer)))
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        raise QueryError(_said(_placed(con, sql, values, error))) from None
    except duckdb.IOException as error:
        raise QueryError(f"{_said(error)}\n{ANEW}") from None
    except (duckdb.Error, pl.exceptions.PolarsError) as error:
        raise QueryError(_said(error)) from None


def query(path: Path, sql: str, values: Sequence[object] | None = None) -> pl.DataFrame:
    """The answer of a published file to a query.

    Raises:
        QueryError: the file cannot be opened or the query is wrong.
    """
    with connect(path) as con:
        return rows(con, sql, values)


def example(path: Path, name: str) -> str:
    """The query of an example of this store.

    Raises:
        QueryError: there is none of that name; the message names near ones.
    """
    known = dict(query(path, "select name, sql from mart.examples").iter_rows())
    if name not in known:
        near = difflib.get_close_matches(name, known, cutoff=0.4)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(known)}"
        raise QueryError(f"no example is called '{name}'. {hint}")
    return str(known[name])


def audited_query(
    path: Path,
    sql: str,
    *,
    purpose: str,
    reader: str,
    audit: Callable[[Reading], object],
    values: Sequence[object] | None = None,
) -> pl.DataFrame:
    """The answer of the restricted store, given out only after the reading was written down.

    `person_ids` of the reading are those in columns that hold persons, under their own names. A
    query that fails is written down too: its error may quote a value.

    Raises:
        QueryError: the purpose is none of the list, or as `query`.
    """
    if purpose not in PURPOSES:
        raise QueryError(f"'{purpose}' is no purpose; name one of {', '.join(PURPOSES)}")
    try:
        answer = query(path, sql, values)
    except QueryError:
        audit(Reading(reader, purpose, sql, 0, ()))
        raise
    audit(Reading(reader, purpose, sql, answer.height, _people(answer)))
    return answer


def _placed(
    con: duckdb.DuckDBPyConnection,
    sql: str,
    values: Sequence[object] | None,
    error: duckdb.Error,
) -> duckdb.Error:
    """The same error with its line: a relation does not tell the place, a statement does."""
    try:
        con.execute(sql, list(values) if values else None)
    except duckdb.Error as placed:
        return placed
    return error


def _framed(answer: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The answer with types that no frame holds as text: of an interval Polars panics."""
    is_odd = [any(odd in str(kind) for odd in FRAMELESS) for kind in answer.types]
    if not any(is_odd):
        return answer
    names = ['"' + name.replace('"', '""') + '"' for name in answer.columns]
    return answer.project(
        ", ".join(
            f"{name}::varchar as {name}" if odd else name
            for name, odd in zip(names, is_odd, strict=True)
        )
    )


def _counted(answer: pl.DataFrame) -> pl.DataFrame:
    """The answer with sums of whole numbers as such: DuckDB's 128 bits arrive as decimals."""
    sums = [name for name, kind in answer.schema.items() if kind == pl.Decimal(38, 0)]
    return answer.with_columns(pl.col(sums).cast(pl.Int64)) if sums else answer


def _people(answer: pl.DataFrame) -> tuple[str, ...]:
    found: set[str] = set()
    for column in set(PEOPLE) & set(answer.columns):
        found.update(answer[column].drop_nulls().cast(pl.String))
    return tuple(sorted(found))


def _said(error: Exception) -> str:
    """The words of an error without empty lines."""
    return "\n".join(line.rstrip() for line in str(error).splitlines() if line.strip())
