"""Commits, their trailers and files out of `git log`, parsed in bulk.

Commits that are no merges are read, and only those: what a merge brings was committed before, and
its trailers stand there. Bodies are looked through for three trailers in memory and dropped;
subjects are not read. (git's own %(trailers) sees the last paragraph only and misses what stands
above a line added later, such as git-svn-id.) Who is behind an address is in `git_identities`.
"""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from connectors.git_command import Clone, missing_blobs, run, stream
from connectors.git_identities import account_id, name

MOMENT = pl.Datetime("us", "UTC")
TRAILER = r"(?im)^(?:reviewed|acked|tested)-by[ \t]*:.*$"
# NUL is the one byte that neither names, addresses nor bodies can hold, and --raw quotes paths:
# every eighth piece between NULs is the same field, whatever anybody wrote into it.
FIELDS = ("%H", "%ct", "%an", "%ae", "%cn", "%ce", "%b")
PIECES = len(FIELDS) + 1  # the last are the lines of --raw
FORMAT = "".join(f"%x00{field}" for field in FIELDS) + "%x00"
ADDRESS = r"([^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+)"
GITLINK = "160000"  # a submodule: its commit lies in another repository
PROCESSES = 2  # that count lines at once

COMMITS = pl.Schema(
    {
        "commit_id": pl.String(),
        "committed_at": MOMENT,
        "author_id": pl.String(),
        "committer_id": pl.String(),
        "is_whole": pl.Boolean(),
    }
)
SIGNATURES = pl.Schema(
    {"commit_id": pl.String(), "trailer": pl.String(), "account_id": pl.String()}
)
FILES = pl.Schema({"commit_id": pl.String(), "path": pl.String()})
SEEN = pl.Schema(
    {
        "account_id": pl.String(),
        "name": pl.String(),
        "first_seen_at": MOMENT,
        "last_seen_at": MOMENT,
    }
)


@dataclass(frozen=True)
class History:
    """What a log brought.

    `commits`: id, moment, author, committer, and whether all its blobs are in the clone.
    `trailers`: those of another than the author. `files`: paths changed. `seen`: addresses with
    the latest name and the first and last moment. `left`: commits at or after the end, which a
    later sync has to take.
    """

    commits: pl.DataFrame
    trailers: pl.DataFrame
    files: pl.DataFrame
    seen: pl.DataFrame
    left: list[str]


def read_history(
    clone: Clone,
    revisions: Sequence[Sequence[str]],
    *,
    since: datetime | None,
    until: datetime,
    with_files: bool = True,
) -> History:
    """Commits with a committer date in the window; each of `revisions` is one call of `git log`.

    Where a shallow clone was cut no commit is read: what it changed is not known.
    """
    parts = [
        _parse(clone, chunk, since, until)
        for call in revisions
        for chunk in _records(_log(clone, call, since, with_files=with_files))
    ]
    return History(
        commits=_stacked([part.commits for part in parts], COMMITS),
        trailers=_stacked([part.trailers for part in parts], SIGNATURES),
        files=_stacked([part.files for part in parts], FILES),
        seen=latest_names(_stacked([part.seen for part in parts], SEEN)),
        left=[commit for part in parts for commit in part.left],
    )


def latest_names(seen: pl.DataFrame) -> pl.DataFrame:
    """One row per address: the name used last, first and last moment."""
    return (
        seen.sort("last_seen_at", "name", nulls_last=False)
        .group_by("account_id", maintain_order=True)
        .agg(
            pl.col("name").drop_nulls().last(),
            pl.col("first_seen_at").min(),
            pl.col("last_seen_at").max(),
        )
        .sort("account_id")
    )


def changed_lines(clone: Clone, history: History) -> pl.DataFrame:
    """Lines added and removed by commit: 0 for files that are not text.

    Null where one of the blobs is absent from the clone.
    """
    changed = history.files.select("commit_id").unique(maintain_order=True)
    whole = history.commits.filter("is_whole").join(changed, on="commit_id", how="semi")
    counted = _count_lines(clone, whole["commit_id"])
    return history.commits.join(counted, on="commit_id", how="left").select(
        "commit_id",
        lines_changed=pl.when("is_whole").then(pl.col("lines_changed").fill_null(0)),
    )


