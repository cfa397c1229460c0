"""Stretches of time that signs look at, by fixed rules: nobody picks one afterwards.

Declared: an incident from beginning to end; a release from ten working days before it. Surges: a
week in which far more tickets were opened in a project than usual. Plain: the eight weeks to each
week, for signs that need no event.
"""

import polars as pl

from models.org.chains import exploded
from models.settled import settled
from models.signs.company import Company
from models.tables.columns import MOMENT
from models.tables.signs import LONGEST_WINDOW_WEEKS

RELEASE_WORKING_DAYS = 10  # METHOD 6.1 S4
WEEKS = 8  # METHOD 6, window unless stated
SURGE_SDS = 3.0  # METHOD 6.1 S4, 6.3 P3
MAD_SDS = 1.4826  # what makes a median absolute deviation a standard deviation of a normal
USUAL_INFLOW_WEEKS = 26
FEWEST_INFLOW_WEEKS = 8
COLUMNS = [
    "scope_type", "scope_id", "window_kind", "starts_at", "ends_at", "is_over", "window_start",
    "window_end", "week",
]  # fmt: skip


def declared(company: Company) -> pl.LazyFrame:
    """Declared windows begun before the end of data, those of one scope that overlap as one.

    window_kind (declared), starts_at, ends_at (half-open, at most the end of data), is_over,
    window_start and window_end (first and last day), week (Monday of the last day). Of a longer
    one than eight weeks the last eight count. A release is on the last day of its record, or on
    its first where the record has no end.
    """
    zone = company.company_zone
    start = pl.col("valid_from").dt.convert_time_zone(zone).dt.date()
    last = (pl.col("valid_to") - pl.duration(microseconds=1)).dt.convert_time_zone(zone).dt.date()
    is_release, released = pl.col("kind") == "release", pl.coalesce(last, start)
    spans = company.windows.select(
        "scope_type",
        scope_id=pl.when(pl.col("scope_type") == "company").then(pl.lit("")).otherwise("scope_id"),
        first=pl.when(is_release).then(_working_days_before(released)).otherwise(start),
        last=pl.when(is_release).then(released).otherwise(last),
    )
    return _seen(_joined(spans, company), company, "declared")


def _working_days_before(day: pl.Expr) -> pl.Expr:
    """The day so many working days, Monday to Friday, before a day."""
    return day.dt.add_business_days(-RELEASE_WORKING_DAYS, roll="backward")


