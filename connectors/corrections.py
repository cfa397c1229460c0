"""corrections.toml: what readers answered, entry by entry.

An entry that cannot be read is quoted with its line and left out; the others hold. Turning
owners and delegations into records of the register is in `models.org.corrections`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from connectors import org_values
from connectors.org_files import PROBLEMS
from models.tables import columns as c

KINDS: Mapping[str, tuple[str, ...]] = {
    "delegated": ("area", "from", "to", "since"),
    "not_so": ("finding_id",),
    "done": ("move_id",),
    "contested": ("act_id",),
    "owner": ("scope_type", "scope_id", "person", "since"),
    "same_person": ("system", "account_id", "person"),
    "ignore": ("system", "account_id"),
}
_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]*?)\s*\]?\]\s*(#.*)?")
_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")

Entry = tuple[int, str, dict[str, Any]]
Problem = tuple[str, int, str]


@dataclass(frozen=True)
class Corrections:
    """Entries by kind, each frame with the keys of the entry and its `line`; what was left out."""

    frames: Mapping[str, pl.DataFrame]
    problems: pl.DataFrame


def read(path: Path, company_zone: str) -> Corrections:
    """All entries of the file that can be read; a file that is not there has none."""
    problems: list[Problem] = []
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    moment = org_values.moment(company_zone)
    for line, kind, values in _entries(path, problems):
        try:
            rows[kind].append(_checked(kind, values, moment) | {"line": line})
        except ValueError as error:
            problems.append((path.name, line, f"[[{kind}]] {error}"))
    frames = {kind: pl.DataFrame(rows[kind], schema=_schema(kind)) for kind in KINDS}
    return Corrections(frames, pl.DataFrame(problems, schema=PROBLEMS, orient="row"))


def _schema(kind: str) -> dict[str, pl.DataType]:
    types = {"since": c.MOMENT}
    return {key: types.get(key, pl.String()) for key in KINDS[kind]} | {"line": pl.Int64()}


def _entries(path: Path, problems: list[Problem]) -> Iterator[Entry]:
    """Line, kind and values of each entry, read one by one so that a bad one costs itself."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        problems.append((path.name, 0, f"cannot be read: {reason}; mend the file"))
        return
    for start, block in _blocks(text):
        try:
            data = tomllib.loads(block)
        except tomllib.TOMLDecodeError as error:
            problems.append((path.name, *_quoted(start, block, error)))
            continue
        for kind, values in data.items():
            misnamed = _misnamed(kind, values)
            if misnamed:
                problems.append((path.name, start, misnamed))
            else:
                yield from ((start, kind, value) for value in values)


def _misnamed(kind: str, values: object) -> str | None:
    own = org_values.shown(kind)
    if kind not in KINDS:
        guess = org_values.did_you_mean(kind, KINDS) or f"; known are {', '.join(KINDS)}"
        return f"[[{own}]] is no kind of answer{guess}"
    is_array = isinstance(values, list) and all(isinstance(value, dict) for value in values)
    return None if is_array else f"{own} is no list of entries; head each with [[{own}]]"


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """First line and text of each part that begins with a header, and of what is before."""
    start, lines = 1, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if _HEADER.fullmatch(line):
            yield start, "\n".join(lines)
            start, lines = number, []
        lines.append(line)
    yield start, "\n".join(lines)


def _quoted(start: int, block: str, error: tomllib.TOMLDecodeError) -> tuple[int, str]:
    place = _LINE.search(str(error))
    lines = block.splitlines()
    at = int(place[1]) if place and place[1] else len(lines)
    quote = org_values.shown(lines[at - 1].strip())
    return start + at - 1, f"cannot be read: {quote}; mend or remove the entry"


def _checked(kind: str, values: Mapping[str, Any], moment: org_values.Reader) -> dict[str, Any]:
    missing = [key for key in KINDS[kind] if values.get(key) in (None, "")]
    if missing:
        raise ValueError(f'has no "{missing[0]}"; fill it in')
    found: dict[str, Any] = {}
    for key in KINDS[kind]:
        value = values[key]
        if key == "since":
            found[key] = _since(value, moment)
        elif not isinstance(value, str):
            raise ValueError(f'{key} is no text; write {key} = "{org_values.shown(str(value))}"')
        else:
            found[key] = _scope_type(value) if key == "scope_type" else value.strip()
    return found


def _scope_type(text: str) -> str:
    try:
        return org_values.label(c.SCOPE_TYPES)(text)
    except ValueError as error:
        raise ValueError(f'scope_type "{org_values.shown(text)}" {error}') from None


def _since(value: object, moment: org_values.Reader) -> object:
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    try:
        return moment(text)
    except ValueError as error:
        raise ValueError(f'since "{org_values.shown(text)}" {error}') from None
