"""Who was listed for which paths, and when: the history of the owners file of a clone.

A change holds from the committer date of the commit of the mainline (first parents) that brought
it; a date before that of the change below it is raised to it, so intervals never run backwards.
What was read up to some commit need not be read again: what stood there is in that one version.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeVar

import polars as pl

from connectors.connector import Problem
from connectors.git_command import Clone, blob_ids, is_ancestor, read_blobs, run
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
Span = tuple[Item, datetime | None, datetime | None]


@dataclass(frozen=True)
class Basis:
    """Up to where the history was read: the kind of file, a commit of the mainline, its moment."""

    kind: str
    commit: str
    at: str


@dataclass(frozen=True)
class OwnersHistory:
    """Patterns and entries with their stretches of time, and the accounts that stand in them.

    With `start`, the moment of the basis it was read from, only what is new since: a stretch
    without beginning is one that stood there and has ended. `lists` are addresses that the file
    calls mailing lists. `basis` is that of the next time; None: the next time all is read.
    """

    patterns: pl.DataFrame
    entries: pl.DataFrame
    seen: pl.DataFrame
    lists: frozenset[str]
    problems: tuple[Problem, ...]
    basis: Basis | None = None
    start: datetime | None = None

    @property
    def is_unchanged(self) -> bool:
        """Whether all is as it was at the basis."""
        return self.start is not None and self.patterns.is_empty() and self.entries.is_empty()


@dataclass(frozen=True)
class Version:
    """A file of a folder as it stood from a moment on; no blob: it was not there."""

    at: datetime
    path: str
    blob: str | None
    commit: str


def read_owners(
    clone: Clone, kind: OwnersKind, until: datetime, basis: Basis | None = None
) -> OwnersHistory:
    """The history of the owners file that stands at HEAD, before `until`; all, or what is new.

    Empty where there is none or `kind` is none; that there is none is a problem.
    """
    found = _find(clone, kind) if clone.tip else None
    if found is None:
        is_wanted = kind != "none" and clone.tip is not None
        text = f'no owners file ({kind}) at HEAD; add one, or set owners = "none"'
        return _history(clone, [], [Problem(clone.name, text)] if is_wanted else [])
    if basis is not None and basis.kind == found and _is_below(clone, basis.commit):
        news = _versions(clone, found, basis)
        if found != "OWNERS" or not news:  # of files in folders, names would be those of one
            return _continued(clone, found, basis, news, until)
    return _whole(clone, found, until)


def _whole(clone: Clone, kind: str, until: datetime) -> OwnersHistory:
    versions = _versions(clone, kind)
    known = [version for version in versions if version.at < until]
    files = _by_folder(known) if kind == "OWNERS" else [_first_present(known, PLACES[kind], {})]
    registers = _registers(clone, kind, known)
    absent = sum(version.blob is not None and _id(version) not in registers for version in known)
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
    basis = None if absent else _basis(clone, kind, versions, known, None)
    return _history(clone, timelines, problems, basis)


def _continued(
    clone: Clone, kind: str, basis: Basis, versions: Sequence[Version], until: datetime
) -> OwnersHistory:
    """What is new since a basis; all, where a version is absent from the clone."""
    known = [version for version in versions if version.at < until]
    places = [] if kind == "OWNERS" else PLACES[kind]
    start = datetime.fromisoformat(basis.at)
    present = {
        path: Version(start, path, blob, basis.commit)
        for path, blob in blob_ids(clone, places, basis.commit).items()
    }
    counting = next(_counting(present, places), Version(start, "", None, basis.commit))
    timeline = [counting, *_first_present(known, places, present)]
    registers = _registers(clone, kind, timeline)
    if any(version.blob and _id(version) not in registers for version in timeline):
        return _whole(clone, kind, until)
    said = [(one.at, registers[_id(one)] if one.blob else EMPTY) for one in timeline]
    reached = _basis(clone, kind, versions, known, basis)
    return _history(clone, [said], [], reached, start)


def _is_below(clone: Clone, commit: str) -> bool:
    """Whether a commit is on the mainline of HEAD."""
    if commit == clone.tip:
        return True
    if not is_ancestor(clone, commit):
        return False
    above = run(clone, "rev-list", "--first-parent", "--parents", f"{commit}..{clone.tip}")
    return above.decode().split("\n")[-2].split()[1:2] == [commit]


def _basis(
    clone: Clone,
    kind: str,
    versions: Sequence[Version],
    known: Sequence[Version],
    earlier: Basis | None,
) -> Basis | None:
    """The commit up to which all was taken: HEAD, or the last one before what comes too early."""
    if not known and (versions or earlier is None):
        return earlier
    commit = str(clone.tip) if len(known) == len(versions) else known[-1].commit
    return Basis(kind, commit, known[-1].at.isoformat() if known or earlier is None else earlier.at)


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


def _versions(clone: Clone, kind: str, basis: Basis | None = None) -> list[Version]:
    """Changes of the file on the mainline, oldest first; all, or those above a basis."""
    paths = [EVERY_FOLDER] if kind == "OWNERS" else PLACES[kind]
    below = [f"^{basis.commit}"] if basis else []
    output = run(
        clone, "log", "--first-parent", "--diff-merges=first-parent", "--raw", "--no-abbrev",
        "--no-renames", "--no-show-signature", "--no-color", "--no-ext-diff", "--no-relative",
        "--format=%x00%H %ct%x00", clone.tip or "", *below, "--", *paths,
    )  # fmt: skip
    pieces = output.decode("utf-8", "backslashreplace").split("\0")[1:]
    versions: list[Version] = []
    latest = datetime.fromisoformat(basis.at) if basis else datetime.min.replace(tzinfo=UTC)
    for head, lines in reversed(list(zip(pieces[::2], pieces[1::2], strict=True))):
        commit, at = head.split(" ")
        latest = max(latest, datetime.fromtimestamp(int(at), UTC))
        for line in re.findall(r"^:\d+ (\d+) \w+ (\w+) \w+\t(.+)$", lines, re.MULTILINE):
            is_file = line[0] in {"100644", "100755"}
            versions.append(Version(latest, line[2], line[1] if is_file else None, commit))
    return versions


def _first_present(
    versions: Sequence[Version], places: Sequence[str], stood: Mapping[str, Version]
) -> list[Version]:
    """Version by version the file that counts: the first in the order of the places."""
    present = dict(stood)
    timeline = []
    for version in versions:
        present[version.path] = version
        counting = next(_counting(present, places), None)
        path, blob = (counting.path, counting.blob) if counting else (version.path, None)
        timeline.append(Version(version.at, path, blob, version.commit))
    return timeline


def _counting(present: Mapping[str, Version], places: Sequence[str]) -> Iterator[Version]:
    """The files that are there, in the order in which they count."""
    return (present[path] for path in places if path in present and present[path].blob)


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


def _spans(
    versions: Sequence[tuple[datetime, frozenset[Item]]], *, continues: bool
) -> Iterator[Span[Item]]:
    """Each item with the stretches in which it stood; what stood for no time is left out.

    Where this `continues`, what stood in the first version has no beginning, and comes if it ends.
    """
    standing: dict[Item, datetime | None] = {}
    if continues and versions:
        standing = dict.fromkeys(versions[0][1])
    for at, items in versions:
        for gone in standing.keys() - items:
            since = standing.pop(gone)
            if since is None or since < at:
                yield gone, since, at
        for new in items - standing.keys():
            standing[new] = at
    for item, since in standing.items():
        if since is not None:
            yield item, since, None


def _history(
    clone: Clone,
    timelines: Sequence[Sequence[tuple[datetime, Register]]],
    problems: list[Problem],
    basis: Basis | None = None,
    start: datetime | None = None,
) -> OwnersHistory:
    continues = start is not None
    patterns = [
        span
        for timeline in timelines
        for span in _spans([(at, one.patterns) for at, one in timeline], continues=continues)
    ]
    entries = [
        span
        for timeline in timelines
        for span in _spans([(at, one.entries) for at, one in timeline], continues=continues)
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
    stretches = [(entry.account_id, since or to, to or last) for entry, since, to in entries]
    if continues and len(timelines[0]) > 1:  # who still stands was seen in the last version, too
        stretches += [(entry.account_id, last, last) for entry in timelines[0][-1][1].entries]
    return OwnersHistory(
        patterns=_frame(clone, patterns, PATTERNS),
        entries=_frame(clone, entries, ENTRIES),
        seen=pl.DataFrame(
            [(account, names.get(account), first, end) for account, first, end in stretches],
            schema=SEEN,
            orient="row",
        ),
        lists=frozenset(lists),
        problems=tuple(problems),
        basis=basis,
        start=start,
    )


def _frame(
    clone: Clone, spans: Sequence[Span[Pattern] | Span[Entry]], schema: pl.Schema
) -> pl.DataFrame:
    rows = [(clone.name, *item, since, to) for item, since, to in spans]
    return pl.DataFrame(rows, schema=schema, orient="row").sort(list(schema), nulls_last=True)
