"""The org folder: people, lines, mandates and what else its CSV files say, row by row.

A bad row is left out and named with file and line; the others load. What a file may hold is in
`connectors.org_shapes`, what must hold between rows in `connectors.org_rules`, and when a row was
first seen is worked out by `models.org.register`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from connectors import csv_rows, org_rules, org_values
from connectors.connector import SourceError
from connectors.csv_rows import Fault
from connectors.org_shapes import FILES, Column, File
from connectors.org_values import Reader

PROBLEMS = {"file": pl.String(), "line": pl.Int64(), "problem": pl.String()}  # org.problems


class OrgError(SourceError):
    """Org files without which nothing can be said."""


@dataclass(frozen=True)
class OrgFiles:
    """What the org folder says.

    `frames` by file name without .csv, each with all columns of its table but `superseded_at`;
    `recorded_at` is null where the file says nothing. `accounts` has person_id, system,
    account_id and kind. `problems` is org.problems: what was left out. `notes` are lines about
    what was read yet looks odd, and about files that would help.
    """

    frames: Mapping[str, pl.DataFrame]
    has_people: bool
    problems: pl.DataFrame
    notes: tuple[str, ...]


def read(
    directory: Path,
    company_zone: str,
    locations: Collection[str] = (),
    sources: Collection[str] = (),
    *,
    is_git_only: bool = False,
    persons: Collection[str] = (),
) -> OrgFiles:
    """Everything in the org folder that can be read.

    `locations` and `sources` are the names that the settings know; `persons` are ids known from
    elsewhere, such as those of people made of commits, who may object too.

    Raises:
        OrgError: people.csv has no rows though a source other than git is there; add it.
    """
    frames: dict[str, pl.DataFrame] = {}
    others = pl.DataFrame({"person_id": list(persons)}, schema={"person_id": pl.String()})
    problems: list[tuple[str, int, str]] = []
    notes: list[str] = []
    has_people = False
    for file in FILES:
        name, path = f"{directory.name}/{file.file}", directory / file.file
        if path.is_file():
            rows = csv_rows.read(path, *_columns(file))
            notes += [f"{name} line {line}: {text}" for line, text in rows.notes]
            has_people = has_people or (file.name == "people" and rows.has_rows)
            checked, faults = _checked(rows.frame, file, _readers(company_zone, locations, frames))
            checked, more = _ruled(checked, rows.frame, file, frames)
            problems += [(name, *fault) for fault in [*rows.faults, *faults, *more]]
        else:
            checked = _empty(file)
            if file.name != "objections":
                notes.append(f"{name} is not there; it says {file.adds}")
        frames[file.name] = _shaped(checked, file)
        if file.name == "people":
            own = frames["people"].select("person_id")
            frames["persons"] = pl.concat([own, others]).unique(maintain_order=True)
    if not (has_people or is_git_only):
        people = f"{directory.name}/people.csv"
        raise OrgError(f"{people} has no rows; add everybody who is to be measured")
    notes += _odd(directory, frames, sources)
    return OrgFiles(
        {file.name: frames[file.name].drop("line") for file in FILES},
        has_people,
        _problems(problems),
        tuple(notes),
    )


def problem_line(file: str, line: int, problem: str) -> str:
    """One row of org.problems as one line of text."""
    return f"{file} line {line}: {problem}" if line else f"{file}: {problem}"


def _problems(problems: Iterable[tuple[str, int, str]]) -> pl.DataFrame:
    frame = pl.DataFrame(list(problems), schema=PROBLEMS, orient="row")
    return frame.unique(maintain_order=True).sort("file", "line", maintain_order=True)


def _columns(file: File) -> tuple[list[str], list[str]]:
    required = [column.name for column in file.columns if column.is_required]
    return [column.name for column in file.columns], required


def _empty(file: File) -> pl.DataFrame:
    types = {one.name: org_values.TYPES.get(one.reads, pl.String()) for one in file.columns}
    return pl.DataFrame(schema=types | {"line": pl.Int64()})


def _readers(
    zone: str, locations: Collection[str], frames: Mapping[str, pl.DataFrame]
) -> dict[str, Reader]:
    """The reader of each kind of value, knowing what earlier files brought."""
    readers: dict[str, Reader] = {
        "moment": org_values.moment(zone),
        "day": org_values.day,
        "hours": org_values.hours,
        "act_kinds": org_values.act_kinds,
        "zone": org_values.zone,
        "pattern": org_values.pattern,
        "location": org_values.one_of(
            locations, "is no location in dottedline.toml; add it there or clear it"
        ),
    }
    for kind, table, otherwise in (
        ("person", "persons", "is nobody in people.csv; add the row or clear it"),
        ("team", "teams", "is no team in teams.csv; add the row or clear it"),
        ("mandate", "mandates", "is no mandate in mandates.csv; add the row or correct it"),
    ):
        if table in frames:
            known = frozenset(frames[table][f"{kind}_id"].to_list())
            readers[kind] = org_values.one_of(known, otherwise)
    return readers


def _checked(
    rows: pl.DataFrame, file: File, readers: Mapping[str, Reader]
) -> tuple[pl.DataFrame, list[Fault]]:
    """The rows with all values read, without those in which one cannot be."""
    faults: list[Fault] = []
    read = rows
    for column in file.columns:
        values, wrong = _read(rows, column, readers)
        read = read.with_columns(values)
        faults += wrong
    return _settled(_without(read, faults)), faults


def _settled(rows: pl.DataFrame) -> pl.DataFrame:
    """What an empty beginning and the scope of the whole company stand for."""
    if "valid_from" in rows.columns:
        rows = rows.with_columns(pl.col("valid_from").fill_null(pl.lit(org_rules.EVER)))
    if "scope_id" in rows.columns:
        is_company = pl.col("scope_type") == "company"
        own = pl.when(is_company).then(pl.lit("")).otherwise("scope_id")
        rows = rows.with_columns(scope_id=own)
    return rows


def _read(
    rows: pl.DataFrame, column: Column, readers: Mapping[str, Reader]
) -> tuple[pl.Expr, list[Fault]]:
    """A column read value by value, each different one once, and the lines with a wrong one."""
    name = column.name
    reader = org_values.label(column.labels) if column.labels else readers.get(column.reads, str)
    good: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for text in rows[name].drop_nulls().unique():
        try:
            good[text] = reader(text)
        except ValueError as error:
            wrong[text] = f'{name} "{org_values.shown(text)}" {error}'
    written = rows.filter(pl.col(name).is_in(list(wrong))).select("line", name)
    faults = [(line, wrong[text]) for line, text in written.rows()]
    if column.is_required:
        empty = rows.filter(pl.col(name).is_null())["line"].to_list()
        faults += [(line, f"{name} is empty; fill it in") for line in empty]
    kind = org_values.TYPES.get(column.reads, pl.String())
    read = pl.col(name).replace_strict(
        list(good), pl.Series(list(good.values()), dtype=kind), default=None, return_dtype=kind
    )
    return (read.fill_null(column.empty) if column.empty is not None else read), faults


def _ruled(
    rows: pl.DataFrame, written: pl.DataFrame, file: File, frames: Mapping[str, pl.DataFrame]
) -> tuple[pl.DataFrame, list[Fault]]:
    """The rows without those that break a rule of one row, then of several."""
    alone = [*org_rules.ordered(rows, written), *org_rules.scoped(rows, frames)]
    rows = _without(rows, alone)
    twice = org_rules.unique(rows, file) if file.name != "accounts" else []
    rows = _without(rows, twice)
    rule = org_rules.RULES.get(file.name)
    among = rule(rows, frames) if rule else []
    rows = _without(rows, among)
    return rows, [*alone, *twice, *among]


def _without(rows: pl.DataFrame, faults: Iterable[Fault]) -> pl.DataFrame:
    bad = pl.DataFrame({"line": [line for line, _ in faults]}, schema={"line": pl.Int64()})
    return rows.join(bad, on="line", how="anti", maintain_order="left")


def _shaped(rows: pl.DataFrame, file: File) -> pl.DataFrame:
    """The rows with the columns of their table, in order."""
    if file.name == "mandates":
        is_rota = pl.col("holder_type") == "rota"
        holder = pl.when(is_rota).then("mandate_id").otherwise("holder_id")
        rows = rows.with_columns(holder_id=holder, is_self_confirming=pl.lit(value=False))
    if file.name == "objections":
        rows = rows.with_columns(valid_to=pl.lit(None, org_values.TYPES["moment"]))
    if file.schema is None:
        return rows
    columns = [name for name in file.schema.column_names() if name != "superseded_at"]
    return rows.select(*columns, "line")


def _odd(
    directory: Path, frames: Mapping[str, pl.DataFrame], sources: Collection[str]
) -> list[str]:
    """Files that are not read and accounts of sources that are not set up."""
    known = [file.file for file in FILES]
    here = sorted(path.name for path in directory.glob("*.csv")) if directory.is_dir() else []
    files = [
        f"{directory.name}/{name} is not read{org_values.did_you_mean(name, known)}"
        for name in here
        if name not in known
    ]
    systems = frames["accounts"]["system"].unique().sort().to_list()
    return files + [
        f'{directory.name}/accounts.csv: system "{org_values.shown(name)}" is no source in '
        f"dottedline.toml{org_values.did_you_mean(name, sources)}"
        for name in systems
        if name not in sources
    ]
