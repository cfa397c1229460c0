"""Delta tables on disk or S3: opening, one commit, deleting what no version needs.

Which rows go into a commit is decided in `warehouse.lake`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

# The log outlives the rows: with statistics in it, smallest and greatest ids would outlive a purge.
CONFIGURATION = {
    "delta.dataSkippingNumIndexedCols": "0",
    "delta.checkpointInterval": "10",  # opening replays the commits since: after 95, 46 ms
    "delta.logRetentionDuration": "interval 400 days",  # older, and all weeks count as touched
}
SMALL_WEEK = 20_000  # rows; below, a zstd stream for each column costs more than it saves
QUICK = WriterProperties(
    compression="SNAPPY",
    default_column_properties=ColumnProperties(dictionary_enabled=False, statistics_enabled="NONE"),
)
DENSE = WriterProperties(compression="ZSTD", compression_level=1)

LOG = "_delta_log"
NOT_THERE = (0, 0)
Stamp = tuple[int, int]

Options = Mapping[str, str] | None


class LakeError(Exception):
    """A table that cannot be read or written; the message says which, why, and what to do.

    What was committed before stays as it is. Never holds the text of a row.
    """


def opened(uri: str, options: Options) -> DeltaTable | None:
    """The newest version of the Delta table at an address; None: there is none.

    Raises:
        LakeError: it cannot be read; check the address, the credentials and the disk.
    """
    if "://" not in uri and not (Path(uri) / LOG).is_dir():
        return None
    try:
        return DeltaTable(uri, storage_options=dict(options or {}))
    except TableNotFoundError:
        return None
    except (DeltaError, OSError) as error:
        raise LakeError(
            f"{uri}: cannot be read: {_first_line(error)}. Check address, credentials and disk"
        ) from None


def stamp(uri: str, version: int) -> Stamp | None:
    """What tells a version of a table on this machine apart, while it is the newest; else None."""
    if "://" in uri:
        return None
    log = Path(uri) / LOG
    if (log / f"{version + 1:020}.json").exists():
        return None
    if version < 0:
        return NOT_THERE
    try:
        commit = (log / f"{version:020}.json").stat()
    except FileNotFoundError:
        return None
    return commit.st_ino, commit.st_mtime_ns


def create(
    uri: str,
    rows: pl.DataFrame,
    note: CommitProperties,
    partition: str | None = None,
    weeks_count: int = 1,
    options: Options = None,
) -> None:
    """A new table, partitioned by the week of its events.

    Raises:
        LakeError: storage refuses.
        CommitFailedError: somebody else created it meanwhile.
    """
    try:
        _write(
            uri,
            rows,
            mode="error",
            partition_by=partition,
            configuration=CONFIGURATION,
            storage_options=dict(options or {}),
            writer_properties=_writer(rows, weeks_count),
            commit_properties=note,
        )
    except LakeError:
        if opened(uri, options) is not None:
            raise CommitFailedError(f"{uri} came into being meanwhile") from None
        raise


def overwrite(
    delta: DeltaTable,
    rows: pl.DataFrame,
    note: CommitProperties,
    predicate: str | None = None,
    weeks_count: int = 1,
) -> None:
    """Rows in place of those that the predicate describes; None: of all, with their columns, too.

    Raises:
        LakeError: storage refuses.
        CommitFailedError: somebody else committed since the table was opened.
    """
    _write(
        delta,
        rows,
        mode="overwrite",
        predicate=predicate,
        schema_mode="merge" if predicate else "overwrite",
        writer_properties=_writer(rows, weeks_count),
        commit_properties=note,
    )


def remark(delta: DeltaTable, note: CommitProperties) -> None:
    """A commit without rows.

    Raises:
        LakeError: storage refuses.
        CommitFailedError: somebody else committed since the table was opened.
    """
    nothing = pl.DataFrame(schema=pl.Schema(delta.schema()))
    _write(delta, nothing, mode="append", commit_properties=note)


def vacuum(delta: DeltaTable, note: CommitProperties) -> None:
    """Deletes all files that the newest version does not need, killed writers' files too.

    There is a commit with the note in any case.

    Raises:
        LakeError: storage refuses.
    """
    before = delta.version()
    with _guarded(delta.table_uri):
        delta.vacuum(
            retention_hours=0,
            enforce_retention_duration=False,
            full=True,
            dry_run=False,
            commit_properties=note,
        )
    if delta.version() == before:  # nothing was there to delete
        remark(delta, note)


def _writer(rows: pl.DataFrame, weeks_count: int) -> WriterProperties:
    return QUICK if rows.height < SMALL_WEEK * weeks_count else DENSE


def _write(target: DeltaTable | str, rows: pl.DataFrame, **how: Any) -> None:
    uri = target if isinstance(target, str) else target.table_uri
    with _guarded(uri.rstrip("/")):
        write_deltalake(target, rows, **how)


@contextmanager
def _guarded(uri: str) -> Iterator[None]:
    """Turns what storage says into a `LakeError` with a remedy."""
    try:
        yield
    except CommitFailedError:
        raise
    except (DeltaError, OSError) as error:
        is_full = "No space left" in str(error) or "File too large" in str(error)
        remedy = "Free space on the disk" if is_full else "Check that the lake can be written"
        raise LakeError(
            f"{uri}: not written: {_first_line(error)}. {remedy} and run again; what was there "
            "before stays"
        ) from None


def _first_line(error: BaseException) -> str:
    """What went wrong without what follows it: storage errors may append a preview of rows."""
    return str(error).partition("\n")[0][:200]
