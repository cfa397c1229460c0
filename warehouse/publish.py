"""From frames to the two published files, swapped in whole and only when all checks pass.

They are built anew, or, where only some weeks changed, as copies of the earlier ones, revised; with
the same rows.
What each store may hold is decided in `models.privacy`, what it says about itself in
`warehouse.catalogue`, what must hold of it in `warehouse.checks`.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
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
from warehouse.basis import digest
from warehouse.build import CONFIG, Made, build, part_of, revise
from warehouse.catalogue import Store
from warehouse.checks import Expected, faults

OBJECTIONS = "org.objections"
FOLDER = "published"
MOST_ACTS = 1_000_000  # put in order at once: some 700 MB
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
    """What readers have now: the files with their digests, and rows by store and table.

    `shown` is a digest of the teams that may be named.
    """

    run_id: str
    ops: Path
    restricted: Path
    row_counts: Mapping[Store, Mapping[str, int]]
    files: Mapping[Store, str]
    shown: str


@dataclass(frozen=True)
class Changes:
    """What differs from files published before on the same terms: rows of some weeks.

    `frames` are as for `publish`, of these weeks at least. `files` and `shown` are of `Published`.
    """

    frames: Mapping[str, pl.LazyFrame]
    weeks: frozenset[date]
    files: Mapping[Store, str]
    shown: str


@dataclass(frozen=True)
class Job:
    """What both stores are made of and where; with `changes` out of the files that are there."""

    frames: Mapping[str, pl.LazyFrame]
    about: About
    folder: Path
    detail: Detail
    key: bytes
    smallest_group: int
    changes: Changes | None

    @property
    def weeks(self) -> frozenset[date] | None:
        """The weeks to revise; None: all is made anew."""
        return self.changes.weeks if self.changes else None


def publish(
    frames: Mapping[str, pl.LazyFrame],
    about: About,
    *,
    root: Path,
    detail: Detail,
    key: bytes,
    smallest_group: int,
    changes: Changes | None = None,
) -> Published:
    """Builds both stores under `root`/published, checks them, and swaps both in.

    `frames` are the tables of `models.marts.marts`, and `org.objections`. Readers that hold an
    earlier file keep it; who opens one meanwhile gets the earlier file. `changes` are used where
    the files are those that they were made against, the same teams may be named as then, and nobody
    is gone.

    Raises:
        ChecksFailed: a built file is not as declared; mend the table that is named.
        PublishError: another run publishes, or the disk is full; run again when that is over.
    """
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder), _private():
        if changes is not None and not _are_there(folder, changes.files):
            changes = None
        try:
            job = Job(frames, about, folder, detail, key, smallest_group, changes)
            return _publish(job) or _anew(job)
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


def _anew(job: Job) -> Published:
    done = _publish(replace(job, changes=None))
    assert done is not None
    return done


def _publish(job: Job) -> Published | None:
    """What readers have now; None: all must be made anew, see `publish`."""
    with _workshop(job.folder) as workshop:
        clear = _handed_over(_clear(job), workshop / "restricted")
        restricted = _built(job, workshop, "restricted")
        if restricted is None:
            return None
        with duckdb.connect(built(job.folder, "restricted"), read_only=True, config=CONFIG) as con:
            _check(con, job, "restricted", restricted)
            acts, person_weeks = _read_back(con)
        teams = clear[mart.TEAMS.name].collect()
        shown = shown_teams(teams, cohorts(person_weeks.lazy()).collect(), job.smallest_group)
        named = hashlib.sha256(repr(shown.rows()).encode()).hexdigest()
        if job.changes and job.changes.shown != named:
            return None
        terms = Terms(job.detail, job.key, job.smallest_group, job.about.data_until, shown)
        _handed_over(ops_tables(clear, terms, acts.lazy()), workshop / "ops")
        ops = _built(job, workshop, "ops")
        if ops is None:
            return None
        with duckdb.connect(built(job.folder, "ops"), read_only=True, config=CONFIG) as con:
            _check(con, job, "ops", ops)
        row_counts: dict[Store, dict[str, int]] = {
            "restricted": restricted.row_counts,
            "ops": ops.row_counts,
        }
        paths: dict[Store, Path] = {store: published(job.folder, store) for store in row_counts}
        for store in row_counts:
            built(job.folder, store).chmod(MODES[store])
            _synced(built(job.folder, store))
        files = {store: digest(built(job.folder, store)) for store in row_counts}
        for store, path in paths.items():
            built(job.folder, store).replace(path)
        _synced(job.folder)
    return Published(job.about.run_id, paths["ops"], paths["restricted"], row_counts, files, named)


def published(folder: Path, store: Store) -> Path:
    """Where readers find a store."""
    return folder / f"{store}.duckdb"


def _are_there(folder: Path, files: Mapping[Store, str]) -> bool:
    """Whether readers have these files, by their digests."""
    paths = {store: published(folder, store) for store in files}
    return all(path.exists() and digest(path) == files[store] for store, path in paths.items())


def _clear(job: Job) -> dict[str, pl.LazyFrame]:
    """The tables of the restricted store; in a revision, of those with weeks the new rows."""
    frames = _without_objectors(job.frames)
    if job.changes is not None:
        week = pl.col("week").is_in(sorted(job.changes.weeks))
        some = {
            name: rows.filter(week) if name != OBJECTIONS and TABLES[name].week else rows
            for name, rows in job.changes.frames.items()
        }
        frames |= {
            name: rows
            for name, rows in _without_objectors(some).items()
            if TABLES[name].week or name == mart.ACT_TARGETS.name
        }
    return frames | {mart.ABOUT.name: _about(job.about)}


def _without_objectors(frames: Mapping[str, pl.LazyFrame]) -> dict[str, pl.LazyFrame]:
    marts = {name: frame for name, frame in frames.items() if name != OBJECTIONS}
    return without_objectors(marts, frames[OBJECTIONS])


def _read_back(con: duckdb.DuckDBPyConnection) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All acts, and all weeks of persons, by what later steps ask of them."""
    return (
        pl.DataFrame(con.sql("select act_id, week from mart.acts")),
        pl.DataFrame(
            con.sql("select week, person_id, team_id, is_observed from mart.person_weeks")
        ),
    )


