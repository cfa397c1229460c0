"""`correct`: answers of readers, out of a mail or standard input, into corrections.toml."""

import email
import email.policy
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from connectors import corrections
from pipelines.cli import session
from pipelines.errors import UsageError
from pipelines.register import CORRECTIONS

HEADER = re.compile(rf"\[\[\s*({'|'.join(corrections.KINDS)})\s*\]\]\s*(#.*)?")
ASSIGNMENT = re.compile(r"[A-Za-z_]+\s*=\s*\S.*")
CUT_OFF = re.compile(r"[A-Za-z_]+\s*=")  # a mail program wrapped the line before its long value
QUOTED = re.compile(r"^(\s*>)+\s?")


def correct(*, from_mail: Path | None = None) -> None:
    """Take answers of readers into corrections.toml; they count from the next night on.

    Args:
        from_mail: File with a mail; without it the answer is read from standard input.
    """
    settings = session.settings()
    text = _mail(from_mail) if from_mail else sys.stdin.read()
    entries = list(dict.fromkeys(blocks(text)))
    if not entries:
        kinds = ", ".join(f"[[{kind}]]" for kind in corrections.KINDS)
        raise UsageError(f"no answer found; an answer begins with one of {kinds}")
    path = Path(settings.folder) / CORRECTIONS
    _check(entries, settings.company.time_zone)
    known = set(blocks(path.read_text("utf-8"))) if path.exists() else set()
    new = [entry for entry in entries if entry not in known]
    if new:
        _append(path, new)
    for entry in entries:
        said = "took" if entry in new else "had already"
        session.say(f"{said}  {entry.splitlines()[0]}")


def blocks(text: str) -> Iterator[str]:
    """Each answer in a text: its header and the assignments below it; all else is left out."""
    lines: list[str] = []
    for raw in [*text.splitlines(), ""]:
        line = QUOTED.sub("", raw).strip()
        if HEADER.fullmatch(line):
            yield from _whole(lines)
            lines = [line]
        elif lines and CUT_OFF.fullmatch(lines[-1]) and line.startswith('"'):
            lines[-1] += f" {line}"
        elif lines and (ASSIGNMENT.fullmatch(line) or CUT_OFF.fullmatch(line)):
            lines.append(line)
        elif line and not line.startswith("#"):
            yield from _whole(lines)
            lines = []
    yield from _whole(lines)


def _whole(lines: list[str]) -> Iterator[str]:
    if lines:
        yield "\n".join(lines)


def _mail(path: Path) -> str:
    """The plain text of a mail, or the file itself where it is no mail."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    message = email.message_from_bytes(content, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain",)) if message.keys() else None
    return str(body.get_content()) if body is not None else content.decode("utf-8", "replace")


def _check(entries: list[str], zone: str) -> None:
    """Refuses all of a text when one answer in it cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / CORRECTIONS
        draft.write_text("\n\n".join(entries), "utf-8")
        problems = corrections.read(draft, zone).problems
    if not problems.is_empty():
        told = [str(problem) for problem in problems["problem"]]
        raise UsageError("\n".join([*told, "Nothing was taken; mend the answer and try again"]))


def _append(path: Path, entries: list[str]) -> None:
    """Adds entries at the end; the file is replaced whole, so that no run reads half an answer."""
    before = path.read_text("utf-8") if path.exists() else ""
    space = (
        "" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
    )
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(f"{before}{space}" + "\n\n".join(entries) + "\n", "utf-8")
    if path.exists():
        draft.chmod(path.stat().st_mode & 0o777)
    draft.replace(path)
