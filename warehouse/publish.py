"""From frames to the two published files, swapped in whole and only when all checks pass.

What each store may hold is decided in `models.privacy`, what it says about itself in
`warehouse.catalogue`, what must hold of it in `warehouse.checks`.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import dataframely as dy
import duckdb
import polars as pl

from models.groups import cohorts, shown_teams
from models.objections import without_objectors
from models.privacy import Detail, Terms, ops_tables
from models.tables import mart
from models.tables.registry import TABLES
from models.tables.table import Table
from warehouse.build import build
from warehouse.catalogue import Store
from warehouse.checks import Expected, faults

OBJECTIONS = "org.objections"
FOLDER = "published"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FULL_TEXTS = ("No space left", "Disk quota", "File too large", "not enough disk space")
MODES = {"ops": 0o644, "restricted": 0o600}


class PublishError(Exception):
    """Nothing was published; the message says why and what to do. Earlier files stay."""


class ChecksFailed(PublishError):  # noqa: N818 (it is what happened)
    """The built files are not what they should be; `failures` has one line a fault."""

    def __init__(self, failures: list[str]) -> None:
        self.failures = tuple(failures)
        super().__init__("\n".join([*failures, "Nothing was published; the earlier files stay"]))


@dataclass(frozen=True)
class About:
    """The publication's own row, in mart.about."""

    run_id: str
    published_at: datetime
    data_until: datetime
    method_version: str
    settings_digest: str


@dataclass(frozen=True)
class Published:
    """What readers have now: the files, and rows by store and table."""

    run_id: str
    ops: Path
    restricted: Path
    row_counts: Mapping[Store, Mapping[str, int]]


def publish(
    frames: Mapping[str, pl.LazyFrame],
    about: About,
    *,
    root: Path,
    detail: Detail,
    key: bytes,
    smallest_group: int,
) -> Published:
    """Builds both stores under `root`/published, checks them, and swaps both in.

    `frames` are the tables of `models.marts.marts`, and `org.objections`. Readers that hold an
    earlier file keep it; who opens one meanwhile gets the earlier file.

    Raises:
        ChecksFailed: a built file is not as declared; mend the table that is named.
        PublishError: another run publishes, or the disk is full; run again when that is over.
    """
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder), _private(), _workshop(folder) as workshop:
        try:
            return _publish(frames, about, folder, workshop, detail, key, smallest_group)
        except (OSError, duckdb.Error, pl.exceptions.PolarsError) as error:
            if not _is_full(error):
                raise
            raise PublishError(
                f"{folder}: the disk is full; free some space (a build needs about twice the room "
                "of the published files) and run again. The earlier files stay"
            ) from None


def built(folder: Path, store: Store) -> Path:
    """Where a store is built before it is swapped in."""
    return folder / f"{store}.build.duckdb"


def _publish(
    frames: Mapping[str, pl.LazyFrame],
    about: About,
    folder: Path,
    workshop: Path,
    detail: Detail,
    key: bytes,
    smallest_group: int,
) -> Published:
    marts = {name: frame for name, frame in frames.items() if name != OBJECTIONS}
    clear = _handed_over(
        without_objectors(marts, frames[OBJECTIONS]) | {mart.ABOUT.name: _about(about)},
        workshop / "restricted",
    )
    shown = shown_teams(
        clear[mart.TEAMS.name].collect(),
        cohorts(clear[mart.PERSON_WEEKS.name]).collect(engine="streaming"),
        smallest_group,
    )
    terms = Terms(detail, key, smallest_group, about.data_until, shown)
    _handed_over(ops_tables(clear, terms), workshop / "ops")
    stores: tuple[Store, Store] = ("restricted", "ops")
    row_counts = {store: _built(folder, workshop / store, store, detail) for store in stores}
    paths = {store: folder / f"{store}.duckdb" for store in stores}
    for store in stores:
        built(folder, store).chmod(MODES[store])
        _synced(built(folder, store))
    for store, path in paths.items():
        built(folder, store).replace(path)
    _synced(folder)
    return Published(about.run_id, paths["ops"], paths["restricted"], row_counts)


def _built(folder: Path, parquet: Path, store: Store, detail: Detail) -> dict[str, int]:
    """Rows by table of a store that was built and is as it should be.

    Raises:
        ChecksFailed: it is not.
    """
    path = built(folder, store)
    made = build(path, parquet, store, detail)
    with duckdb.connect(path, read_only=True) as con:
        found = faults(con, Expected(store, detail, made.row_counts, made.examples))
    if path.with_name(f"{path.name}.wal").exists():
        found.append(f"{path.name}: its log is not merged into it")
    if found:
        raise ChecksFailed([f"{store}: {fault}" for fault in found])
    return made.row_counts


def _about(about: About) -> pl.LazyFrame:
    types = {name: column.dtype for name, column in mart.ABOUT.schema.columns().items()}
    return pl.LazyFrame([vars(about)], schema=types)


def _handed_over(frames: Mapping[str, pl.LazyFrame], folder: Path) -> dict[str, pl.LazyFrame]:
    """The frames written to Parquet in the order of their keys, and scans of what was written."""
    folder.mkdir()
    paths = {name: folder / f"{name}.parquet" for name in frames}
    sinks = [
        _in_order(TABLES[name], frame).sink_parquet(
            paths[name], compression="lz4", lazy=True, engine="streaming"
        )
        for name, frame in frames.items()
    ]
    pl.collect_all(sinks, engine="streaming")
    return {name: pl.scan_parquet(path) for name, path in paths.items()}


def _in_order(table: Table, rows: pl.LazyFrame) -> pl.LazyFrame:
    """The declared columns, by week and key; small tables by all, as a key may be absent in ops."""
    columns = table.schema.columns()
    others = [name for name in table.columns if not isinstance(columns[name], dy.List)]
    order = [table.week, *table.key] if table.week else [*table.key, *others]
    return rows.select(table.columns).sort(list(dict.fromkeys(order)), nulls_last=True)


def _is_full(error: Exception) -> bool:
    number = getattr(error, "errno", None)
    return number in FULL or any(text in str(error) for text in FULL_TEXTS)


def _synced(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One publication at a time; the lock goes with the process that holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise PublishError(
            f"{folder}: another run publishes there; wait until it is done and run again"
        ) from None
    finally:
        os.close(handle)


@contextmanager
def _private() -> Iterator[None]:
    """Whatever is written meanwhile is closed to others, logs and temporary files included."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A folder for the hand-over; before and after, nothing unfinished is left."""
    workshop = folder / "handover.build"
    _cleared(folder)
    workshop.mkdir(mode=0o700)
    try:
        yield workshop
    finally:
        _cleared(folder)


def _cleared(folder: Path) -> None:
    for path in folder.glob("*.build*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
