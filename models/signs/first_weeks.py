"""Signs that need eight weeks, and from when on they can be said (METHOD 5, first weeks)."""

import polars as pl

from models.signs import words
from models.signs.company import Company
from models.signs.shape import NOT_ASSESSABLE, findings
from models.signs.windows import WEEKS

WAITING = {"P2": "How long holders take", "W2": "Whether required steps are skipped"}


def first_weeks(company: Company) -> pl.LazyFrame:
    """One row a team, week and sign of the first seven weeks of a team that was read."""
    early = _early(company)
    rows = [
        findings(
            early.with_columns(
                sentence=pl.format(
                    "{} is assessable from {}, after {} weeks.",
                    pl.lit(what),
                    words.day("whole_on"),
                    pl.lit(str(WEEKS)),
                )
            ),
            code,
            unit="",
            part="week",
        )
        for code, what in WAITING.items()
    ]
    return pl.concat(rows)


def without_first_weeks(found: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """Findings but those that need eight weeks and are of a team's first seven.

    What is of one event, a declared window or a surge, stays.
    """
    needs_weeks = pl.col("window_kind") == "plain"
    early = _early(company).select("team_id", "week")
    later = found.filter(needs_weeks).join(early, on=["team_id", "week"], how="anti")
    return pl.concat([found.filter(~needs_weeks), later])


def _early(company: Company) -> pl.LazyFrame:
    """The first seven weeks of each team that was read, with when the eighth is over."""
    begun = (
        company.team_weeks.filter(pl.col("team_id") != "")
        .group_by("team_id")
        .agg(since=pl.col("week").min())
    )
    weeks = pl.LazyFrame({"week": company.weeks}, schema={"week": pl.Date})
    whole = pl.col("since") + pl.duration(weeks=WEEKS)
    return (
        begun.join(weeks, how="cross")
        .filter(pl.col("week") >= pl.col("since"))
        .with_columns(whole_on=whole, week_end=pl.col("week") + pl.duration(days=6))
        .filter(pl.col("week_end") + pl.duration(days=1) < pl.col("whole_on"))
        .with_columns(
            scope_type=pl.lit("team"),
            scope_id="team_id",
            window_kind=pl.lit("first_weeks"),
            window_start="since",
            window_end=pl.min_horizontal("week_end", pl.lit(company.last_day)),
            status=pl.lit(NOT_ASSESSABLE),
        )
    )
