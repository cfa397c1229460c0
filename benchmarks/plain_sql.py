"""The same tables by plain DuckDB SQL: the statements of `benchmarks/sql`, in order.

`python -m benchmarks.plain_sql DATA FLOORS OUT` writes one DuckDB file. Hash joins with range
filters, window functions for the union of intervals, no cursor. Left out are the rules on requests
and windows, of which the generated data has none, and own work; the noise floors of the Gini are
given, as they are random draws. Constants of the effort model come from the product.
"""

import sys
from pathlib import Path
from string import Template

import duckdb

from benchmarks.generated import COMPANY_ZONE, FIRST_WEEK, LAST_WEEK, WEEKS
from models.metrics import intervals, priors
from models.metrics.cost import SHARED_MEAN
from models.tables.mart import PERSON_WEEKS
from models.working_time import DEFAULT_PATTERN, WAITING_PATTERN

FOLDER = Path(__file__).parent / "sql"
SMALL = (
    "people", "teams", "reporting_lines", "mandates", "delegations", "agreements", "scopes",
    "rotas", "absences", "objections", "no_owner", "offsets", "minutes_of_week", "holiday_dates",
    "coverage",
)  # fmt: skip
MEMORY = "8GB"  # what is above spills to disk; without it ten million acts take 20 GB
OPEN = ("valid_to", "superseded_at")
EVER, NEVER = "timestamp '0001-01-01'", "timestamp '9999-01-01'"
MACROS = f"""
create temp macro covers(kinds, kind) as
    kinds = '' or contains(';' || kinds || ';', ';' || kind || ';');
create temp macro in_force(moment, valid_from, valid_to, known_from, known_to) as
    valid_from <= moment and moment < valid_to
    and known_from <= moment + interval 14 days and moment + interval 14 days < known_to;
create temp macro verdict(exclusion, actor_id, authority, rule, confidence) as
    case
        when exclusion is not null
            then {{'authority': 'excluded', 'rule': '0 ' || exclusion}}
        when actor_id is null then {{'authority': 'unknown', 'rule': '9 nobody'}}
        when authority is null then {{'authority': 'unknown', 'rule': '9 no_register'}}
        when confidence < 0.6 then {{'authority': 'unknown', 'rule': '9 confidence'}}
        else {{'authority': authority, 'rule': rule}}
    end;
create temp macro normal_tail(x) as
    exp(-(x * x) / 2.0) / sqrt(2 * pi()) * (1.0 / (1.0 + 0.2316419 * abs(x))) * (
        0.319381530 + (1.0 / (1.0 + 0.2316419 * abs(x))) * (
            -0.356563782 + (1.0 / (1.0 + 0.2316419 * abs(x))) * (
                1.781477937 + (1.0 / (1.0 + 0.2316419 * abs(x))) * (
                    -1.821255978 + (1.0 / (1.0 + 0.2316419 * abs(x))) * 1.330274429))));
create temp macro normal_cdf(x) as
    case when x >= 0 then 1.0 - normal_tail(x) else normal_tail(x) end;
create temp macro capped_moment(median, spread, cap, power) as
    exp(power * ln(median) + power * power * spread * spread / 2.0)
    * normal_cdf((ln(cap) - ln(median)) / spread - power * spread)
    + pow(cap, power) * (1.0 - normal_cdf((ln(cap) - ln(median)) / spread));
create temp macro person_square(total, kinds_squared, variance) as
    {intervals.SESSION * intervals.PACE!r} * (
        total * total + {intervals.KIND - 1!r} * kinds_squared + {intervals.KIND!r} * variance);
create temp macro team_square(total, people_squared, kinds_squared, cells_squared, variance) as
    {intervals.SESSION!r} * (
        total * total + {intervals.PACE - 1!r} * people_squared
        + {intervals.KIND - 1!r} * kinds_squared
        + {(intervals.PACE - 1) * (intervals.KIND - 1)!r} * cells_squared
        + {intervals.PACE * intervals.KIND!r} * variance);
create temp macro percentile(total, square, z) as
    case
        when total is null then null
        when total > 0 then total * exp(
            z * sqrt(greatest(ln(square / (total * total)), 0.0))
            - greatest(ln(square / (total * total)), 0.0) / 2.0)
        else 0.0
    end;
"""


def run(data: Path, floors: Path, out: Path) -> None:
    """Writes the file `out`."""
    with duckdb.connect(config={"python_enable_replacements": False}) as con:
        con.execute("set timezone = 'UTC'")
        con.execute("set preserve_insertion_order = false")
        con.execute(f"set memory_limit = '{MEMORY}'")
        con.execute(f"set temp_directory = '{out}.spill'")
        for name in SMALL:
            con.execute(f"create temp table {name} as select {_columns(con, data, name)} "  # noqa: S608 (names are written here)
                        f"from read_parquet('{data / name}.parquet')")  # fmt: skip
        con.execute(f"create temp table floors as from read_parquet('{floors}')")
        con.execute(MACROS)
        con.execute(
            "create temp table priors (kind text, median double, spread double, cap double)"
        )
        con.executemany(
            "insert into priors values (?, ?, ?, ?)",
            [
                (kind, p.median, p.spread, p.cap)
                for kind, p in {**priors.PRIORS, "stamp": priors.STAMP}.items()
            ],
        )
        con.execute(f"attach '{out}' as out (storage_version 'v1.5.0')")
        for statement in statements(data):
            con.execute(statement)
        con.execute("checkpoint out")


def statements(data: Path) -> list[str]:
    """All statements, filled in."""
    constants = {
        "data": str(data),
        "ever": EVER,
        "never": NEVER,
        "z90": repr(priors.Z90),
        "shared_mean": repr(SHARED_MEAN),
        "shared_variance": repr(intervals.SHARED_VARIANCE),
        "pace": repr(intervals.PACE),
        "company_zone": COMPANY_ZONE,
        "default_pattern": DEFAULT_PATTERN,
        "waiting_pattern": WAITING_PATTERN,
        "first_week": FIRST_WEEK.isoformat(),
        "weeks": str(WEEKS),
        "last_week": LAST_WEEK.isoformat(),
        "blanked": ", ".join(
            f"case when since.person_id is null then weeks.{name} end as {name}"
            for name in PERSON_WEEKS.columns[3:-2]
        ),
    }
    times = [
        {"when": "now", "known_from": EVER, "known_to": NEVER,
         "stands": f"held.superseded_at = {NEVER}"},
        {"when": "known", "known_from": "held.recorded_at", "known_to": "held.superseded_at",
         "stands": "true"},
    ]  # fmt: skip
    texts = []
    for path in sorted(FOLDER.glob("*.sql")):
        repeated = times if path.stem == "2_rules" else [{}]
        texts += [Template(path.read_text()).substitute(constants | part) for part in repeated]
    return [part for text in texts for part in text.split(";\n") if part.strip()]


def _columns(con: duckdb.DuckDBPyConnection, data: Path, name: str) -> str:
    """All columns; moments without their zone, which is UTC, and an open end far away."""
    described = con.execute(f"describe from read_parquet('{data / name}.parquet')").fetchall()
    return ", ".join(
        _column(column) if kind == "TIMESTAMP WITH TIME ZONE" else f'"{column}"'
        for column, kind, *_ in described
    )


def _column(name: str) -> str:
    moment = f'make_timestamp(epoch_us("{name}"))'
    return f'coalesce({moment}, {NEVER}) as "{name}"' if name in OPEN else f'{moment} as "{name}"'


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
