"""Small published files for the pages: a made-up team of nine over fourteen weeks, and variants.

`Story` holds rows by table; a test changes what it is about and writes the store.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dataframely as dy
import duckdb
import polars as pl

from models.tables.mart import MART

WEEK = date(2026, 11, 16)
NIGHT = datetime(2026, 11, 23, 3, tzinfo=UTC)
READ_AT = datetime(2026, 11, 25, 6, tzinfo=UTC)
OPEN = date(2026, 11, 25)
WEEKS = [WEEK - timedelta(weeks=back) for back in reversed(range(14))]
LINE_FROM = datetime(2025, 1, 1, tzinfo=UTC)

Row = dict[str, Any]
TABLES = {table.name.removeprefix("mart."): table.schema for table in MART}
EMPTY: dict[Any, Any] = {dy.Bool: False, dy.Int64: 0, dy.Float64: 0.0, dy.String: "", dy.List: []}

TEAM = {
    "sam": ("Sam Whitfield", "Engineering manager"),
    "dana": ("Dana Okafor", "Senior developer"),
    "ines": ("Inés Calvo", "Developer"),
    "leo": ("Leo Brandt", "Developer"),
    "mina": ("Mina Sato", "Staff engineer"),
    "noor": ("Noor Haddad", "Developer"),
    "ravi": ("Ravi Menon", "QA engineer"),
    "tom": ("Tom Adeyemi", "Product manager"),
    "yuki": ("Yuki Tan", "Designer"),
}
BASE = {
    "sam": 0.0,
    "dana": 5.5,
    "ines": 3.8,
    "leo": 0.8,
    "mina": 1.6,
    "noor": 1.2,
    "ravi": 2.4,
    "tom": 0.3,
    "yuki": 1.1,
}
FORMAL = {"sam": 4.5, "mina": 3.0, "tom": 1.5}
AREAS = [
    ("LNCH/launch-tests", "tom", "dana", 0.71, "differs", 84),
    ("onboarding", "sam", "ines", 0.66, "differs", 47),
    ("example/shop:src/payments/**", "mina", "dana", 0.48, "differs", 61),
    ("release", "tom", "mina", 0.37, "differs", 22),
    ("example/shop:src/web/**", None, "ines", 0.55, "no_owner", 58),
    ("incident-handoff", None, "ravi", 0.42, "no_owner", 19),
    ("design", "yuki", "yuki", 0.80, "matches", 31),
    ("sprint-planning", "tom", "tom", 0.58, "matches", 26),
    ("docs", "leo", None, None, "too_few", 4),
]


@dataclass
class Story:
    """Rows by table; what is left out of a row is null or the type's zero."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, *rows: Row) -> "Story":
        """More rows of a table."""
        self.rows.setdefault(table, []).extend(rows)
        return self

    def change(self, table: str, where: Callable[[Row], bool], **values: Any) -> "Story":
        """Other values in the rows for which `where` holds."""
        for row in self.rows.get(table, []):
            if where(row):
                row.update(values)
        return self

    def drop(self, table: str, where: Callable[[Row], bool] = lambda row: True) -> "Story":
        """Fewer rows."""
        self.rows[table] = [row for row in self.rows.get(table, []) if not where(row)]
        return self

    def copy_person(self, person: str, new: str, name: str) -> "Story":
        """One more report of Sam's, who does what `person` does."""
        self.add(
            "people", {"person_id": new, "name": name, "title": "Developer", "team_id": "checkout"}
        )
        self.add(
            "reporting_lines",
            {
                "person_id": new,
                "manager_id": "sam",
                "line_type": "solid",
                "valid_from": LINE_FROM,
                "recorded_at": LINE_FROM,
            },
        )
        own = [row for row in self.rows["person_weeks"] if row["person_id"] == person]
        self.add("person_weeks", *({**row, "person_id": new} for row in own))
        ties = [row for row in self.rows["lead_ties"] if row["actor_id"] == person]
        return self.add("lead_ties", *({**row, "actor_id": new} for row in ties))

    def add_area(self, area: str, owner: str, leader: str) -> "Story":
        """One more area, led by its owner."""
        key = {"scope_type": "component", "scope_id": area, "week": WEEK}
        self.add(
            "areas",
            {
                **key,
                "leader_id": leader,
                "leader_share": 0.6,
                "act_count": 20,
                "informal_share": 0.1,
                "match": "matches",
            },
        )
        return self.add("area_owners", {**key, "owner_id": owner})

    def write(self, folder: Path) -> Path:
        """The restricted store with every declared table, checked by its schema."""
        path = folder / "restricted.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema mart")
            for name, schema in TABLES.items():
                file = folder / f"{name}.parquet"
                frame(schema, self.rows.get(name, [])).write_parquet(file)
                connection.execute(
                    f"create table mart.{name} as select * from read_parquet('{file}')"  # noqa: S608
                )
                file.unlink()
        return path


