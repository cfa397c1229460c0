"""Why something is as it is published: the figures, the rule that decided, the acts, the links."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from models.rules import rule_text
from models.signs.catalogue import ABOUT as SIGNS
from warehouse.read import QueryError, connect, rows

Kind = Literal["act", "person-week", "area", "finding"]
PERSON_WEEK = re.compile(r"^(?P<person>.+?)[ /](?P<year>\d{4})-?W(?P<week>\d{2})$")
LISTED = '`dottedline query "select distinct scope_id from mart.areas"` lists areas.'
NEAR = 0.75  # similarity from which on an id may have been meant
NO_ACTS = pl.DataFrame(
    schema={
        "act_id": pl.String,
        "happened_at": pl.Datetime("us"),
        "kind": pl.String,
        "authority": pl.String,
        "rule": pl.String,
        "minutes": pl.Float64,
        "evidence_url": pl.String,
    }
)
NO_TRACES = pl.DataFrame(
    schema={
        "kind": pl.String,
        "id": pl.String,
        "happened_at": pl.Datetime("us"),
        "waited_hours": pl.Float64,
    }
)
# What a finding rests on besides acts; a meeting has no row of its own.
TRACES = """
    select evidence.evidence_kind as kind, evidence.evidence_id as id,
        coalesce(requests.asked_at, steps.skipped_at) as happened_at, requests.waited_hours
    from mart.finding_evidence as evidence
    left join mart.requests as requests
        on evidence.evidence_kind = 'request' and requests.request_id = evidence.evidence_id
    left join mart.skipped_steps as steps
        on evidence.evidence_kind = 'skipped_step' and steps.object_id = evidence.evidence_id
    where evidence.finding_id = ? and evidence.evidence_kind <> 'act'
    order by all
