"""Whether files say the same: totals of each table, compared within a millionth."""

from pathlib import Path

import duckdb

TOLERANCE = 1e-6
FIRST_KEYS = {
    "acts": ["authority", "rule"],
    "areas": ["match"],
    "person_weeks": ["evidence_grade"],
    "team_weeks": ["evidence_grade"],
}
HOURS = "hours|share|minutes|gini|confidence|days"

Totals = dict[str, float]


def totals(path: Path) -> Totals:
    """Sums and counts by `table column`, and rows by the values of telling columns."""
    found: Totals = {}
    with duckdb.connect(path, read_only=True) as con:
        for table in ("acts", "act_targets", "person_weeks", "team_weeks", "lead_ties", "areas"):
            columns = con.execute(
                "select column_name, data_type from duckdb_columns() "
                "where schema_name = 'mart' and table_name = ? order by column_name",
                [table],
            ).fetchall()
            found |= _sums(con, table, columns)
            for key in FIRST_KEYS.get(table, []):
                counted = con.execute(f"select {key}, count(*) from mart.{table} group by 1")  # noqa: S608 (names are written here)
                found |= {f"{table} {key} {value}": n for value, n in counted.fetchall()}
    return found


def _sums(con: duckdb.DuckDBPyConnection, table: str, columns: list[tuple[str, str]]) -> Totals:
    measures = {"rows": "count(*)"}
    for name, kind in columns:
        measures[f"{name} known"] = f'count("{name}")'
        if kind in ("DOUBLE", "BIGINT", "HUGEINT"):
            measures[name] = f'coalesce(sum("{name}"), 0)'
        elif kind == "BOOLEAN":
            measures[f"{name} true"] = f'count(*) filter (where "{name}")'
        elif name.endswith("_id"):
            measures[f"{name} different"] = f'count(distinct "{name}")'
    (row,) = con.execute(f"select {', '.join(measures.values())} from mart.{table}").fetchall()  # noqa: S608 (names are those of the table)
    return {f"{table} {name}": float(value) for name, value in zip(measures, row, strict=True)}


def differences(named: dict[str, Totals]) -> list[str]:
    """A line for each total on which the programs do not agree; none: they say the same."""
    lines = []
    for name in sorted({name for one in named.values() for name in one}):
        values = [one.get(name, 0.0) for one in named.values()]
        if max(values) - min(values) > TOLERANCE * max(abs(value) for value in values):
            said = ", ".join(
                f"{who} {value:,.6f}" for who, value in zip(named, values, strict=True)
            )
            lines.append(f"{name}: {said}")
    return lines
