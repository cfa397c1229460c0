"""A git history as a source: commits, trailers, files, accounts, and who was listed for what.

Nothing is fetched: clones are read as they lie on disk. Each kind of pass is one git process over
the whole history or over what is new in it. Parsing is in `git_log`, names and addresses in
`git_identities`, the owners file in `git_owners`, the cursor in `git_cursor`, rows in `git_rows`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from connectors.connector import Access, Batch, Problem, SourceError, Stored
from connectors.git_command import Clone, open_clones
from connectors.git_cursor import MOST_LEFT, Cursor, Mark, holds, read_cursor, settings_of
from connectors.git_identities import account_keys, mailmap_id
from connectors.git_log import History, changed_lines, read_history
from connectors.git_owners import OwnersKind, read_owners
from connectors.git_rows import Read, account_rows, event_rows, joined, met, owner_tables


class GitSource(Protocol):
    """What is set of the source."""

    @property
    def name(self) -> str:
        """Name of the source."""

    @property
    def paths(self) -> Sequence[str | Path]:
        """Clones, bare or not."""

    @property
    def owners(self) -> OwnersKind:
        """Which owners file is the register."""


@dataclass(frozen=True)
class Window:
    """Committer dates from `since` (None: ever) up to, not including, `until`."""

    since: datetime | None
    until: datetime


def sync(source: GitSource, cursor: Mapping[str, object] | None, access: Access) -> Batch:
    """As `sync_git`, with what every source is given."""
    bounds = {"since": access.since, "until": access.until}
    before = None if access.is_full else cursor
    return sync_git(source, before, access.key, **bounds, stored=access.stored)


def probe(source: GitSource, _access: Access) -> Iterator[tuple[bool, str]]:
    """Each clone, and whether it can be read whole."""
    with open_clones([Path(path) for path in source.paths]) as clones:
        for clone in clones:
            if clone.tip is None:
                yield False, f"{clone.name} has no commit; set its HEAD to the main branch"
            elif clone.cut:
                yield False, f"{clone.name} is shallow: its history is cut; git fetch --unshallow"
            else:
                yield True, f"{clone.name} can be read, whole"


def sync_git(
    source: GitSource,
    cursor: Mapping[str, object] | None,
    key: bytes,
    *,
    since: datetime | None,
    until: datetime,
    stored: Stored | None = None,
) -> Batch:
    """Commits with a committer date from `since` up to, not including, `until` (both UTC).

    With a cursor only commits not yet taken; commits at or after `until` are left for later. All
    is read anew (`restart`) where the history was rewritten, a shallow clone was deepened, a
    clone left the source, `since` or `until` lies before that of the cursor, or the kind of
    owners file, the key or the flags changed. A `since` that moves on with time changes nothing.
    Owner tables come when an owners file changed and are absent otherwise; their history is read
    from its beginning, whatever `since` is, and goes on from `stored` where that is given. A commit
    that two clones share is one row.

    Raises:
        SourceError: a path is no repository, damaged, or refused by git, a clone that had commits
            has none, or git is missing; the message has the remedy. A shallow clone and one that
            never had commits are read, and noted.
    """
    with open_clones([Path(path) for path in source.paths]) as clones:
        return _sync(source, clones, cursor, key, Window(since, until), stored)


def _sync(
    source: GitSource,
    clones: list[Clone],
    cursor: Mapping[str, object] | None,
    key: bytes,
    window: Window,
    stored: Stored | None,
) -> Batch:
    settings = settings_of(source.name, source.owners, key)
    earlier = read_cursor(cursor)
    _refuse_lost(clones, earlier.clones if earlier else {})
    last = (
        earlier
        if earlier and holds(earlier, settings, clones, window.since, window.until)
        else None
    )
    known = stored if last else None
    has_news = last is None or any(_has_news(clone, last, window.until) for clone in clones)
    marks = last.clones if last else {}
    reads = _reads(source, clones, marks, window, key, known) if has_news else []
    is_remapped = any(read.is_remapped for read in reads)
    people = met(reads, known("raw.accounts") if known and reads else None, is_remapped=is_remapped)
    keys = account_keys(key, source.name, people["account_id"])
    canonical, unmapped = joined(clones, people)
    found = (*unmapped, *(one for read in reads for one in read.owners.problems))
    problems = found if has_news or last is None else last.problems
    return Batch(
        rows={
            **event_rows(source.name, keys, reads),
            "raw.accounts": account_rows(source.name, key, people, canonical, _lists(reads)),
        },
        whole=owner_tables(source.name, keys, reads, known),
        cursor=Cursor(
            settings,
            window.until.isoformat(),
            {read.clone.name: read.mark for read in reads} or marks,
            problems,
        ).as_json(),
        problems=(*_problems(clones), *problems),
        restart=earlier is not None and last is None,
    )


def _refuse_lost(clones: Sequence[Clone], marks: Mapping[str, Mark]) -> None:
    for clone in clones:
        mark = marks.get(clone.name)
        if mark and mark.tip and clone.tip is None:
            raise SourceError(
                f"{clone.path}: HEAD names no commit any more; if its main branch has a new name: "
                f"git -C '{clone.path}' symbolic-ref HEAD refs/heads/NAME; what was read stays"
            )


def _has_news(clone: Clone, last: Cursor, until: datetime) -> bool:
    mark = last.clones.get(clone.name)
    if mark is None or mark.tip != clone.tip:
        return True
    return mark.left != [] and until > datetime.fromisoformat(last.until)


def _reads(
    source: GitSource,
    clones: Sequence[Clone],
    marks: Mapping[str, Mark],
    window: Window,
    key: bytes,
    known: Stored | None,
) -> list[Read]:
    mailmaps = {clone.name: mailmap_id(clone) for clone in clones}
    is_remapped = any(mark.mailmap != mailmaps[name] for name, mark in marks.items())
    first = window.since.isoformat() if window.since else None
    found = []
    for clone in clones:
        mark = marks.get(clone.name)
        history = _log(clone, _revisions(clone, mark), window)
        whole = [[clone.tip]] if is_remapped and clone.tip and known is None else []
        listed = read_owners(
            clone, source.owners, window.until, mark.owners if mark and known else None
        )
        lists = {*account_keys(key, source.name, listed.lists).values()}
        found.append(
            Read(
                clone=clone,
                history=history,
                lines=changed_lines(clone, history),
                people=_log(clone, whole, window, with_files=False).seen,
                owners=listed,
                is_remapped=is_remapped,
                mark=Mark(
                    tip=clone.tip,
                    left=history.left if len(history.left) <= MOST_LEFT else None,
                    since=mark.since if mark else first,
                    cut=clone.cut,
                    mailmap=mailmaps[clone.name],
                    owners=listed.basis,
                    lists=sorted(lists | {*mark.lists} if mark and listed.start else lists),
                ),
            )
        )
    return found


def _lists(reads: Sequence[Read]) -> list[str]:
    return [account for read in reads for account in read.mark.lists]


def _revisions(clone: Clone, mark: Mark | None) -> list[list[str]]:
    """What `git log` has to walk for commits not yet taken, call by call."""
    if clone.tip is None:
        return []
    if mark is None or mark.tip is None or mark.left is None:
        return [[clone.tip]]
    new = [[clone.tip, f"^{mark.tip}"]] if clone.tip != mark.tip else []
    return [*new, ["--no-walk=unsorted", *mark.left]] if mark.left else new


def _log(
    clone: Clone, revisions: list[list[str]], window: Window, *, with_files: bool = True
) -> History:
    return read_history(
        clone, revisions, since=window.since, until=window.until, with_files=with_files
    )


def _problems(clones: Sequence[Clone]) -> list[Problem]:
    shallow = "its history is cut, and what lies before is not known; git fetch --unshallow"
    empty = "HEAD names no commit: the repository is empty, or set HEAD to its main branch"
    return [
        *(Problem(str(clone.path), shallow) for clone in clones if clone.cut),
        *(Problem(str(clone.path), empty) for clone in clones if clone.tip is None),
    ]
