"""Readings of the published files; one of the restricted file names a purpose and is noted."""

import getpass
import re
from pathlib import Path
from typing import Literal

import polars as pl

from models.settings import Settings
from pipelines.cli import session
from pipelines.errors import UsageError
from warehouse import read

Store = Literal["ops", "restricted"]
LITERAL = re.compile(r"'(?:[^']|'')*'")
LONGEST = 500  # letters of a question that the audit log keeps


def published(settings: Settings, store: Store) -> Path:
    """The published file of a store."""
    return Path(settings.storage.root) / "published" / f"{store}.duckdb"


def asked(settings: Settings, store: Store, sql: str, purpose: str | None) -> pl.DataFrame:
    """The answer of a store. One of the restricted store is given out once it is written down.

    Raises:
        QueryError: a mistake in the SQL, or a file that is not there.
        UsageError: a reading of the restricted store without a purpose.
    """
    path = published(settings, store)
    if store == "ops":
        return read.query(path, sql)
    return read.audited_query(
        path,
        sql,
        purpose=purpose_of(purpose),
        reader=reader(),
        audit=lambda reading: noted(settings, reading),
    )


def purpose_of(purpose: str | None) -> str:
    """The purpose of a reading of the restricted store.

    Raises:
        UsageError: none is given, or it is none of the list.
    """
    if purpose not in read.PURPOSES:
        given = f"'{purpose}' is no purpose" if purpose else "the restricted store holds names"
        raise UsageError(f"{given}; say what for: --purpose {' | '.join(read.PURPOSES)}")
    return purpose


def reader() -> str:
    """Who asks: the name of the login on this machine."""
    return getpass.getuser()


def noted(settings: Settings, reading: read.Reading) -> None:
    """Writes a reading into the audit log: the question without its literals, never the answer."""
    from pipelines.night import ledger_of
    from warehouse.audit import Entry

    question = " ".join(LITERAL.sub("'…'", reading.sql).split())
    entry = Entry(
        who=reading.reader,
        whose=reading.person_ids,
        what=question[:LONGEST],
        at=session.now(),
        purpose=reading.purpose,
        row_count=reading.row_count,
    )
    with ledger_of(settings) as ledger:
        ledger.audit(entry)
