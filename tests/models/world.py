"""A small company to judge acts in: every frame empty but for the rows a test names.

Days are written as `day("2026-03-02")` or moments as `at("2026-03-02 10:00")`, all in UTC.
"""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from models import authority
from models.tables import acts as act_tables
from models.tables import org
from models.tables.table import Table
from models.working_time import work_stretches

START = datetime(2026, 1, 1, tzinfo=UTC)
DEFAULTS: dict[str, dict[str, Any]] = {
    "org.people": {"valid_from": START},
    "org.mandates": {
        "mandate_id": "m",
        "holder_type": "person",
        "mandate_kind": "component_lead",
        "scope_type": "component",
        "act_kinds": "",
        "valid_from": START,
        "recorded_at": START,
        "is_self_confirming": True,
    },
    "org.delegations": {
        "act_kinds": "",
        "scope_type": "component",
        "valid_from": START,
        "recorded_at": START,
    },
    "org.agreements": {
        "act_kinds": "",
        "scope_type": "component",
        "rule": "anyone_in_team",
        "valid_from": START,
        "recorded_at": START,
    },
    "org.reporting_lines": {"line_type": "solid", "valid_from": START, "recorded_at": START},
    "org.scopes": {"object_kind": "component", "scope_type": "team", "valid_from": START},
    "org.no_owner": {"scope_type": "component", "valid_from": START},
    "org.absences": {},
    "org.rotas": {"valid_from": START},
    "org.teams": {},
    "org.windows": {"kind": "release", "scope_type": "component"},
    "acts.requests": {
        "kind": "mention",
        "object_id": "o",
        "scope_type": "component",
        "scope_chain": "component:pay",
    },
    "acts.traces": {"scope_type": "component", "own_count": 1, "led_count": 0},
    "acts.act_targets": {},
    "acts.reviews": {
        "kind": "merge",
        "target_id": "ben",
        "target_count": 1,
        "object_kind": "commit",
        "object_id": "o",
        "scope_type": "component",
        "scope_id": "pay",
        "scope_chain": "component:pay",
        "identity_confidence": 1.0,
        "is_moment_own": True,
        "is_handoff": False,
        "is_stamp": False,
        "item_count": 0,
        "source": "code",
    },
}


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rows(table: Table, *given: dict[str, Any]) -> pl.LazyFrame:
    """Rows of a table with the columns that matter; the others are defaults or null."""
    schema = table.schema.to_polars_schema() if hasattr(table.schema, "to_polars_schema") else None
    dtypes = schema or {name: column.dtype for name, column in table.schema.columns().items()}
    filled = [{**DEFAULTS.get(table.name, {}), **row} for row in given]
    return pl.LazyFrame(
        [{name: row.get(name) for name in dtypes} for row in filled], schema=dict(dtypes)
    )


def act(
    act_id: str = "a1", *, by: str | None = "ann", when: str = "2026-03-04 10:00", **more: Any
) -> dict[str, Any]:
    """An act of `by` on ben's change in component pay."""
    happened_at = at(when)
    week = happened_at.date().fromordinal(happened_at.date().toordinal() - happened_at.weekday())
    return {"act_id": act_id, "actor_id": by, "happened_at": happened_at, "utc_week": week, **more}


def trace(person: str, when: str, scope: str = "pay") -> dict[str, Any]:
    """A trace of a person in a component."""
    moment = at(when)
    return {
        "person_id": person,
        "scope_id": scope,
        "on": moment.date(),
        "first_at": moment,
        "last_at": moment,
        "utc_week": moment.date(),
    }


def judged(*given: dict[str, Any], **frames: list[dict[str, Any]]) -> pl.DataFrame:
    """Acts judged in a company of the frames given, by act_id."""
    tables = {table.name.partition(".")[2]: table for table in [*org.ORG, *act_tables.ACTS]}
    names = [
        "act_targets", "requests", "traces", "people", "teams", "reporting_lines", "mandates",
        "delegations", "agreements", "scopes", "rotas", "absences", "no_owner", "windows",
    ]  # fmt: skip
    work = work_stretches(
        rows(org.PEOPLE, *({"person_id": name} for name in ("olga", "pia"))).collect(),
        rows(org.ABSENCES, *frames.get("absences", [])).collect(),
        pl.DataFrame(schema={"location": pl.String, "on": pl.Date}),
        "UTC",
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    return (
        authority.acts(
            rows(act_tables.REVIEWS, *given),
            **{name: rows(tables[name], *frames.get(name, [])) for name in names},
            work_stretches=work.lazy(),
        )
        .collect(engine="streaming")
        .sort("act_id")
    )


def ruling(*given: dict[str, Any], **frames: list[dict[str, Any]]) -> tuple[str, str]:
    """Authority and rule of the only act."""
    row = judged(*given, **frames).row(0, named=True)
    return row["authority"], row["rule"]
