"""The register of a made-up company: teams of eight, lines, mandates that change, late records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import numpy as np
import polars as pl

from models.tables import org
from models.tables.table import Table

TEAM = 8  # people of a team; also teams below a manager, and so on up
COMPONENTS = 6  # of each team's project
CHAINS = 10  # combinations of a project's components, besides the team itself and no scope at all
DAY = timedelta(days=1)
BEFORE = timedelta(days=700)

Random = np.random.Generator
Row = dict[str, Any]


@dataclass(frozen=True)
class Company:
    """People by number: team and offset from UTC; and from when to when the year runs."""

    zones: ClassVar[list[str | None]] = [None, "Europe/Berlin", "America/Chicago", "Asia/Kolkata"]
    hours: ClassVar[list[float]] = [1.0, 1.0, -6.0, 5.5]
    patterns: ClassVar[list[str | None]] = [
        None,
        "Mo-Fr 09:00-17:30",
        "Mo-Th 09:00-12:30,13:00-17:30; Fr 09:00-14:00",
        "Mo-Fr 08:00-12:00",
    ]

    team: np.ndarray
    zone: np.ndarray
    start: datetime
    end: datetime

    @property
    def teams(self) -> int:
        """How many teams of eight there are."""
        return int(self.team.max()) + 1

    @property
    def offset_hours(self) -> np.ndarray:
        """Hours from UTC by person, without summer time."""
        return np.array(self.hours)[self.zone]


@dataclass(frozen=True)
class ChainPool:
    """The scope chains that occur: `a_team` of each team's, as frame by number."""

    frame: pl.DataFrame
    a_team: int


def company(people: int, random: Random, start: datetime, end: datetime) -> Company:
    """That many people in teams of eight; a team shares a zone."""
    team = np.arange(people) // TEAM
    zone = random.choice(4, int(team.max()) + 1, p=[0.3, 0.3, 0.2, 0.2])[team]
    return Company(team, zone, start, end)


def person(number: int) -> str:
    """Id of a person."""
    return f"p{number:06d}"


def team(number: int) -> str:
    """Id of a team."""
    return f"t{number:05d}"


def component(project: int, number: int) -> str:
    """Id of a component; a team has one project, which bears its number."""
    return f"prj{project:05d}/part{number}"


def chain_pool(firm: Company, random: Random) -> ChainPool:
    """Chains of one to three components and the project, the team alone, and none."""
    rows: list[tuple[str | None, str | None, str]] = []
    for place in range(firm.teams):
        project = f"project:prj{place:05d}"
        for _ in range(CHAINS):
            picked = random.choice(COMPONENTS, random.integers(1, 4), replace=False)
            ids = [component(place, int(number)) for number in picked]
            chain = "\n".join([*(f"component:{name}" for name in ids), project])
            rows.append(("component", ids[0], chain))
        rows += [("team", team(place), f"team:{team(place)}"), (None, None, "")]
    names = {"scope_type": pl.String, "scope_id": pl.String, "scope_chain": pl.String}
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return ChainPool(
        frame.with_columns(chain=pl.int_range(frame.height, dtype=pl.Int32)), CHAINS + 2
    )


def register(firm: Company, random: Random) -> dict[str, pl.DataFrame]:
    """All org tables, by the part of their name after the dot."""
    mandates, rotas = _mandates(firm, random)
    rows: Mapping[Table, list[Row]] = {
        org.PEOPLE: _people(firm, random),
        org.TEAMS: _teams(firm),
        org.REPORTING_LINES: _lines(firm, random),
        org.MANDATES: mandates,
        org.ROTAS: rotas,
        org.DELEGATIONS: _delegations(firm, mandates, random),
        org.AGREEMENTS: _agreements(firm, random),
        org.SCOPES: _scopes(firm, random),
        org.ABSENCES: _absences(firm, random),
        org.OBJECTIONS: _objections(firm, random),
        org.NO_OWNER: _no_owner(firm, random),
    }
    return {table.name.partition(".")[2]: _frame(table, given) for table, given in rows.items()}


def _frame(table: Table, rows: list[Row]) -> pl.DataFrame:
    """Rows as declared; a column not given is null."""
    schema = {name: column.dtype for name, column in table.schema.columns().items()}
    filled = [{name: row.get(name) for name in schema} for row in rows]
    return table.schema.validate(pl.DataFrame(filled, schema=schema, orient="row"))


def _day(firm: Company, random: Random) -> datetime:
    """Some day of the year."""
    return firm.start + DAY * int(random.integers(0, (firm.end - firm.start).days))


def _dates(firm: Company, random: Random, since: datetime | None = None) -> Row:
    """From when a record holds and when it came: in time, but for one in twenty."""
    start = since or firm.start - BEFORE
    late = int(random.integers(20, 60)) if random.random() < 0.05 else 0
    return {"valid_from": start, "recorded_at": start + DAY * late}


