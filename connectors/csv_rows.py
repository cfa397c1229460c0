"""CSV files as rows of text with their line, and what cannot be read of them."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from connectors.org_values import did_you_mean, shown

COMMENT = "#"  # a row whose first field begins with it is left alone: examples, notes
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of stray bytes
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
Fault = tuple[int, str]  # line (0: the whole file) and what is wrong


@dataclass(frozen=True)
class Rows:
    """The rows of a file as text, null where empty, with `line`; what is wrong; what is odd."""

    frame: pl.DataFrame
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    has_rows: bool = False


def read(path: Path, columns: Sequence[str], required: Sequence[str]) -> Rows:
    """All rows of a CSV file that have as many fields as its header.

    Fields are stripped; empty rows and rows beginning with # go. A file without a required column
    has no rows; another missing column is empty, an unknown one is ignored, and a note says so.
    """
    empty = pl.DataFrame(schema=dict.fromkeys(columns, pl.String()) | {"line": pl.Int64()})
    try:
        text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
    except OSError as error:
        return Rows(empty, ((0, f"cannot be read: {error.strerror}; mend it and run again"),))
    if "\0" in text:
        return Rows(empty, ((0, "is not UTF-8 text; save it as CSV, UTF-8"),))
    records, broken = _records(text)
    (line, header), *records = records or [(1, [])]
    if broken and not header:
        return Rows(empty, broken)
    names = [name.lower() for name in header]
    misread = _header_fault(names, required)
    if misread:
        return Rows(empty, ((line, misread),), has_rows=bool(records))
    faults = [fault for record in records if (fault := _record_fault(record, names))]
    faults += broken
    bad = {line for line, _ in faults}
    rows = [
        {"line": line, **dict(zip(names, fields, strict=True))}
        for line, fields in records
        if line not in bad
    ]
    frame = pl.DataFrame(rows, schema=empty.schema).with_columns(pl.col(columns).replace("", None))
    return Rows(frame, tuple(faults), _notes(names, columns, line), has_rows=bool(records))


def _records(text: str) -> tuple[list[tuple[int, list[str]]], tuple[Fault, ...]]:
    """First line and stripped fields of each record that is neither empty nor a comment.

    A quote that is not closed hides where later records begin: the file is read up to there.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for record in reader:
            fields = [field.strip() for field in record]
            if any(fields) and not fields[0].startswith(COMMENT):
                found.append((line, fields))
            line = reader.line_num + 1
    except csv.Error as error:
        wrong = f"is no CSV from here on: {error}; close its quoted fields"
        return found, ((line, wrong),)
    return found, ()


def _header_fault(names: list[str], required: Iterable[str]) -> str | None:
    missing = [name for name in required if name not in names]
    if not missing:
        repeated = next((name for name in names if name and names.count(name) > 1), None)
        return f'has the column "{shown(repeated)}" twice; keep one' if repeated else None
    if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        return "is not separated by commas; save it as CSV with commas"
    listed = ", ".join(f'"{name}"' for name in missing)
    return f"has no column {listed}; add it to the header"


def _record_fault(record: tuple[int, list[str]], names: list[str]) -> Fault | None:
    line, fields = record
    if len(fields) != len(names):
        wanted = f"has {len(fields)} fields where the header has {len(names)}"
        return line, f"{wanted}; put fields that hold commas in quotes"
    text = "".join(fields)
    if _NOT_UTF_8.search(text):
        return line, "is not UTF-8; save the file as CSV, UTF-8"
    if _CONTROL.search(text):
        return line, "holds a line break or control character in a field; take it out"
    return None


def _notes(names: list[str], columns: Sequence[str], line: int) -> tuple[Fault, ...]:
    unknown = [
        f'column "{shown(name)}" is unknown and ignored{did_you_mean(name, columns)}'
        for name in names
        if name and name not in columns
    ]
    missing = [f'column "{name}" is missing and empty' for name in columns if name not in names]
    return tuple((line, text) for text in [*unknown, *missing])
