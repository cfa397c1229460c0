"""Which line of a TOML file a key stands on: the standard library's reader keeps none."""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_PIECE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # texts over several lines, closed by three quotes or more
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|\n|[\[\]{}=.,]|[^\s\[\]{}=.,\"'\#]+|[ \t\r]+|.",
    re.DOTALL,
)


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line and pieces of each table header and each assignment."""
    line, start, depth, pieces = 1, 1, 0, list[str]()
    for piece in _PIECE.findall(text):
        if piece == "\n" and depth <= 0:
            if pieces:
                yield start, pieces
            pieces, depth = [], 0
        elif piece[0] not in "# \t\r\n":
            start = start if pieces else line
            depth += (piece in "[{") - (piece in "]}")
            pieces.append(piece)
        line += piece.count("\n")
    if pieces:
        yield start, pieces


def _names(pieces: list[str]) -> list[str]:
    return [piece.strip("\"'") for piece in pieces if piece not in "[]."]


def lines(text: str) -> dict[Path, int]:
    """The line, from 1, of each table and key of a TOML text that is valid.

    Entries of an array of tables are counted from 0, as in the parsed data. Keys inside an inline
    table and entries of a list have no line of their own; `line` gives them that of their key.
    """
    found: dict[Path, int] = {}
    entries: dict[Path, int] = {}
    table: Path = ()
    for number, pieces in _statements(text):
        if pieces[0] == "[":
            *above, last = _names(pieces)
            table = ()
            for name in above:
                table = _entered((*table, name), entries)
            table = (*table, last)
            if pieces[1] == "[":
                entries[table] = entries.get(table, -1) + 1
                found.setdefault(table, number)
                table = _entered(table, entries)
            found[table] = number
        elif "=" in pieces:
            key = (*table, *_names(pieces[: pieces.index("=")]))
            found.setdefault(key, number)
    return found


def _entered(path: Path, entries: dict[Path, int]) -> Path:
    return (*path, entries[path]) if path in entries else path


def line(found: dict[Path, int], path: Path) -> int:
    """The line of a key, else of what it lies in, else the first."""
    while path and path not in found:
        path = path[:-1]
    return found.get(path, 1)