def frame(schema: type[dy.Schema], rows: list[Row]) -> pl.DataFrame:
    """Rows in the shape of a schema; unknown columns and broken rules fail."""
    columns = schema.columns()
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"{schema.__name__} has no {unknown}"
    full = [
        {
            name: row.get(name, None if column.nullable else EMPTY.get(type(column)))
            for name, column in columns.items()
        }
        for row in rows
    ]
    types = {name: column.dtype for name, column in columns.items()}
    return schema.validate(pl.DataFrame(full, schema=types), cast=True)


def wave(seed: int, at: int) -> float:
    """A small swing around 1 that differs by person and week, without chance."""
    return 1 + 0.22 * (((seed * 7 + at * 5) % 9) - 4) / 4


def person_week(person: str, week: date, hours: float, **values: Any) -> Row:
    """A person's observed week with an interval that is narrow enough for a point."""
    row = {
        "person_id": person,
        "week": week,
        "team_id": "checkout",
        "hidden_hours": hours,
        "hidden_hours_low": hours * 0.7,
        "hidden_hours_high": hours * 1.4,
        "hidden_hours_8w": hours,
        "hidden_hours_8w_low": hours * 0.75,
        "hidden_hours_8w_high": hours * 1.3,
        "excess_hours": hours * 0.1,
        "deliberate_hours": 0.5,
        "unfunded_hours": 0.0,
        "ordinary_hours": 1.0,
        "formal_hours": FORMAL.get(person, 0.0),
        "unknown_hours": 0.2,
        "after_hours_hours": 0.0,
        "act_count": 6,
        "contract_hours": 38.0,
        "present_days": 5,
        "is_observed": True,
        "evidence_grade": "A",
    }
    return {**row, **values}


def act(number: int, actor: str, week: date, **values: Any) -> Row:
    """An informal act of a Wednesday noon."""
    row = {
        "act_id": f"act-{number:05d}",
        "happened_at": datetime(week.year, week.month, week.day, 12, tzinfo=UTC)
        + timedelta(days=2),
        "week": week,
        "kind": "assign",
        "actor_id": actor,
        "target_id": "leo",
        "target_count": 1,
        "object_kind": "ticket",
        "object_id": f"LNCH-{100 + number % 400}",
        "scope_type": "component",
        "scope_id": "LNCH/launch-tests",
        "team_id": "checkout",
        "authority": "bypass",
        "authority_class": "informal",
        "authority_as_known": "bypass",
        "authority_as_now": "bypass",
        "rule": "7 acting",
        "confidence": 1.0,
        "minutes": 24.0,
        "minutes_low": 15.0,
        "minutes_high": 40.0,
        "source": "tracker",
        "evidence_url": f"https://example.atlassian.net/browse/LNCH-{100 + number % 400}",
    }
    return {**row, **values}


