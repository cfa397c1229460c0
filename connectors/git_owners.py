"""Who was listed for which paths, and when: the history of the owners file of a clone.

A change holds from the committer date of the commit of the mainline (first parents) that brought
it; a date before that of the change below it is raised to it, so intervals never run backwards.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeVar

import polars as pl

from connectors.connector import Problem
from connectors.git_command import Clone, blob_ids, read_blobs, run
from connectors.owners.codeowners import parse_codeowners
from connectors.owners.committers import parse_committers
from connectors.owners.folders import parse_folder
from connectors.owners.maintainers import is_sectioned, parse_maintainers
from connectors.owners.register import EMPTY, Entry, Pattern, Register

OwnersKind = Literal["auto", "CODEOWNERS", "OWNERS", "MAINTAINERS", "none"]
MOMENT = pl.Datetime("us", "UTC")
BLOBS_AT_ONCE = 100  # texts in memory; a MAINTAINERS of the kernel has a megabyte

REGISTERS = ("MAINTAINERS", "Maintainers.txt", "MAINTAINERS.md", "MAINTAINERS.rst")
PLACES = {
    "MAINTAINERS": [f"{place}{file}" for file in REGISTERS for place in ("", ".github/", "docs/")],
    "OWNERS": ["OWNERS"],
    "CODEOWNERS": [f"{place}CODEOWNERS" for place in (".github/", "", "docs/", ".gitlab/")],
}
EVERY_FOLDER = ":(glob)**/OWNERS"

PATTERNS = pl.Schema(
    {
        "repository": pl.String(),
        "scope_type": pl.String(),
        "scope_id": pl.String(),
        "pattern": pl.String(),
        "dialect": pl.String(),
        "is_exclusion": pl.Boolean(),
        "is_catch_all": pl.Boolean(),
        "position": pl.Int64(),
        "valid_from": MOMENT,
        "valid_to": MOMENT,
    }
)
ENTRIES = pl.Schema(
    {
        "repository": pl.String(),
        "scope_type": pl.String(),
        "scope_id": pl.String(),
        "account_id": pl.String(),
        "role": pl.String(),
        "is_merge_only": pl.Boolean(),
        "valid_from": MOMENT,
        "valid_to": MOMENT,
    }
)
SEEN = pl.Schema(
    {
        "account_id": pl.String(),
        "name": pl.String(),
        "first_seen_at": MOMENT,
        "last_seen_at": MOMENT,
    }
)

Item = TypeVar("Item", Pattern, Entry)
Span = tuple[Item, datetime, datetime | None]


@dataclass(frozen=True)
class OwnersHistory:
    """Patterns and entries with their stretches of time, and the accounts that stand in them.

    `lists` are addresses that the file calls mailing lists.
    """

    patterns: pl.DataFrame
    entries: pl.DataFrame
    seen: pl.DataFrame
    lists: frozenset[str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Version:
    """A file of a folder as it stood from a moment on; no blob: it was not there."""

    at: datetime
    path: str
    blob: str | None


def read_owners(clone: Clone, kind: OwnersKind, until: datetime) -> OwnersHistory:
    """The history of the owners file that stands at HEAD, before `until`.

    Empty where there is none or `kind` is none; that there is none is a problem.
    """
    found = _find(clone, kind) if clone.tip else None
    if found is None:
        is_wanted = kind != "none" and clone.tip is not None
        text = f'no owners file ({kind}) at HEAD; add one, or set owners = "none"'
        return _history(clone, [], [Problem(clone.name, text)] if is_wanted else [])
    versions = [version for version in _versions(clone, found) if version.at < until]
    files = _by_folder(versions) if found == "OWNERS" else [_first_present(versions, PLACES[found])]
    registers = _registers(clone, found, versions)
    absent = sum(version.blob is not None and _id(version) not in registers for version in versions)
    problems = []
    if absent:
        text = f"{absent} versions are absent from the clone; fetch them: git fetch --refetch"
        problems.append(Problem(f"{clone.name}: owners file", text))
    timelines = [
        [
            (version.at, registers[_id(version)] if version.blob else EMPTY)
            for version in file
            if version.blob is None or _id(version) in registers
        ]
        for file in files
    ]
    return _history(clone, timelines, problems)


def _find(clone: Clone, kind: OwnersKind) -> str | None:
    kinds = [] if kind == "none" else list(PLACES) if kind == "auto" else [kind]
    present = blob_ids(clone, [path for one in kinds for path in PLACES[one]])
    for one in kinds:
        if any(path in present for path in PLACES[one]):
            return one
        if one == "OWNERS" and (kind == "OWNERS" or not blob_ids(clone, PLACES["CODEOWNERS"])):
            names = run(clone, "ls-tree", "-r", "-z", "--name-only", "--full-tree", clone.tip or "")
            if b"/OWNERS\0" in names:
                return one
    return None


def _versions(clone: Clone, kind: str) -> list[Version]:
    """Changes of the file on the mainline, oldest first."""
    paths = [EVERY_FOLDER] if kind == "OWNERS" else PLACES[kind]
    output = run(
        clone, "log", "--first-parent", "--diff-merges=first-parent", "--raw", "--no-abbrev",
        "--no-renames", "--no-show-signature", "--no-color", "--no-ext-diff", "--no-relative",
        "--format=%x00%ct%x00", clone.tip or "", "--", *paths,
    )  # fmt: skip
    pieces = output.decode("utf-8", "backslashreplace").split("\0")[1:]
    versions: list[Version] = []
    latest = datetime.min.replace(tzinfo=UTC)
    for at, lines in reversed(list(zip(pieces[::2], pieces[1::2], strict=True))):
        latest = max(latest, datetime.fromtimestamp(int(at), UTC))
        for line in re.findall(r"^:\d+ (\d+) \w+ (\w+) \w+\t(.+)$", lines, re.MULTILINE):
            is_file = line[0] in {"100644", "100755"}
            versions.append(Version(latest, line[2], line[1] if is_file else None))
    return versions


def _first_present(versions: Sequence[Version], places: Sequence[str]) -> list[Version]:
    """Version by version the file that counts: the first in the order of the places."""
    present: dict[str, Version] = {}
    timeline = []
    for version in versions:
        present[version.path] = version
        counting = next(
            (present[path] for path in places if path in present and present[path].blob), None
        )
        path, blob = (counting.path, counting.blob) if counting else (version.path, None)
        timeline.append(Version(version.at, path, blob))
    return timeline


def _by_folder(versions: Sequence[Version]) -> list[list[Version]]:
    files: dict[str, list[Version]] = {}
    for version in versions:
        files.setdefault(version.path, []).append(version)
    return list(files.values())


def _id(version: Version) -> tuple[str, str]:
    return version.path, version.blob or ""


def _registers(
    clone: Clone, kind: str, versions: Sequence[Version]
) -> dict[tuple[str, str], Register]:
    """What each version says, by path and blob; those absent from the clone are left out."""
    wanted = sorted({_id(version) for version in versions if version.blob})
    registers = {}
    for start in range(0, len(wanted), BLOBS_AT_ONCE):
        share = wanted[start : start + BLOBS_AT_ONCE]
        texts = read_blobs(clone, sorted({blob for _, blob in share}))
        registers.update(
            {
                (path, blob): _parser(kind, path, texts[blob])(texts[blob], clone.name)
                for path, blob in share
                if blob in texts
            }
        )
    return registers


def _parser(kind: str, path: str, text: str) -> Callable[[str, str], Register]:
    if kind == "OWNERS":
        folder = path.removesuffix("OWNERS")
        return lambda said, repository: parse_folder(said, repository, folder)
    if kind == "CODEOWNERS":
        return parse_codeowners
    return parse_maintainers if is_sectioned(text) else parse_committers


def _spans(versions: Sequence[tuple[datetime, frozenset[Item]]]) -> Iterator[Span[Item]]:
    """Each item with the stretches in which it stood; what stood for no time is left out."""
    standing: dict[Item, datetime] = {}
    for at, items in versions:
        for gone in standing.keys() - items:
            since = standing.pop(gone)
            if since < at:
                yield gone, since, at
        for new in items - standing.keys():
            standing[new] = at
    for item, since in standing.items():
        yield item, since, None


def _history(
    clone: Clone, timelines: Sequence[Sequence[tuple[datetime, Register]]], problems: list[Problem]
) -> OwnersHistory:
    patterns = [
        span
        for timeline in timelines
        for span in _spans([(at, register.patterns) for at, register in timeline])
    ]
    entries = [
        span
        for timeline in timelines
        for span in _spans([(at, register.entries) for at, register in timeline])
    ]
    last = max((at for timeline in timelines for at, _ in timeline), default=None)
    names: dict[str, str] = {}
    lists: set[str] = set()
    for timeline in timelines:
        for _, register in timeline:
            names |= register.names
            lists |= register.lists
        if timeline and (repeated := sorted(set(timeline[-1][1].repeated))):
            text = (
                f"{len(repeated)} titles head more than one section, as {repeated[0]!r} does; "
                "those sections count as one: give each its own title"
            )
            problems.append(Problem(f"{clone.name}: owners file", text))
    return OwnersHistory(
        patterns=_frame(clone, patterns, PATTERNS),
        entries=_frame(clone, entries, ENTRIES),
        seen=pl.DataFrame(
            [
                (entry.account_id, names.get(entry.account_id), since, to or last)
                for entry, since, to in entries
            ],
            schema=SEEN,
            orient="row",
        ),
        lists=frozenset(lists),
        problems=tuple(problems),
    )


def _frame(
    clone: Clone,
    spans: Sequence[tuple[Pattern | Entry, datetime, datetime | None]],
    schema: pl.Schema,
) -> pl.DataFrame:
    rows = [(clone.name, *item, since, to) for item, since, to in spans]
    return pl.DataFrame(rows, schema=schema, orient="row").sort(list(schema), nulls_last=True)