def _people(firm: Company, random: Random) -> list[Row]:
    rows = []
    for number, place in enumerate(firm.team.tolist()):
        base = {
            "person_id": person(number),
            "name": f"Person {number}",
            "role_family": "engineer",
            "time_zone": firm.zones[firm.zone[number]],
            "working_hours": firm.patterns[int(random.choice(4, p=[0.2, 0.5, 0.2, 0.1]))],
            "contract_hours_week": [40.0, 40.0, 30.0, None][int(random.integers(0, 4))],
            "location": [None, "berlin", "berlin", "austin"][int(random.integers(0, 4))],
        }
        moves = random.random() < 0.1
        change = _day(firm, random) if moves else None
        home = None if random.random() < 0.03 else team(place)
        first = firm.start - BEFORE
        rows.append({**base, "team_id": home, "valid_from": first, "valid_to": change})
        if moves:
            there = team(int(random.integers(0, firm.teams)))
            rows.append({**base, "team_id": there, "valid_from": change})
    return rows


def _teams(firm: Company) -> list[Row]:
    """Team t is below team t - t % 8, which stands for the department."""
    return [
        {
            "team_id": team(number),
            "name": f"Team {number}",
            "parent_team_id": team(number - number % TEAM) if number % TEAM else None,
        }
        for number in range(firm.teams)
    ]


def _manager(number: int) -> int:
    """The lowest digit that is not zero, in base 8, becomes zero: a tree eight wide."""
    step = TEAM
    while number % step == 0:
        step *= TEAM
    return number - number % step


def _lines(firm: Company, random: Random) -> list[Row]:
    rows: list[Row] = []
    for number in range(1, len(firm.team)):
        line: Row = {"person_id": person(number), "line_type": "solid"}
        above = person(_manager(number))
        if number % TEAM and random.random() < 0.15:
            change = _day(firm, random)
            other = person(int(random.integers(0, firm.teams)) * TEAM)
            first = {**line, "manager_id": above, **_dates(firm, random), "valid_to": change}
            if random.random() < 0.2:  # the end came to be known late: the open record was replaced
                seen = change + DAY * int(random.integers(16, 40))
                rows.append({**first, "valid_to": None, "superseded_at": seen})
                first = {**first, "recorded_at": seen}
            rows.append(first)
            if other != line["person_id"]:
                rows.append({**line, "manager_id": other, **_dates(firm, random, change)})
        else:
            rows.append({**line, "manager_id": above, **_dates(firm, random)})
        if random.random() < 0.05:
            other = person(int(random.integers(0, len(firm.team))))
            if other not in (above, line["person_id"]):
                dotted = {"line_type": "dotted", "manager_id": other}
                rows.append({**line, **dotted, **_dates(firm, random, _day(firm, random))})
    unique = {(row["person_id"], row["manager_id"], row["valid_from"], row["recorded_at"]): row
              for row in rows}  # fmt: skip
    return list(unique.values())


def _member(firm: Company, place: int, random: Random) -> str:
    return person(min(place * TEAM + int(random.integers(0, TEAM)), len(firm.team) - 1))


def _mandates(firm: Company, random: Random) -> tuple[list[Row], list[Row]]:
    rows: list[Row] = []
    rotas: list[Row] = []
    for place in range(firm.teams):
        for number in range(COMPONENTS):
            held, turns = _component_mandates(firm, place, number, random)
            rows += held
            rotas += turns
        rows += _project_mandates(firm, place, random)
    for number in range(0, len(firm.team), TEAM):
        if random.random() < 0.4 and number + 1 < len(firm.team):
            rows.append(
                {
                    **_mandate(f"deputy:{number}", "deputy", "person", person(number)),
                    "holder_id": person(number + 1),
                    **_dates(firm, random, _day(firm, random)),
                }
            )
    return rows, rotas


def _mandate(name: str, kind: str, scope_type: str, scope_id: str) -> Row:
    return {
        "mandate_id": name,
        "holder_type": "person",
        "mandate_kind": kind,
        "scope_type": scope_type,
        "scope_id": scope_id,
        "act_kinds": "",
        "is_self_confirming": False,
    }


def _component_mandates(
    firm: Company, place: int, number: int, random: Random
) -> tuple[list[Row], list[Row]]:
    """One holder, two in turn, one that ended, a team, a rota, or nobody at all."""
    name = component(place, number)
    base = _mandate(f"owner:{name}", "code_owner", "component", name)
    base["is_self_confirming"] = bool(random.random() < 0.5)
    base["act_kinds"] = "" if random.random() < 0.7 else "review;merge;decide;triage"
    base["confirmed_on"] = (firm.start + DAY * int(random.integers(-60, 300))).date()
    shape = random.random()
    first = {**base, "holder_id": _member(firm, place, random), **_dates(firm, random)}
    if shape < 0.15:
        return [], []
    if shape < 0.55:
        second = {**base, "mandate_id": f"second:{name}", "holder_id": _member(firm, place, random)}
        return [first, {**second, **_dates(firm, random)}], []
    if shape < 0.75:
        change = _day(firm, random)
        after = {**base, "holder_id": _member(firm, place, random), **_dates(firm, random, change)}
        return [{**first, "valid_to": change}, after], []
    if shape < 0.85:
        return [{**first, "valid_to": _day(firm, random)}], []
    if shape < 0.93:
        return [{**first, "holder_type": "team", "holder_id": team(place)}], []
    turns = [
        {
            "mandate_id": base["mandate_id"],
            "person_id": _member(firm, place, random),
            "valid_from": firm.start + DAY * 14 * turn,
            "valid_to": firm.start + DAY * 14 * (turn + 1),
        }
        for turn in range(26)
    ]
    return [{**first, "holder_type": "rota", "holder_id": base["mandate_id"]}], turns