"""
YEAR_OF_AREA = (
    "scope_type = ? and scope_id = ? and week <= ? "
    "and week > ?::date - interval 52 week and authority_class <> 'excluded'"
)
ACTS = f"select {', '.join(NO_ACTS.columns)} from mart.acts"  # noqa: S608 (names are ours)


class UnknownId(QueryError):  # noqa: N818 (it is what happened)
    """No act, person-week, area or finding has this id; the message names near ones."""


@dataclass(frozen=True)
class Figure:
    """One number or label: its column, value, unit and meaning."""

    name: str
    value: object
    unit: str
    text: str


@dataclass(frozen=True)
class Explanation:
    """What stands behind an id.

    `rules` are the deciding rules of `acts` in words, and of a finding what makes it one; `links`
    lead to their traces. `traces` are what a finding rests on besides acts. In the ops store there
    are no links, and no acts or traces behind a finding.
    """

    id: str
    kind: Kind
    figures: list[Figure]
    rules: Mapping[str, str]
    acts: pl.DataFrame
    links: list[str]
    traces: pl.DataFrame = field(default_factory=NO_TRACES.clear)


def explain(path: Path, id: str) -> Explanation:  # noqa: A002 (the word of the command line)
    """What stands behind an act, a person-week (`ada 2026-W47`), an area or a finding.

    An area is named by its scope's id or by `type:id`, and stands as of its last week.

    Raises:
        UnknownId: nothing has this id; the message names what is near.
        QueryError: the file cannot be opened.
    """
    with connect(path) as con:
        for look in (_act, _finding, _person_week, _area):
            if found := look(con, id):
                return found
        raise UnknownId(_unknown(con, id))


def _act(con: duckdb.DuckDBPyConnection, id: str) -> Explanation | None:  # noqa: A002
    return _found(con, "act", id, "acts", "act_id = ?", [id], lambda _: ("act_id = ?", [id]))


def _finding(con: duckdb.DuckDBPyConnection, id: str) -> Explanation | None:  # noqa: A002
    behind = (
        "act_id in (select evidence_id from mart.finding_evidence "
        "where evidence_kind = 'act' and finding_id = ?)"
    )
    is_known = "finding_evidence" in _tables(con)
    found = _found(
        con,
        "finding",
        id,
        "findings",
        "finding_id = ?",
        [id],
        lambda _: (behind, [id]) if is_known else ("false", []),
    )
    if found is None:
        return None
    code = next(str(figure.value) for figure in found.figures if figure.name == "code")
    about = {code: f"{SIGNS[code].name}. {SIGNS[code].rule}"} if code in SIGNS else {}
    traces = rows(con, TRACES, [id]) if is_known else NO_TRACES
    return replace(found, rules={**about, **found.rules}, traces=traces)


def _person_week(con: duckdb.DuckDBPyConnection, id: str) -> Explanation | None:  # noqa: A002
    asked = _asked_week(id)
    if asked is None:
        return None
    person, monday = asked
    return _found(
        con,
        "person-week",
        id,
        "person_weeks",
        "person_id = ? and week = ?",
        [person, monday],
        lambda _: (
            "actor_id = ? and week = ? and authority_class <> 'excluded'",
            [person, monday],
        ),
    )


def _area(con: duckdb.DuckDBPyConnection, id: str) -> Explanation | None:  # noqa: A002
    return _found(
        con,
        "area",
        id,
        "areas",
        "scope_id = ? or scope_type || ':' || scope_id = ? order by week desc, scope_type limit 1",
        [id, id],
        lambda row: (
            YEAR_OF_AREA,
            [row["scope_type"], row["scope_id"], row["week"], row["week"]],
        ),
    )


def _found(
    con: duckdb.DuckDBPyConnection,
    kind: Kind,
    id: str,  # noqa: A002
    table: str,
    where: str,
    values: list[object],
    acts_of: Callable[[Mapping[str, object]], tuple[str, list[object]]],
) -> Explanation | None:
    """The explanation of the row of a table that fits, or None."""
    if table not in _tables(con):
        return None
    fitting = rows(con, f"select * from mart.{table} where {where}", values)  # noqa: S608 (names are ours)
    if fitting.is_empty():
        return None
    row = fitting.row(0, named=True)
    acts = _acts(con, *acts_of(row))
    rules = acts["rule"].unique().sort()
    return Explanation(
        id,
        kind,
        _figures(con, table, row),
        {rule: rule_text(rule) for rule in rules},
        acts,
        acts["evidence_url"].drop_nulls().unique(maintain_order=True).to_list(),
    )


def _acts(con: duckdb.DuckDBPyConnection, where: str, values: list[object]) -> pl.DataFrame:
    if "acts" not in _tables(con):
        return NO_ACTS
    return rows(con, f"{ACTS} where {where} order by happened_at, act_id", values)


def _figures(con: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, object]) -> list[Figure]:
    """The row's columns that are known, with unit and meaning."""
    said = rows(
        con,
        'select "column", unit, text from mart.dictionary where object = ? and "column" <> \'\'',
        [table],
    )
    return [
        Figure(name, row[name], unit, text)
        for name, unit, text in said.iter_rows()
        if row[name] is not None
    ]


def _tables(con: duckdb.DuckDBPyConnection) -> set[str]:
    there = con.execute(
        "select table_name from duckdb_tables() where schema_name = 'mart'"
    ).fetchall()
    return {name for (name,) in there}


def _asked_week(id: str) -> tuple[str, date] | None:  # noqa: A002
    asked = PERSON_WEEK.match(id.strip())
    if asked is None:
        return None
    try:
        monday = date.fromisocalendar(int(asked["year"]), int(asked["week"]), 1)
    except ValueError:
        return None
    return asked["person"].strip(), monday


def _unknown(con: duckdb.DuckDBPyConnection, id: str) -> str:  # noqa: A002
    there = _tables(con)
    ids = {
        "acts": "select act_id as id from mart.acts",
        "findings": "select finding_id as id from mart.findings",
        "areas": "select distinct scope_id as id from mart.areas",
        "person_weeks": "select person_id || '/' || strftime(week, '%G-W%V') as id "
        "from mart.person_weeks",
    }
    union = " union all ".join(sql for table, sql in ids.items() if table in there)
    near = rows(
        con,
        f"with ids as ({union}) select id from ids "  # noqa: S608 (names are ours)
        "where jaro_winkler_similarity(id, ?) >= ? "
        "order by jaro_winkler_similarity(id, ?) desc, id limit 3",
        [id, NEAR, id],
    )["id"]
    hint = f"Did you mean {' or '.join(near)}?" if len(near) else LISTED
    return (
        f"'{id}' is no act, finding or area, nor a person and week such as 'ada 2026-W47'. {hint}"
    )
