"""`query`: a question in SQL to a published file, read-only and without access to anything else."""

import re
import sys
from datetime import date, datetime
from json import dumps
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
from cyclopts import Parameter

from pipelines.cli import session
from pipelines.cli.stores import Store, asked, published
from pipelines.errors import UsageError
from warehouse import read

MOST_ROWS = 200  # on a terminal; nobody reads more, and csv has them all
# What a spreadsheet takes for a formula, also after spaces and in full-width letters.
FORMULA = r"^\s*[=+\-@\t\r\n\x00＝＋－＠]|^[\t\r\n\x00]"
COMMENT = re.compile(r"--[^\n]*")
EMPTY = 'The question is empty; write dottedline query "select * from mart.readme"'
Format = Literal["table", "csv", "json", "parquet"]


def query(
    sql: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,  # -- a comment
    *,
    file: Path | None = None,
    example: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    store: Store = "ops",
    purpose: str | None = None,
    format: Format = "table",  # noqa: A002 - the word of the contract
    json: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Ask a published file in SQL.

    Args:
        sql: The question; tables are in the schema mart.
        file: File with the question.
        example: Name of an example to run; without a name the examples are listed.
        store: ops, or restricted, which holds names and links and writes down who asked for what.
        purpose: What a reading of the restricted store is for.
        format: How the answer is written; parquet needs a pipe or a file.
        json: Short for --format json.
    """
    given = [question for question in (sql, file, example) if question is not None]
    if len(given) != 1:
        raise UsageError('Ask one thing: dottedline query "SQL", --file FILE or --example [NAME]')
    settings = session.settings()
    path = published(settings, store)
    shown: Format = "json" if json else format
    if example == []:
        return answer(read.query(path, "select name, question from mart.examples"), shown)
    question = read.example(path, example[0]) if example else sql or _text(file)
    if not COMMENT.sub("", question).strip(" ;\n\t"):
        raise UsageError(EMPTY)
    return answer(asked(settings, store, question, purpose), shown)


def _text(file: Path | None) -> str:
    if file is None:
        raise UsageError(EMPTY)
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{file}: is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from None


def answer(rows: pl.DataFrame, shown: Format) -> None:
    """Writes the answer to standard output."""
    if shown == "csv":
        sys.stdout.write(csv_text(rows))
    elif shown == "json":
        session.say_json(rows.to_dicts())
    elif shown == "parquet":
        if sys.stdout.isatty():
            raise UsageError(
                "parquet is no text; send it to a file: … --format parquet > rows.parquet"
            )
        rows.write_parquet(sys.stdout.buffer)
    else:
        _table(rows)


def csv_text(rows: pl.DataFrame) -> str:
    """The rows as CSV in which no text is a formula to a spreadsheet; numbers stay numbers.

    Source: METHOD 11.4, external reporter.
    """
    flat = rows.with_columns(
        pl.Series(name, [_flat(value) for value in rows[name].to_list()], dtype=pl.String)
        for name, dtype in rows.schema.items()
        if dtype.is_nested() or dtype == pl.Binary
    )
    safe = flat.with_columns(
        pl.when(pl.col(name).str.contains(FORMULA))
        .then("'" + pl.col(name))
        .otherwise(name)
        .alias(name)
        for name, dtype in flat.schema.items()
        if dtype == pl.String
    )
    heads = {
        name: f"'{name}" for name in safe.columns if pl.Series([name]).str.contains(FORMULA)[0]
    }
    return safe.rename(heads).write_csv()


def _flat(value: object) -> str | None:
    """A value of several parts as one text: a list joined by semicolons, else JSON."""
    if value is None or isinstance(value, bytes):
        return value.hex() if value is not None else None
    if isinstance(value, list) and not any(isinstance(part, list | dict) for part in value):
        return "; ".join("" if part is None else str(part) for part in value)
    return dumps(value, default=str, ensure_ascii=False)


def _table(rows: pl.DataFrame) -> None:
    shown = rows.head(MOST_ROWS) if sys.stdout.isatty() else rows
    session.say_table(rows.columns, [[cell(value) for value in row] for row in shown.rows()])
    if shown.height < rows.height:
        session.say(f"… {rows.height - shown.height} more rows; --format csv writes them all")


def cell(value: object) -> object:
    """A value as a reader sees it in a table."""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 0.1 else f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else value