def _built(job: Job, workshop: Path, store: Store) -> Made | None:
    """What went into the file of a store; None: it must be made anew."""
    path = built(job.folder, store)
    if job.weeks is None:
        return build(path, workshop / store, store, job.detail)
    shutil.copyfile(published(job.folder, store), path)
    return revise(path, workshop / store, store, job.detail, job.weeks)


def _check(con: duckdb.DuckDBPyConnection, job: Job, store: Store, made: Made) -> None:
    """Looks at a built file, opened for reading, as readers will.

    Raises:
        ChecksFailed: it is not what it should be.
    """
    path = built(job.folder, store)
    found = faults(con, Expected(store, job.detail, made.row_counts, made.examples, job.weeks))
    if path.with_name(f"{path.name}.wal").exists():
        found.append(f"{path.name}: its log is not merged into it")
    if found:
        raise ChecksFailed([f"{store}: {fault}" for fault in found])


def _about(about: About) -> pl.LazyFrame:
    types = {name: column.dtype for name, column in mart.ABOUT.schema.columns().items()}
    return pl.LazyFrame([vars(about)], schema=types)


def _handed_over(frames: Mapping[str, pl.LazyFrame], folder: Path) -> dict[str, pl.LazyFrame]:
    """The frames written to Parquet in the order of their keys, and scans of what was written."""
    folder.mkdir()
    parts = {
        name: _stretches(frame) if name == mart.ACTS.name else [frame]
        for name, frame in frames.items()
    }
    paths = {name: [part_of(folder, name, n) for n in range(len(parts[name]))] for name in parts}
    sinks = {
        name: [
            _in_order(TABLES[name], rows).sink_parquet(
                path, compression="lz4", lazy=True, engine="streaming"
            )
            for rows, path in zip(parts[name], paths[name], strict=True)
        ]
        for name in parts
    }
    pl.collect_all([first for first, *_ in sinks.values()], engine="streaming")
    for later in (sink for _, *others in sinks.values() for sink in others):
        later.collect(engine="streaming")
    return {name: pl.scan_parquet(written) for name, written in paths.items()}


def _stretches(acts: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The acts in stretches of weeks that are few enough to be put in order at once; one at least.

    All at once would take as much memory again as they have.
    """
    sizes = acts.group_by("week").agg(rows=pl.len()).sort("week").collect(engine="streaming")
    stretch = pl.col("rows").cum_sum() // MOST_ACTS
    spans = (
        sizes.group_by(stretch=stretch)
        .agg(first=pl.col("week").min(), last=pl.col("week").max())
        .sort("stretch")
    )
    if spans.height < 2:
        return [acts]
    return [
        acts.filter(pl.col("week").is_between(first, last))
        for first, last in spans.select("first", "last").iter_rows()
    ]


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
