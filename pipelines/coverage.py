"""Write down what was read of each source and of the org files, and what is missing."""

from datetime import UTC, date, timedelta

import polars as pl

from models.metrics.coverage import coverage
from models.sources import AnySource
from models.tables import metrics, org, raw
from models.weeks import monday
from pipelines.night import Night
from pipelines.sync import last_reading
from warehouse.contracts import types

READINGS = {
    "source": pl.String(),
    "since": pl.Datetime("us", "UTC"),
    "read_until": pl.Datetime("us", "UTC"),
    "last_sync_at": pl.Datetime("us", "UTC"),
    "problem": pl.String(),
}
REMEDY = "`dottedline doctor` says why"
BESIDE = ["last_sync_at", "problem"]  # what no figure depends on


def write_coverage(night: Night) -> pl.DataFrame:
    """The coverage of all sources and org files, now also in the lake."""
    readings = [_reading(night, source) for source in night.settings.sources]
    records = (
        pl.concat([night.lake.scan(table).select("source", "utc_week") for table in raw.EVENTS])
        .group_by("source", week="utc_week")
        .agg(count=pl.len().cast(pl.Int64))
    )
    known = coverage(
        records,
        pl.LazyFrame(readings, schema=READINGS, orient="row"),
        night.until,
        night.settings.company.time_zone,
    ).collect(engine="streaming")
    rows = pl.concat([known, _org(night)]).sort("source", "week")
    before = night.lake.scan(metrics.COVERAGE).collect(engine="streaming")
    night.lake.write_whole(metrics.COVERAGE, rows, _differing(before, rows))
    return rows


def incomplete(rows: pl.DataFrame) -> list[str]:
    """Names of sources whose last week is not complete."""
    last = rows.filter(pl.col("week") == pl.col("week").max().over("source"))
    return last.filter(~pl.col("is_complete"))["source"].sort().to_list()


def _reading(night: Night, source: AnySource) -> tuple[object, ...]:
    last = last_reading(night.lake, source)
    since = night.since(source)
    if last is None:
        return source.name, since, None, None, f"was never read; {REMEDY}"
    problems = list(last.problems)
    if last.until < night.until:
        problems.insert(0, f"could not be read since {last.at:%Y-%m-%d}; {REMEDY}")
    problem = "; ".join(problems) or None
    return source.name, max(since, last.since), last.until, last.at, problem


def _org(night: Night) -> pl.DataFrame:
    """What was left out of org files, by file and lines: values may name people."""
    week = monday((night.until.astimezone(UTC) - timedelta(microseconds=1)).date())
    left_out = (
        night.lake.scan(org.ORG_PROBLEMS)
        .group_by("file")
        .agg(pl.col("line").filter(pl.col("line") > 0).unique().sort())
        .collect()
    )
    rows = [
        (file, week, None, night.now.astimezone(UTC), True, _left_out(lines))
        for file, lines in left_out.iter_rows()
    ]
    return pl.DataFrame(rows, schema=types(metrics.COVERAGE), orient="row")


def _left_out(lines: list[int]) -> str:
    places = ", ".join(map(str, lines[:10])) + (" and more" if len(lines) > 10 else "")
    where = f"line{'s' if len(lines) > 1 else ''} {places} left out" if lines else "not all is read"
    return f"{where}; {REMEDY}"


def _differing(before: pl.DataFrame, after: pl.DataFrame) -> set[date]:
    """Weeks in which figures may differ: what was read differs, not when."""
    said = [name for name in metrics.COVERAGE.columns if name not in BESIDE]
    return {
        week
        for one, other in ((before, after), (after, before))
        for week in one.join(other, on=said, how="anti", nulls_equal=True)["week"]
    }