def _log(
    clone: Clone, revisions: Sequence[str], since: datetime | None, *, with_files: bool
) -> Iterator[bytes]:
    options = [
        "--no-merges",
        "--no-show-signature",
        "--no-color",
        "--encoding=UTF-8",
        f"--format={FORMAT}",
    ]
    if with_files:
        options += ["--raw", "--no-abbrev", "--no-renames", "--ignore-submodules=none"]
        options += ["--no-relative", "--no-ext-diff", "--no-textconv"]
    if since is not None:
        options.append(f"--since-as-filter={since:%Y-%m-%dT%H:%M:%S}+0000")
    return stream(clone, "log", *options, *revisions, "--")


def _records(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut where a record begins."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        begun = rest.count(b"\0")
        end = len(rest)
        for _ in range((begun - 1) % PIECES + 1):
            end = rest.rfind(b"\0", 0, end)
        if end > 0:
            yield rest[:end]
            rest = rest[end:]
    if rest:
        yield rest


def _parse(clone: Clone, chunk: bytes, since: datetime | None, until: datetime) -> History:
    heads = _heads(_text(chunk))
    is_late = pl.col("committed_at") >= until
    is_wanted = ~pl.col("commit_id").is_in(list(clone.boundary))
    if since is not None:
        is_wanted &= pl.col("committed_at") >= since
    left = heads.filter(is_late, is_wanted)["commit_id"].to_list()
    commits = heads.filter(~is_late, is_wanted)
    trailers = _trailers(commits)
    files = _files(commits)
    torn = _torn(clone, files)
    return History(
        commits=commits.with_columns(is_whole=~pl.col("commit_id").is_in(torn)).select(
            list(COMMITS)
        ),
        trailers=trailers.filter(pl.col("account_id").ne_missing(pl.col("author_id")))
        .select(list(SIGNATURES))
        .unique(maintain_order=True),
        files=files.select(list(FILES)),
        seen=_seen(commits, trailers),
        left=left,
    )


def _torn(clone: Clone, files: pl.DataFrame) -> list[str]:
    """Commits of which a blob, before or after, is absent from the clone."""
    blobs = pl.concat([files["before"], files["after"]]).drop_nulls().unique()
    missing = missing_blobs(clone, blobs.to_list()) if len(blobs) else []
    if not missing:
        return []
    is_torn = pl.col("before").is_in(missing) | pl.col("after").is_in(missing)
    return files.filter(is_torn)["commit_id"].unique().to_list()


def _text(chunk: bytes) -> str:
    try:
        return chunk.decode()
    except UnicodeDecodeError:
        return chunk.decode(errors="backslashreplace")


def _heads(text: str) -> pl.DataFrame:
    pieces = pl.Series(text.split("\0")[1:], dtype=pl.String)
    commit_id, at, author, author_at, committer, committer_at, body, raw = (
        pieces.gather_every(PIECES, place) for place in range(PIECES)
    )
    return pl.select(
        commit_id=commit_id,
        committed_at=pl.from_epoch(pl.lit(at).cast(pl.Int64), time_unit="s").cast(MOMENT),
        author_name=name(pl.lit(author)),
        author_id=account_id(pl.lit(author_at)),
        committer_name=name(pl.lit(committer)),
        committer_id=account_id(pl.lit(committer_at)),
        signatures=pl.lit(body).str.extract_all(TRAILER),
        raw=raw,
    )


def _trailers(commits: pl.DataFrame) -> pl.DataFrame:
    """One row per person that a trailer names; one without an address names nobody."""
    line, value = pl.col("signatures"), pl.col("value")
    people = value.str.extract_all(r'"[^"]*"\s*<[^<>]*>|[^<>,;]*<[^<>]*>')
    return (
        commits.select("commit_id", "author_id", "committed_at", "signatures")
        .explode("signatures")
        .filter(line.is_not_null())
        .with_columns(
            trailer=line.str.extract(r"^(\w+)").str.to_lowercase(),
            value=line.str.extract(r"^[^:]*:(.*)$"),
        )
        .with_columns(
            who=pl.when(people.list.len() > 0).then(people).otherwise(pl.concat_list(value))
        )
        .explode("who")
        .with_columns(
            account_id=account_id(pl.col("who").str.extract(ADDRESS)),
            name=name(pl.col("who").str.extract(r"^([^<]*)<")),
        )
        .filter(pl.col("account_id").is_not_null())
    )


def _files(commits: pl.DataFrame) -> pl.DataFrame:
    """From lines such as `:100644 100644 <blob before> <blob after> M<tab>path`."""
    line = pl.col("line")
    parts = line.str.splitn("\t", 2).struct
    facts = parts.field("field_0").str.split(" ")
    blobs = [
        pl.when(facts.list.get(mode) != GITLINK, ~facts.list.get(blob).str.contains("^0+$")).then(
            facts.list.get(blob)
        )
        for mode, blob in ((0, 2), (1, 3))
    ]
    files = (
        commits.select("commit_id", line=pl.col("raw").str.split("\n"))
        .explode("line")
        .filter(line.str.len_bytes() > 0)
        .with_columns(line=line.str.slice(1))
        .select("commit_id", path=parts.field("field_1"), before=blobs[0], after=blobs[1])
    )
    return _unquoted(files)


def _unquoted(files: pl.DataFrame) -> pl.DataFrame:
    quoted = files["path"].filter(files["path"].str.starts_with('"')).unique().to_list()
    if not quoted:
        return files
    plain = [_unquote(path) for path in quoted]
    return files.with_columns(pl.col("path").replace(quoted, plain))


def _unquote(path: str) -> str:
    """A path as it is, from git's quoting in the manner of C."""
    letters = dict(zip('abtnvfr"\\', '\a\b\t\n\v\f\r"\\', strict=True))
    return re.sub(
        r'\\([0-7]{3}|[abtnvfr"\\])',
        lambda found: letters.get(found[1]) or chr(int(found[1], 8)),
        path[1:-1],
    )


def _seen(commits: pl.DataFrame, trailers: pl.DataFrame) -> pl.DataFrame:
    at = {"first_seen_at": "committed_at", "last_seen_at": "committed_at"}
    people = [
        commits.select(account_id="author_id", name="author_name", **at),
        commits.select(account_id="committer_id", name="committer_name", **at),
        trailers.select("account_id", "name", **at),
    ]
    return latest_names(pl.concat(people).filter(pl.col("account_id").is_not_null()))


def _count_lines(clone: Clone, commits: pl.Series) -> pl.DataFrame:
    size = -(-len(commits) // PROCESSES)
    shares = [commits[start : start + size] for start in range(0, len(commits), size or 1)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        counted = list(pool.map(lambda share: _count_share(clone, share), shares))
    return _stacked(counted, pl.Schema({"commit_id": pl.String(), "lines_changed": pl.Int64()}))


def _count_share(clone: Clone, commits: pl.Series) -> pl.DataFrame:
    """A line with the commit, then one such as ` 2 files changed, 3 insertions(+)`."""
    options = ["--stdin", "--root", "--no-renames", "--shortstat", "--ignore-submodules=none"]
    output = run(
        clone,
        "diff-tree",
        *options,
        "--no-ext-diff",
        "--no-textconv",
        stdin="".join(f"{commit}\n" for commit in commits).encode(),
    )
    line = pl.col("line")
    count = [
        line.str.extract(rf"(\d+) {word}").cast(pl.Int64).fill_null(0)
        for word in ("insertion", "deletion")
    ]
    return (
        pl.DataFrame({"line": output.decode().split("\n")}, schema={"line": pl.String()})
        .with_columns(
            commit_id=pl.when(~line.str.starts_with(" ") & (line != "")).then(line).forward_fill()
        )
        .filter(line.str.starts_with(" "))
        .select("commit_id", lines_changed=count[0] + count[1])
    )


def _stacked(frames: Sequence[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=schema), *frames])
