"""A made-up company where everything changes late, and how each change reaches a lake.

What happens in trackers, code hosts and calendars is in `happening`.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from models.tables import metrics, org, raw
from models.weeks import monday, weeks_between
from pipelines.calendars import Calendars
from pipelines.night import Night
from pipelines.steps import STEPS
from pipelines.touched import touched_weeks
from tests.given import rows
from tests.pipelines.given import settings
from tests.pipelines.happening import HAPPENINGS, SERVICES, at_first
from warehouse.lake import Lake
from warehouse.refresh import refresh

Row = dict[str, Any]
START = datetime(2025, 11, 3, tzinfo=UTC)  # a Monday; the turn of the year lies inside
WEEKS = 14
DAY = timedelta(days=1)
PEOPLE = ("ann", "ben", "cai", "olga", "pia", "zoe")
PATHS = ("pay/a.c", "web/b.c", "doc/c.md")
ZONES = (None, "Europe/Berlin", "America/New_York", "Asia/Tokyo")
TEAMS = ("red", "blue")
SOURCES = ("code", "tracker", "host", "rooms")
PROJECT = {"scope_type": "project", "scope_id": "SHOP"}
SCOPES: tuple[Row, ...] = (
    {"scope_type": "component", "scope_id": "pay"},
    {"scope_type": "component", "scope_id": "web"},
    PROJECT,
    {"scope_type": "company", "scope_id": ""},
)


def at(week: int, hour: int = 0) -> datetime:
    """A moment, by weeks and hours from the start."""
    return START + timedelta(weeks=week, hours=hour)


def commit(name: int, week: int, hour: int, author: str, committer: str, by: str, path: int) -> Row:
    """One commit of one file with a trailer."""
    moment = at(week, hour)
    return {
        "source": "code", "commit_id": f"{name:08x}" * 5, "repository": "shop",
        "trailer": "reviewed", "committed_at": moment, "utc_week": monday(moment.date()),
        "author_key": author, "committer_key": committer, "account_key": by, "path": PATHS[path],
        "file_count": 1, "lines_changed": 40 * path,
    }  # fmt: skip


def _record(person: str, choice: int) -> dict[str, Row]:
    """Rows by table, without their dates: one more thing that the register may say."""
    scope, team = SCOPES[choice % 4], TEAMS[choice % 2]
    other = PEOPLE[(PEOPLE.index(person) + 1 + choice % 5) % len(PEOPLE)]
    held = {"mandate_id": f"m-{person}", "act_kinds": ("", "review")[choice // 4 % 2], **scope}
    holder: tuple[Row, ...] = (
        {"holder_type": "person", "holder_id": person, "mandate_kind": "component_lead"},
        {"holder_type": "team", "holder_id": team, "mandate_kind": "component_lead"},
        {"holder_type": "rota", "holder_id": f"m-{person}", "mandate_kind": "on_call"},
        {"holder_type": "person", "holder_id": person, "mandate_kind": "deputy",
         "scope_type": "person", "scope_id": other},
    )  # fmt: skip
    return {
        "org.people": {
            "person_id": person, "team_id": (*TEAMS, None)[choice % 3],
            "time_zone": ZONES[choice % 4], "contract_hours_week": 40.0 - 10 * (choice % 2),
        },
        "org.identities": {
            "source": SOURCES[choice % 4], "account_key": person, "match": "mapped",
            "person_id": (person, other, None)[choice // 4 % 3], "valid_from": at(-1),
            "kind": ("human", "human", "bot")[choice // 4 % 3], "confidence": 1.0 - choice % 2 / 2,
        },
        "org.absences": {"person_id": person},
        "org.objections": {"person_id": person},
        "org.reporting_lines": {
            "person_id": person, "manager_id": other,
            "line_type": ("solid", "solid", "dotted")[choice % 3],
        },
        "org.mandates": {
            **held, **holder[choice // 3 % 4], "compensated": "time",
            "is_self_confirming": choice % 2 == 0,
        },
        "org.delegations": {
            "from_person_id": other, "to_person_id": person, "act_kinds": "", **scope,
        },
        "org.agreements": {
            "team_id": team, "act_kinds": "", "rule": "anyone_in_team", **scope,
        },
        "org.scopes": (
            {"object_kind": "component", "object_id": ("pay", "web")[choice % 2], **PROJECT},
            {"object_kind": "project", "object_id": "SHOP", "scope_type": "team",
             "scope_id": team},
        )[choice // 2 % 2],
        "org.no_owner": dict(SCOPES[choice % 3]),
        "org.rotas": {"mandate_id": f"m-{other}", "person_id": person},
        "org.windows": {
            "kind": ("release", "incident")[choice % 2],
            **(PROJECT, SCOPES[0], {"scope_type": "team", "scope_id": team})[choice // 2 % 3],
        },
        "raw.owner_patterns": {
            "source": "code", "repository": "shop", "dialect": "maintainers",
            "scope_type": "component", "scope_id": ("pay", "web")[choice % 2],
            "pattern": ("pay/", "web/", "doc/")[choice % 3],
        },
    }  # fmt: skip


TABLES = {
    table.name: table for table in (*org.ORG, raw.OWNER_PATTERNS) if table.name in _record("ann", 0)
}


def record(
    name: str, person: str, choice: int, week: int, length: int, late: int, taken: int
) -> tuple[str, Row]:
    """A row of the register from a week on, perhaps recorded late or taken back."""
    row = {"valid_from": at(week), **_record(person, choice)[name]}
    columns = TABLES[name].columns
    if "valid_to" in columns and name != "org.objections":
        row["valid_to"] = at(week + length) if length else None
    if "recorded_at" in columns:
        row["recorded_at"] = at(week + late)
        row["superseded_at"] = at(week + late + taken) if taken else None
    return name, row


def coverage(gaps: frozenset[int], until: datetime) -> pl.DataFrame:
    """What was read week by week, but for the gaps."""
    weeks = weeks_between(START.date(), until.date())
    return rows(
        metrics.COVERAGE,
        *(
            {"source": "code", "week": week, "is_complete": number not in gaps}
            for number, week in enumerate(weeks)
        ),
    ).collect()


class Company:
    """What is true now. `changed` says how each table was before, to touch its weeks."""

    def __init__(self) -> None:
        self.until = at(WEEKS)
        self.gaps: frozenset[int] = frozenset()
        self.commits = {
            number: commit(
                number, 1 + number // 4, 11 * number % 168, PEOPLE[number % 3],
                PEOPLE[number % 4], PEOPLE[3 + number % 3], number // 3 % 3,
            )
            for number in range(40)
        }  # fmt: skip
        stays = [record("org.people", person, n, 0, 0, 0, 0) for n, person in enumerate(PEOPLE)]
        self.events = at_first(START, WEEKS, PEOPLE)
        accounts = [
            record("org.identities", person, n, 0, 0, 0, 0)
            for n in range(len(SOURCES))
            for person in PEOPLE
        ]
        said = [
            *stays,
            *accounts,
            record("org.mandates", "olga", 0, 0, 0, 0, 0),
            record("org.mandates", "pia", 13, 0, 0, 0, 0),
            record("raw.owner_patterns", "ann", 0, 0, 0, 0, 0),
            record("raw.owner_patterns", "ann", 1, 0, 0, 0, 0),
            record("org.scopes", "ann", 0, 0, 0, 0, 0),
            record("org.scopes", "ann", 2, 0, 0, 0, 0),
            record("org.windows", "ann", 1, 3, 4, 0, 0),  # two tickets skip their review in it
        ]
        self.register: dict[str, dict[tuple[Any, ...], Row]] = {name: {} for name in TABLES}
        for name, row in said:
            self.register[name][self._key(name, row)] = row

    def _key(self, name: str, row: Row) -> tuple[Any, ...]:
        """Who or what a row is about: a later one about the same takes its place."""
        dated = {"valid_from", "valid_to", "recorded_at"}
        return tuple(row[column] for column in TABLES[name].key if column not in dated)

    def frame(self, name: str) -> pl.DataFrame:
        """All rows of a table of the register."""
        return rows(TABLES[name], *self.register[name].values()).collect()

    def store(self, lake: Lake) -> None:
        """Writes everything as it stands."""
        self._write_commits(lake, {row["utc_week"] for row in self.commits.values()})
        self._write_events(lake, set(weeks_between((START - DAY).date(), at(WEEKS).date())))
        for table, row in (
            (org.REQUIRED_STEPS,
             {"project": "SHOP", "status": "QA Review", "before_status": "Done"}),
            (org.HANDOFFS, {"project": "SHOP", "from_status": "To Do", "to_status": "Doing",
                            "next_role": "qa"}),
        ):  # fmt: skip
            lake.write_whole(table, rows(table, row).collect())
        lake.write_whole(
            org.TEAMS, rows(org.TEAMS, *({"team_id": team} for team in TEAMS)).collect()
        )
        for name, table in TABLES.items():
            lake.write_whole(table, self.frame(name))
        lake.write_whole(metrics.COVERAGE, coverage(self.gaps, self.until))

    def say(self, lake: Lake, name: str, row: Row) -> None:
        """The register says something else, and touches the weeks that this concerns."""
        before = self.frame(name)
        key = self._key(name, row)
        if self.register[name].pop(key, None) != row:
            self.register[name][key] = row
        after = self.frame(name)
        touched = touched_weeks(lake, TABLES[name], before, after, self.until)
        lake.write_whole(TABLES[name], after, touched)

    def put(self, lake: Lake, number: int, row: Row | None) -> None:
        """A commit comes, comes otherwise, or goes."""
        before = self.commits.pop(number, None)
        weeks = {before["utc_week"]} if before else set()
        if row is not None:
            self.commits[number] = row
            weeks.add(row["utc_week"])
        self._write_commits(lake, weeks)

    def happen(self, lake: Lake, kind: str, number: int, parts: tuple[Any, ...] | None) -> None:
        """A ticket's or change's event or a meeting comes, comes otherwise, or goes."""
        before = self.events.pop((kind, number), {})
        if parts is not None:
            self.events[kind, number] = HAPPENINGS[kind](START, number, *parts)
        after = self.events.get((kind, number), {})
        weeks = {row["utc_week"] for told in (before, after) for found in told.values()
                 for row in found}  # fmt: skip
        self._write_events(lake, weeks)

    def _write_events(self, lake: Lake, weeks: set[date]) -> None:
        for table in SERVICES:
            own = {
                tuple(row[name] for name in table.key): row
                for told in self.events.values()
                for row in told.get(table.name, [])
                if row["utc_week"] in weeks
            }
            lake.write_weeks(table, rows(table, *own.values()).collect(), weeks)

    def read_until(self, lake: Lake, until: datetime, gaps: frozenset[int]) -> None:
        """More or less was read."""
        before = coverage(self.gaps, self.until)
        self.until, self.gaps = until, gaps
        after = coverage(gaps, until)
        different = pl.concat(
            [one.join(other, on=["week", "is_complete"], how="anti")
             for one, other in ((before, after), (after, before))]
        )  # fmt: skip
        lake.write_whole(metrics.COVERAGE, after, set(different["week"]))

    def _write_commits(self, lake: Lake, weeks: set[date]) -> None:
        concerned = [row for row in self.commits.values() if row["utc_week"] in weeks]
        for table in (raw.COMMITS, raw.TRAILERS, raw.COMMIT_FILES):
            own = [{name: row[name] for name in table.columns if name in row} for row in concerned]
            lake.write_weeks(table, rows(table, *own).collect(), weeks)


def computed(lake: Lake, company: Company, folder: Path) -> dict[str, pl.DataFrame]:
    """Every computed table after one refresh of all steps, in the order of its key."""
    night = Night(settings(folder), lake, b"", company.until, company.until, "run")
    calendars = Calendars(night)
    for step in STEPS:
        refresh(
            lake, step, calendars.only(step.parameters), fingerprint="same", until=company.until
        )
    return {step.table.name: lake.scan(step.table).collect().sort(step.table.key) for step in STEPS}
