"""What must hold between the values of a row, and between rows, of org files.

Each rule gives the lines that break it with what is wrong; `connectors.org_files` leaves those
rows out.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

import polars as pl

from connectors.csv_rows import Fault
from connectors.org_shapes import File
from connectors.org_values import did_you_mean, shown

EVER = datetime(1970, 1, 1, tzinfo=UTC)  # where no first day is given
NEVER = datetime(9999, 1, 1, tzinfo=UTC)

Frames = Mapping[str, pl.DataFrame]
Rule = Callable[[pl.DataFrame, Frames], list[Fault]]


def ordered(rows: pl.DataFrame, written: pl.DataFrame) -> list[Fault]:
    """Intervals that end before they begin; `written` has the text as the file has it."""
    if "valid_to" not in rows.columns:
        return []
    wrong = rows.filter(pl.col("valid_to") <= pl.col("valid_from")).select("line")
    return [
        (line, f"valid_to {end} is not after valid_from {start}; correct one of them")
        for line, start, end in written.join(wrong, on="line")
        .select("line", "valid_from", "valid_to")
        .rows()
    ]


def unique(rows: pl.DataFrame, file: File) -> list[Fault]:
    """Rows whose key stood in an earlier line."""
    key = list(file.key)
    first = rows.group_by(key).agg(first=pl.col("line").min())
    again = rows.join(first, on=key).filter(pl.col("line") > pl.col("first"))
    return [
        (line, f"has the same {', '.join(key)} as line {first}; keep one")
        for line, first in again.select("line", "first").rows()
    ]


def scoped(rows: pl.DataFrame, frames: Frames) -> list[Fault]:
    """Scopes without an id, and persons and teams as scopes that nobody knows."""
    if "scope_type" not in rows.columns:
        return []
    kind, own = pl.col("scope_type"), pl.col("scope_id")
    faults = [
        (line, "scope_id is empty; fill it in")
        for (line,) in rows.filter(own.is_null() & (kind != "company")).select("line").rows()
    ]
    for scope_type, table, column, nobody in (
        ("person", "persons", "person_id", "is nobody in people.csv"),
        ("team", "teams", "team_id", "is no team in teams.csv"),
    ):
        if not frames[table].is_empty():
            known = frames[table].select(scope_id=column)
            unknown = rows.filter(kind == scope_type, own.is_not_null()).join(
                known, on="scope_id", how="anti"
            )
            remedy = f"{nobody}; add the row or correct it"
            faults += _unknown(unknown, "scope_id", remedy, known["scope_id"].to_list())
    return faults


def _unknown(
    rows: pl.DataFrame, column: str, text: str, known: Collection[str] = ()
) -> list[Fault]:
    return [
        (line, f'{column} "{shown(value)}" {text}{did_you_mean(value, known)}')
        for line, value in rows.select("line", column).rows()
    ]


def _teams(rows: pl.DataFrame, _: Frames) -> list[Fault]:
    parents = rows.filter(pl.col("parent_team_id").is_not_null())
    unknown = parents.join(rows.select(parent_team_id="team_id"), on="parent_team_id", how="anti")
    lines = [
        (line, team, parent, EVER, NEVER)
        for line, team, parent in parents.select("line", "team_id", "parent_team_id").rows()
    ]
    return [
        *_unknown(unknown, "parent_team_id", "is no team in teams.csv; add the row or clear it"),
        *_circles(lines, "belong to one another"),
    ]


def _people(rows: pl.DataFrame, _: Frames) -> list[Fault]:
    return [
        (line, f"is valid at the same time as line {first} for the same person_id; end that first")
        for line, first in _overlapping(rows, ["person_id"])
    ]


def _accounts(rows: pl.DataFrame, _: Frames) -> list[Fault]:
    """Humans without a person, and accounts that are given to two: neither row holds then."""
    nobody = rows.filter(pl.col("person_id").is_null(), pl.col("kind") == "human")
    faults = [
        (line, 'person_id is empty; fill it in, or give a kind other than "human"')
        for (line,) in nobody.select("line").rows()
    ]
    groups = rows.group_by("system", pl.col("account_id").str.to_lowercase()).agg(
        lines=pl.col("line").sort(),
        is_shared=(pl.col("person_id").n_unique() > 1) | (pl.col("kind").n_unique() > 1),
    )
    for account_id, lines in groups.filter("is_shared").select("account_id", "lines").rows():
        own, listed = shown(account_id), " and ".join(map(str, lines))
        text = f'account_id "{own}" is given differently in lines {listed}; none is used, keep one'
        faults += [(line, text) for line in lines]
    return faults


def _reporting_lines(rows: pl.DataFrame, _: Frames) -> list[Fault]:
    own = rows.filter(pl.col("person_id") == pl.col("manager_id"))
    solid = rows.filter(pl.col("line_type") == "solid", pl.col("person_id") != pl.col("manager_id"))
    double = _overlapping(solid, ["person_id"])
    lines = solid.filter(~pl.col("line").is_in([line for line, _ in double])).select(
        "line",
        "person_id",
        "manager_id",
        "valid_from",
        pl.col("valid_to").fill_null(pl.lit(NEVER)),
    )
    return [
        *_unknown(own, "manager_id", "is the person itself; name the manager or take the row out"),
        *(
            (line, f"gives a second solid line while line {first} holds; end one or make it dotted")
            for line, first in double
        ),
        *_circles(lines.rows(), "report to one another"),
    ]


def _mandates(rows: pl.DataFrame, frames: Frames) -> list[Fault]:
    faults = [
        (line, "holder_id is empty; name the holder, or make it a rota")
        for (line,) in rows.filter(pl.col("holder_id").is_null(), pl.col("holder_type") != "rota")
        .select("line")
        .rows()
    ]
    for holder, table, column, nobody in (
        ("person", "persons", "person_id", "is nobody in people.csv"),
        ("team", "teams", "team_id", "is no team in teams.csv"),
    ):
        held = rows.filter(pl.col("holder_type") == holder, pl.col("holder_id").is_not_null())
        known = frames[table].select(holder_id=column)
        unknown = held.join(known, on="holder_id", how="anti")
        remedy = f"{nobody}; add the row or clear it"
        faults += _unknown(unknown, "holder_id", remedy, known["holder_id"].to_list())
    return faults


def _delegations(rows: pl.DataFrame, _: Frames) -> list[Fault]:
    own = rows.filter(pl.col("from_person_id") == pl.col("to_person_id"))
    return _unknown(own, "to_person_id", "is who delegates; name another or take the row out")


def _no_owner(rows: pl.DataFrame, frames: Frames) -> list[Fault]:
    """What has no owner by one file and one by another: the named owner holds."""
    owned = frames["mandates"].select(
        "scope_type", "scope_id", "mandate_id", start="valid_from", end="valid_to"
    )
    both = rows.join(owned, on=["scope_type", "scope_id"]).filter(
        _meet("valid_from", "valid_to", "start", "end")
    )
    return [
        (line, f'stands against mandate "{shown(mandate)}" for the same scope; end one of them')
        for line, mandate in both.select("line", "mandate_id").unique("line").sort("line").rows()
    ]


def _meet(start: str, end: str, other_start: str, other_end: str) -> pl.Expr:
    """Whether two half-open intervals, whose end is null where open, have a moment in common."""
    never = pl.lit(NEVER)
    return (pl.col(start) < pl.col(other_end).fill_null(never)) & (
        pl.col(other_start) < pl.col(end).fill_null(never)
    )


def _overlapping(rows: pl.DataFrame, by: list[str]) -> list[tuple[int, int]]:
    """Lines that meet an earlier line of the same group in time, with that line."""
    earlier = rows.select(*by, first="line", start="valid_from", end="valid_to")
    pairs = rows.join(earlier, on=by).filter(
        pl.col("first") < pl.col("line"), _meet("valid_from", "valid_to", "start", "end")
    )
    found = pairs.group_by("line").agg(pl.col("first").min()).sort("line")
    return [(int(line), int(first)) for line, first in found.rows()]


Line = tuple[int, str, str, datetime, datetime]


def _circles(lines: list[Line], text: str) -> list[Fault]:
    """Lines that close a circle with earlier ones, at some moment common to all of them."""
    above: dict[str, list[tuple[str, datetime, datetime]]] = {}
    faults = []
    for line, below, top, start, end in lines:
        chain = _way(above, [top], below, start, end)
        if chain:
            named = " > ".join(shown(name) for name in [below, *chain])
            faults.append((line, f"closes a circle: {named} {text}; correct one of the lines"))
        else:
            above.setdefault(below, []).append((top, start, end))
    return faults


def _way(
    above: Mapping[str, list[tuple[str, datetime, datetime]]],
    chain: list[str],
    goal: str,
    start: datetime,
    end: datetime,
) -> list[str] | None:
    """The chain upwards to a goal that holds at some moment from start to end."""
    if chain[-1] == goal:
        return chain
    for top, begun, ended in above.get(chain[-1], []):
        later, sooner = max(start, begun), min(end, ended)
        if later < sooner:
            found = _way(above, [*chain, top], goal, later, sooner)
            if found:
                return found
    return None


RULES: Mapping[str, Rule] = {
    "teams": _teams,
    "people": _people,
    "accounts": _accounts,
    "reporting_lines": _reporting_lines,
    "mandates": _mandates,
    "delegations": _delegations,
    "no_owner": _no_owner,
}
