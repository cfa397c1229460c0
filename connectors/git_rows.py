"""What was read of a git source, in the shape of `models.tables.raw`; accounts become keys here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dataframely as dy
import polars as pl

from connectors.connector import Problem, Stored
from connectors.git_command import Clone
from connectors.git_cursor import FLAGS_VERSION, Mark
from connectors.git_identities import MAPPED, account_keys, kind, mapped
from connectors.git_log import SEEN, History, latest_names
from connectors.git_owners import OwnersHistory
from models.tables import raw
from models.weeks import utc_week

OWNERS: dict[str, type[dy.Schema]] = {
    "raw.owner_patterns": raw.OwnerPatternsSchema,
    "raw.owner_entries": raw.OwnerEntriesSchema,
}


@dataclass(frozen=True)
class Read:
    """What one sync read of one clone, and how far.

    `people` are addresses whose accounts are written again though nothing new is known of them,
    because .mailmap changed (`is_remapped`).
    """

    clone: Clone
    history: History
    lines: pl.DataFrame
    people: pl.DataFrame
    owners: OwnersHistory
    is_remapped: bool
    mark: Mark


def met(reads: Sequence[Read], known: pl.DataFrame | None, *, is_remapped: bool) -> pl.DataFrame:
    """Whose accounts are written, with the latest name, first and last moment, `known` ones too.

    `known` are rows of raw.accounts: those of the addresses read, or of all where .mailmap changed.
    """
    seen = [part for read in reads for part in (read.people, read.history.seen, read.owners.seen)]
    new = pl.concat([pl.DataFrame(schema=SEEN), *seen])
    if known is None:
        return latest_names(new)
    old = known.select(list(SEEN))
    if not is_remapped:
        old = old.join(new, on="account_id", how="semi")
    return latest_names(pl.concat([new, old]))


def event_rows(
    source: str, keys: Mapping[str, str], reads: Sequence[Read]
) -> dict[str, pl.DataFrame]:
    """Commits, trailers and files; of a commit that two clones share, those of the first clone."""
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


def owner_tables(
    source: str,
    keys: Mapping[str, str],
    reads: Sequence[Read],
    stored: Stored | None,
) -> dict[str, pl.DataFrame]:
    """Patterns and entries of the owners files with the stretches of time in which they stood.

    All rows of the source; no table where nothing changed.
    """
    if all(read.owners.is_unchanged for read in reads):
        return {}
    tables = {}
    for name, schema in OWNERS.items():
        before = stored(name) if stored else schema.create_empty()
        tables[name] = _table(
            schema,
            [_gone_on(before, read, _owner_rows(source, keys, read, name)) for read in reads],
        )
    return tables


def joined(
    clones: Sequence[Clone], people: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Whom these addresses mean, by the first clone whose .mailmap names them.

    Columns as `git_identities.mapped` gives them. A .mailmap that is absent is a problem.
    """
    answers = [(clone, mapped(clone, people)) for clone in clones] if people.height else []
    known = [answer for _, answer in answers if answer is not None]
    text = ".mailmap is absent from the clone and joins no addresses; git fetch --refetch"
    return (
        pl.concat([pl.DataFrame(schema=MAPPED), *known])
        .sort("is_mapped", descending=True, maintain_order=True)
        .unique("account_id", keep="first", maintain_order=True),
        tuple(Problem(str(clone.path), text) for clone, answer in answers if answer is None),
    )


def account_rows(
    source: str, key: bytes, people: pl.DataFrame, canonical: pl.DataFrame, lists: Sequence[str]
) -> pl.DataFrame:
    """Accounts of these people, by what `joined` says of them; `lists` are keys of lists."""
    known = people.join(canonical, on="account_id", how="left").with_columns(
        pl.col("canonical_id").fill_null(pl.col("account_id")),
        pl.col("is_mapped").fill_null(value=False),
    )
    keys = account_keys(key, source, {*known["account_id"], *known["canonical_id"]})
    rows = known.with_columns(
        source=pl.lit(source),
        account_key=_keyed("account_id", keys),
        canonical_key=_keyed("canonical_id", keys),
    ).with_columns(
        kind=pl.when(pl.col("account_key").is_in(lists)).then(pl.lit("shared")).otherwise(kind()),
    )
    return _table(raw.AccountsSchema, [rows]).sort("account_key")


def _owner_rows(source: str, keys: Mapping[str, str], read: Read, name: str) -> pl.DataFrame:
    """What was read of an owners file; of what stood before and ended, without beginning."""
    if name == "raw.owner_patterns":
        return read.owners.patterns.with_columns(source=pl.lit(source))
    return read.owners.entries.with_columns(
        source=pl.lit(source), account_key=_keyed("account_id", keys)
    )


def _gone_on(before: pl.DataFrame, read: Read, news: pl.DataFrame) -> pl.DataFrame:
    """The rows of a clone with what is new of it: some have ended, others begun.

    What is stored from later than the basis, of a sync that was broken off, is left out.
    """
    if read.owners.start is None:
        return news.select(before.columns)
    item = [name for name in before.columns if name not in ("valid_from", "valid_to")]
    ended = news.filter(pl.col("valid_from").is_null()).select(*item, ends="valid_to")
    begun = news.filter(pl.col("valid_from").is_not_null()).select(before.columns)
    start = pl.lit(read.owners.start)
    stood = before.filter(pl.col("repository") == read.clone.name, pl.col("valid_from") <= start)
    gone_on = (
        stood.with_columns(valid_to=pl.when(pl.col("valid_to") <= start).then("valid_to"))
        .join(ended, on=item, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(valid_to=pl.coalesce("valid_to", "ends"))
        .filter(pl.col("valid_to").is_null() | (pl.col("valid_from") < pl.col("valid_to")))
    )
    return pl.concat([gone_on.select(before.columns), begun])


def _commits(source: str, keys: Mapping[str, str], read: Read) -> pl.DataFrame:
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


def _trailers(source: str, keys: Mapping[str, str], read: Read) -> pl.DataFrame:
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


def _keyed(column: str, keys: Mapping[str, str]) -> pl.Expr:
    return pl.col(column).replace_strict(keys, default=None, return_dtype=pl.String)


def _table(
    schema: type[dy.Schema], frames: Sequence[pl.DataFrame], key: list[str] | None = None
) -> pl.DataFrame:
    rows = pl.concat(
        [schema.create_empty(), *(frame.select(schema.column_names()) for frame in frames)]
    )
    return rows.unique(key, keep="first", maintain_order=True) if key else rows