def _joined(spans: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """Spans of one scope that touch or overlap as one; an open end is that of the data."""
    scope = ["scope_type", "scope_id"]
    end = pl.lit(company.last_day)
    so_far = pl.col("last").cum_max().shift(1).over(scope)
    begins = so_far.is_null() | (pl.col("first") > so_far + pl.duration(days=1))
    return (
        spans.with_columns(
            is_open=pl.col("last").is_null(),
            last=pl.when(pl.col("last").is_null()).then(end).otherwise("last"),
        )
        .filter(pl.col("first") <= end)
        .sort(*scope, "first", "last")
        .with_columns(stretch=begins.cast(pl.Int64).cum_sum().over(scope))
        .group_by(*scope, "stretch")
        .agg(pl.col("first").min(), pl.col("last").max(), pl.col("is_open").any())
        .drop("stretch")
    )


def surges(company: Company) -> pl.LazyFrame:
    """Weeks in which a project's new tickets were more than three robust sd above its usual.

    The usual is of the 26 weeks before, 8 of them at least; a spread smaller than chance gives
    to counts (their square root) is taken as that. A week that meets a declared window of the
    project is none of its own.
    """
    opened = (
        exploded(
            company.ticket_events.filter(pl.col("field") == "created").select(
                "utc_week", "scope_chain"
            )
        )
        .filter(pl.col("scope_type") == "project")
        .group_by("scope_type", "scope_id", "utc_week")
        .agg(count=pl.len().cast(pl.Int64))
    )
    spans = _surging(settled(opened)).select(
        "scope_type",
        "scope_id",
        first="utc_week",
        last=pl.col("utc_week") + pl.duration(days=6),
        is_open=pl.lit(value=False),
    )
    apart = declared(company).select("scope_type", "scope_id", "window_start", "window_end")
    meets = (pl.col("first") <= pl.col("window_end")) & (pl.col("last") >= pl.col("window_start"))
    clashing = spans.join(apart, on=["scope_type", "scope_id"]).filter(meets)
    own = spans.join(clashing, on=["scope_type", "scope_id", "first"], how="anti")
    return _seen(own, company, "surge")


def _surging(opened: pl.LazyFrame) -> pl.LazyFrame:
    """Weeks of a project with a surge; a week without a ticket between others counts as 0."""
    project = ["scope_type", "scope_id"]
    first = opened.group_by(project).agg(since=pl.col("utc_week").min())
    back = pl.LazyFrame({"back": range(1, USUAL_INFLOW_WEEKS + 1)}, schema={"back": pl.Int32})
    before = (
        opened.join(back, how="cross")
        .with_columns(then=(pl.col("utc_week").cast(pl.Int32) - 7 * pl.col("back")).cast(pl.Date))
        .join(first, on=project)
        .filter(pl.col("then") >= pl.col("since"))
        .join(
            opened.rename({"utc_week": "then", "count": "usual"}), on=[*project, "then"], how="left"
        )
        .with_columns(pl.col("usual").fill_null(0))
    )
    median = pl.col("usual").median()
    spread = MAD_SDS * (pl.col("usual") - median).abs().median()
    return (
        before.group_by(*project, "utc_week", "count")
        .agg(median=median, spread=spread, weeks=pl.len())
        .filter(
            pl.col("weeks") >= FEWEST_INFLOW_WEEKS,
            pl.col("count") - pl.col("median")
            > SURGE_SDS * pl.max_horizontal("spread", pl.col("median").sqrt(), pl.lit(1.0)),
        )
    )


def plain(scopes: pl.LazyFrame, company: Company, *, before: bool = False) -> pl.LazyFrame:
    """The eight weeks to each week to be computed, for these scopes (scope_type, scope_id).

    With `before` the eight weeks before those, under the same week: what makes a sign established.
    """
    weeks = pl.LazyFrame({"week": company.weeks}, schema={"week": pl.Date})
    shift = pl.duration(weeks=WEEKS if before else 0)
    end = pl.col("week") + pl.duration(days=6) - shift
    spans = (
        scopes.select("scope_type", "scope_id")
        .unique()
        .join(weeks, how="cross")
        .with_columns(first=end - pl.duration(days=7 * WEEKS - 1), last=end)
    )
    seen = _seen(spans.with_columns(is_open=pl.lit(value=False)).drop("week"), company, "plain")
    return seen.with_columns(week=pl.col("week") + shift)


def with_team(windows: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """Windows with the team that their scope belongs to at their end; null: none."""
    names = windows.collect_schema().names()
    chained = settled(
        windows.with_columns(
            scope_chain=pl.concat_str("scope_type", pl.lit(":"), "scope_id"),
            last_at=pl.col("ends_at") - pl.duration(microseconds=1),
        )
    )
    teams = company.in_scopes(chained.select("scope_chain", "last_at").unique(), "last_at").filter(
        pl.col("in_type") == "team"
    )
    nearest = teams.group_by("scope_chain", "last_at").agg(team_id=pl.col("in_id").min())
    return chained.join(nearest, on=["scope_chain", "last_at"], how="left").select(
        *names, "team_id"
    )


def _seen(spans: pl.LazyFrame, company: Company, kind: str) -> pl.LazyFrame:
    """Spans of days as windows in the zone of the company, cut where the data end."""
    end = pl.lit(company.until).dt.convert_time_zone("UTC").cast(MOMENT)
    longest = pl.duration(days=7 * LONGEST_WINDOW_WEEKS - 1)
    last_day = pl.lit(company.last_day)
    windows = (
        spans.with_columns(first=pl.max_horizontal("first", pl.col("last") - longest))
        .with_columns(
            starts_at=_midnight("first", company.company_zone),
            closes_at=_midnight(pl.col("last") + pl.duration(days=1), company.company_zone),
        )
        .filter(pl.col("starts_at") < end)
        .with_columns(
            window_kind=pl.lit(kind),
            ends_at=pl.min_horizontal("closes_at", end),
            is_over=~pl.col("is_open") & (pl.col("closes_at") <= end),
            window_start="first",
            window_end=pl.min_horizontal("last", last_day),
        )
    )
    return windows.with_columns(week=pl.col("window_end").dt.truncate("1w")).select(COLUMNS)


def _midnight(day: str | pl.Expr, zone: str) -> pl.Expr:
    date_ = pl.col(day) if isinstance(day, str) else day
    local = date_.cast(pl.Datetime("us")).dt.replace_time_zone(
        zone, ambiguous="earliest", non_existent="null"
    )
    return local.dt.convert_time_zone("UTC")