def checkout(weeks: list[date] = WEEKS) -> Story:
    """The team: Dana departs in the last two weeks, everybody else is as usual."""
    story = Story()
    story.add(
        "about",
        {
            "run_id": "2026-11-23T03:00Z-1",
            "published_at": NIGHT,
            "data_until": NIGHT,
            "method_version": "1.0",
            "settings_digest": "0" * 8,
        },
    )
    story.add("teams", {"team_id": "checkout", "name": "Checkout team"})
    for person, (name, title) in TEAM.items():
        story.add(
            "people",
            {
                "person_id": person,
                "name": name,
                "title": title,
                "email": f"{person}@example.org",
                "team_id": "checkout",
            },
        )
        if person != "sam":
            story.add(
                "reporting_lines",
                {
                    "person_id": person,
                    "manager_id": "sam",
                    "line_type": "solid",
                    "valid_from": LINE_FROM,
                    "recorded_at": LINE_FROM,
                },
            )
    for week in weeks:
        _week(story, week, WEEKS.index(week))
    _areas(story, weeks)
    for area, owner, *_ in AREAS:
        if owner:
            story.add(
                "mandates",
                {
                    "mandate_id": f"m-{area}",
                    "holder_type": "person",
                    "holder_id": owner,
                    "mandate_kind": "component_lead",
                    "scope_type": "component",
                    "scope_id": area,
                    "valid_from": LINE_FROM,
                    "recorded_at": LINE_FROM,
                },
            )
    for actor, target, count, informal in [
        ("dana", "leo", 11, 11),
        ("dana", "ravi", 8, 7),
        ("dana", "noor", 4, 4),
        ("ines", "noor", 9, 9),
        ("ines", "yuki", 3, 3),
        ("ravi", "leo", 4, 3),
        ("sam", "mina", 6, 0),
        ("mina", "leo", 5, 0),
        ("mina", "dana", 4, 1),
        ("tom", "yuki", 3, 0),
        ("dana", "outsider", 5, 5),
    ]:
        story.add(
            "lead_ties",
            {
                "actor_id": actor,
                "target_id": target,
                "week": WEEK,
                "act_count": count,
                "informal_act_count": informal,
                "hours": count * 0.4,
            },
        )
    return story


def _week(story: Story, week: date, at: int) -> None:
    total = 0.0
    number = at * 1000
    for seed, (person, base) in enumerate(BASE.items()):
        hours = base * wave(seed, at) + (7.5 if person == "dana" and at >= 12 else 0)
        total += hours
        story.add("person_weeks", person_week(person, week, hours))
        for nth in range(round(hours)):
            number += 1
            area = AREAS[(seed * 3 + nth) % 8][0] if person != "dana" else "LNCH/launch-tests"
            authority = ("bypass", "cover", "gap", "unresolved")[(nth + seed) % 4]
            story.add("acts", act(number, person, week, scope_id=area, authority=authority))
        for kind, count in (
            ("formal_mandate", 2),
            ("ordinary", 1),
            ("unknown", 1),
            ("excluded", 1),
        ):
            for _ in range(count):
                number += 1
                kinds = kind.partition("_")[0]
                story.add("acts", act(number, person, week, authority=kind, authority_class=kinds))
    story.add(
        "team_weeks",
        {
            "team_id": "checkout",
            "week": week,
            "people_count": 9,
            "hidden_hours": total,
            "hidden_hours_low": total * 0.72,
            "hidden_hours_high": total * 1.33,
            "act_count": number,
            "is_observed": True,
            "evidence_grade": "A",
        },
    )
    for source, records in (("tracker", 410 + 13 * at), ("code", 180 + 7 * (at % 5))):
        story.add(
            "coverage",
            {
                "source": source,
                "week": week,
                "records": records,
                "last_sync_at": NIGHT,
                "is_complete": True,
            },
        )


def _areas(story: Story, weeks: list[date]) -> None:
    for week in weeks:
        late = WEEKS.index(week) >= 10
        for area, owner, leader, share, match, count in AREAS:
            settled = "matches" if match == "differs" and area == "release" and not late else match
            story.add(
                "areas",
                {
                    "scope_type": "component",
                    "scope_id": area,
                    "week": week,
                    "leader_id": leader,
                    "leader_share": share,
                    "act_count": count,
                    "informal_share": share,
                    "match": settled,
                },
            )
            if owner:
                story.add(
                    "area_owners",
                    {"scope_type": "component", "scope_id": area, "week": week, "owner_id": owner},
                )
