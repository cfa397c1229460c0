"""Changes as commits of one bare repository, by a single `git fast-import`.

Trailers, committers and MAINTAINERS are as kernel-like projects have them; file contents are
numbered lines without meaning. The same changes give the same hashes.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from connectors.connector import SourceError
from connectors.demo.changes import Change, Signature, sign
from connectors.demo.company import Company

OWNERS_FILE = "MAINTAINERS"
_MOST_LINES_IN_FILE = 200  # older lines go, so that contents do not grow with the weeks


def write_repository(company: Company, changes: Iterable[Change], path: Path) -> None:
    """A bare repository at `path`, which must not be there yet, with one commit a change.

    Raises:
        SourceError: git is missing or refuses; the message has git's first line.
    """
    _git(
        "init", "--quiet", "--bare", "--template=", "--initial-branch=main", "--object-format=sha1",
        str(path),
    )  # fmt: skip
    stream = b"".join(_commits(company, changes))
    _git(
        f"--git-dir={path}", "-c", "fastimport.unpackLimit=0", "-c", "core.compression=1",
        "fast-import", "--quiet", given=stream,
    )  # fmt: skip


def maintainers(company: Company, at: datetime) -> str:
    """MAINTAINERS as it stands at a moment: one section an area."""
    sections = []
    for area in company.areas:
        owners = [sign(company.by_id[owner]) for owner in company.owners(area, at)]
        lines = [area.title, *(f"M:\t{_text(owner)}" for owner in owners)]
        lines += [f"S:\t{'Orphan' if area.is_orphan else 'Maintained'}", f"F:\t{area.folder}"]
        sections.append("\n".join(lines) + "\n")
    return "\n".join(sections)


def _commits(company: Company, changes: Iterable[Change]) -> Iterator[bytes]:
    """The stream of fast-import: commits with all contents inline."""
    contents: dict[str, list[str]] = {}
    number = 0
    for change in changes:
        message = "\n".join([_subject(change), "", *_trailers(company, change)]).strip() + "\n"
        yield b"commit refs/heads/main\n"
        yield f"author {_stamp(change.author, change.authored_at)}\n".encode()
        yield f"committer {_stamp(change.lander, change.landed_at)}\n".encode()
        yield _data(message)
        for edit in change.edits:
            lines = contents.setdefault(edit.path, [])
            surplus = max(len(lines) - _MOST_LINES_IN_FILE, 0)
            del lines[: max(edit.removed, surplus)]
            lines += [f"{number + place:07d}" for place in range(edit.added)]
            number += edit.added
            yield _file(edit.path, "\n".join(lines) + "\n")
        if not change.edits:
            yield _file(OWNERS_FILE, maintainers(company, change.landed_at))


def _subject(change: Change) -> str:
    return f"{change.area}: {change.subject}" if change.area else change.subject


def _trailers(company: Company, change: Change) -> list[str]:
    return [
        f"{trailer}: {_text(sign(company.by_id[reviewer]))}" for trailer, reviewer in change.reviews
    ]


def _text(signature: Signature) -> str:
    return f"{signature.name} <{signature.address}>"


def _stamp(signature: Signature, at: datetime) -> str:
    return f"{_text(signature)} {int(at.timestamp())} {at:%z}"


def _file(path: str, text: str) -> bytes:
    return f"M 100644 inline {path}\n".encode() + _data(text)


def _data(text: str) -> bytes:
    content = text.encode()
    return b"data %d\n" % len(content) + content + b"\n"


def _git(*arguments: str, given: bytes = b"") -> None:
    """Runs git without anybody's own settings, so that hashes and files depend on nothing else."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}
    try:
        subprocess.run(
            ["git", *arguments], input=given, env=clean | alone, check=True, capture_output=True
        )
    except FileNotFoundError:
        raise SourceError("demo: git is not found; install git and run again") from None
    except subprocess.CalledProcessError as error:
        first = error.stderr.decode(errors="replace").partition("\n")[0]
        raise SourceError(f"demo: git refused to make the repository: {first}") from error
