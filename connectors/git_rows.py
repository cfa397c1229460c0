"""What was read of a git source, in the shape of `models.tables.raw`; accounts become keys here."""

from collections.abc import Sequence
from dataclasses import dataclass

import dataframely as dy
import polars as pl

from connectors.connector import Problem
from connectors.git_command import Clone
from connectors.git_cursor import FLAGS_VERSION, Mark
from connectors.git_identities import MAPPED, account_keys, kind, mapped
from connectors.git_log import SEEN, History, latest_names
from connectors.git_owners import OwnersHistory
from models.tables import raw
from models.weeks import utc_week


@dataclass(frozen=True)
class Read:
    """What one sync read of one clone, and how far.

    `people` are addresses whose accounts are written again though nothing new is known of them,
    because .mailmap changed.
    """

    clone: Clone
    history: History
    lines: pl.DataFrame
    people: pl.DataFrame
    owners: OwnersHistory
    problems: tuple[Problem, ...]
    mark: Mark


def event_rows(source: str, key: bytes, reads: Sequence[Read]) -> dict[str, pl.DataFrame]:
    """Commits, trailers and files; of a commit that two clones share, those of the first clone."""
    keys = _keys(source, key, reads)
    commits = [_commits(source, keys, read) for read in reads]
    trailers = [_trailers(source, keys, read) for read in reads]
    files = [_files(source, read) for read in reads]
    return {
        "raw.commits": _table(raw.CommitsSchema, commits, ["commit_id"]),
        "raw.trailers": _table(
            raw.TrailersSchema, trailers, ["commit_id", "trailer", "account_key"]
        ),
        "raw.commit_files": _table(raw.CommitFilesSchema, files, ["commit_id", "path"]),
    }


def owner_tables(source: str, key: bytes, reads: Sequence[Read]) -> dict[str, pl.DataFrame]:
    """Patterns and entries of the owners files with the stretches of time in which they stood."""
    keys = _keys(source, key, reads)
    patterns = [read.owners.patterns.with_columns(source=pl.lit(source)) for read in reads]
    entries = [
        read.owners.entries.with_columns(
            source=pl.lit(source), account_key=_keyed("account_id", keys)
        )
        for read in reads
    ]
    return {
        "raw.owner_patterns": _table(raw.OwnerPatternsSchema, patterns),
        "raw.owner_entries": _table(raw.OwnerEntriesSchema, entries),
    }


def joined(
    clones: Sequence[Clone], reads: Sequence[Read]
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Whom the addresses read mean, by the first clone whose .mailmap names them.

    Columns as `git_identities.mapped` gives them. A .mailmap that is absent is a problem.
    """
    people = _people(reads)
    answers = [(clone, mapped(clone, people)) for clone in clones] if reads else []
    known = [answer for _, answer in answers if answer is not None]
    text = ".mailmap is absent from the clone and joins no addresses; git fetch --refetch"
    return (
        pl.concat([pl.DataFrame(schema=MAPPED), *known])
        .sort("is_mapped", descending=True, maintain_order=True)
        .unique("account_id", keep="first", maintain_order=True),
        tuple(Problem(str(clone.path), text) for clone, answer in answers if answer is None),
    )


def account_rows(
    source: str, key: bytes, reads: Sequence[Read], canonical: pl.DataFrame
) -> pl.DataFrame:
    """Accounts of the addresses read, by what `joined` says of them."""
    lists = {address for read in reads for address in read.owners.lists}
    people = (
        _people(reads)
        .join(canonical, on="account_id", how="left")
        .with_columns(
            pl.col("canonical_id").fill_null(pl.col("account_id")),
            pl.col("is_mapped").fill_null(value=False),
        )
    )
    keys = account_keys(key, source, {*people["account_id"], *people["canonical_id"]})
    is_list = pl.col("account_id").is_in(list(lists))
    rows = people.with_columns(
        source=pl.lit(source),
        account_key=_keyed("account_id", keys),
        canonical_key=_keyed("canonical_id", keys),
        kind=pl.when(is_list).then(pl.lit("shared")).otherwise(kind()),
    )
    return _table(raw.AccountsSchema, [rows]).sort("account_key")


def _people(reads: Sequence[Read]) -> pl.DataFrame:
    seen = [part for read in reads for part in (read.people, read.history.seen, read.owners.seen)]
    return latest_names(pl.concat([pl.DataFrame(schema=SEEN), *seen]))


def _keys(source: str, key: bytes, reads: Sequence[Read]) -> dict[str, str]:
    return account_keys(key, source, _people(reads)["account_id"])


def _commits(source: str, keys: dict[str, str], read: Read) -> pl.DataFrame:
    counts = read.history.files.group_by("commit_id").agg(file_count=pl.len().cast(pl.Int64))
    return (
        read.history.commits.join(counts, on="commit_id", how="left", maintain_order="left")
        .join(read.lines, on="commit_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("file_count").fill_null(0),
            source=pl.lit(source),
            repository=pl.lit(read.clone.name),
            utc_week=utc_week(pl.col("committed_at")),
            author_key=_keyed("author_id", keys),
            committer_key=_keyed("committer_id", keys),
            flags_version=pl.lit(FLAGS_VERSION, dtype=pl.Int64),
        )
    )


def _trailers(source: str, keys: dict[str, str], read: Read) -> pl.DataFrame:
    at = read.history.commits.select("commit_id", "committed_at")
    return read.history.trailers.join(at, on="commit_id", maintain_order="left").with_columns(
        source=pl.lit(source),
        account_key=_keyed("account_id", keys),
        utc_week=utc_week(pl.col("committed_at")),
    )


def _files(source: str, read: Read) -> pl.DataFrame:
    at = read.history.commits.select("commit_id", "committed_at")
    return read.history.files.join(at, on="commit_id", maintain_order="left").with_columns(
        source=pl.lit(source),
        repository=pl.lit(read.clone.name),
        utc_week=utc_week(pl.col("committed_at")),
    )


def _keyed(column: str, keys: dict[str, str]) -> pl.Expr:
    return pl.col(column).replace_strict(keys, default=None, return_dtype=pl.String)


def _table(
    schema: type[dy.Schema], frames: Sequence[pl.DataFrame], key: list[str] | None = None
) -> pl.DataFrame:
    rows = pl.concat(
        [schema.create_empty(), *(frame.select(schema.column_names()) for frame in frames)]
    )
    return rows.unique(key, keep="first", maintain_order=True) if key else rows