def _project_mandates(firm: Company, place: int, random: Random) -> list[Row]:
    """A project lead for two in three projects, and duties with and without time for it."""
    rows: list[Row] = []
    if random.random() < 0.66:
        lead = _mandate(f"lead:{place}", "project_lead", "project", f"prj{place:05d}")
        rows.append({**lead, "holder_id": person(place * TEAM), **_dates(firm, random)})
    if random.random() < 0.5:
        duty = _mandate(f"duty:{place}", "delegated_duty", "team", team(place))
        paid = random.random() < 0.6
        rows.append(
            {
                **duty,
                "holder_id": _member(firm, place, random),
                "act_kinds": "onboard;answer",
                "compensated": "time" if paid else "none",
                "time_budget_hours_week": 2.0 if paid else None,
                **_dates(firm, random, _day(firm, random)),
            }
        )
    return rows


def _delegations(firm: Company, mandates: list[Row], random: Random) -> list[Row]:
    """One in three owners handed reviews, or all of it, to a member of the team."""
    rows: Mapping[tuple[str, str, str], Row] = {
        (row["holder_id"], to, row["scope_id"]): {
            "from_person_id": row["holder_id"],
            "to_person_id": to,
            "act_kinds": "review;merge" if random.random() < 0.6 else "",
            "scope_type": row["scope_type"],
            "scope_id": row["scope_id"],
            **_dates(firm, random, _day(firm, random)),
        }
        for row in mandates
        if row["holder_type"] == "person" and row["scope_type"] == "component"
        if random.random() < 0.33
        for to in [_member(firm, int(row["scope_id"][3:8]), random)]
        if to != row["holder_id"]
    }
    return list(rows.values())


def _agreements(firm: Company, random: Random) -> list[Row]:
    rules = ["anyone_in_team", "holder_only"]
    return [
        {
            "team_id": team(place),
            "act_kinds": "triage;remind;answer",
            "scope_type": "project",
            "scope_id": f"prj{place:05d}",
            "rule": rules[int(random.random() < 0.2)],
            **_dates(firm, random, _day(firm, random)),
        }
        for place in range(firm.teams)
        if random.random() < 0.5
    ]


def _scopes(firm: Company, random: Random) -> list[Row]:
    """Components in projects, projects in teams; one project in twenty changes its team."""
    rows: list[Row] = []
    since = firm.start - BEFORE
    for place in range(firm.teams):
        project = f"prj{place:05d}"
        rows += [
            {
                "object_kind": "component",
                "object_id": component(place, number),
                "scope_type": "project",
                "scope_id": project,
                "valid_from": since,
            }
            for number in range(COMPONENTS)
        ]
        link = {"object_kind": "project", "object_id": project, "scope_type": "team"}
        other = (place + 1) % firm.teams
        if random.random() < 0.05 and other != place:
            change = _day(firm, random)
            rows.append({**link, "scope_id": team(place), "valid_from": since, "valid_to": change})
            rows.append({**link, "scope_id": team(other), "valid_from": change})
        elif random.random() < 0.7:
            rows.append({**link, "scope_id": team(place), "valid_from": since})
    return rows


def _absences(firm: Company, random: Random) -> list[Row]:
    rows = {}
    for number in range(len(firm.team)):
        for _ in range(int(random.poisson(3.0))):
            first = _day(firm, random)
            until = first + DAY * int(random.integers(1, 15))
            rows[number, first] = {
                "person_id": person(number),
                "valid_from": first,
                "valid_to": until,
            }
    return list(rows.values())


def _objections(firm: Company, random: Random) -> list[Row]:
    return [
        {"person_id": person(number), "valid_from": _day(firm, random)}
        for number in range(len(firm.team))
        if random.random() < 0.01
    ]


def _no_owner(firm: Company, random: Random) -> list[Row]:
    return [
        {
            "scope_type": "component",
            "scope_id": component(place, number),
            "valid_from": firm.start - BEFORE if random.random() < 0.5 else _day(firm, random),
        }
        for place in range(firm.teams)
        for number in range(COMPONENTS)
        if random.random() < 0.08
    ]
