"""D3, as context: how much of a holder's week went to meetings while others took over.

The full driver (whether a long queue and many meetings go before informal work) needs weeks of
both; this says what holds of one window in which S4 or P2 was seen. Source: METHOD 6.2 D3.
"""

import polars as pl

from models.acts.meetings import attended
from models.metrics.meetings import KEY, time_taking
from models.org.intervals import with_record
from models.settled import settled
from models.signs import words
from models.signs.company import Company
from models.signs.shape import EMERGING, evidence, findings
from models.tables.signs import USUAL_WEEKS
from models.working_time import WAITING_PATTERN, stretches

CODE = "D3"
MOST_SHARE = 0.6  # METHOD 6.2 D3: of the working pattern
FEWEST_WEEKS = 12
WINDOW = ["scope_type", "scope_id", "window_kind", "window_start", "window_end", "week", "team_id"]


def saturated_holder(seen: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """Holders whose meetings took more than 60 % of a week's pattern in a window of `seen`.

    `seen` has the windows in which S4 or P2 was found. The week is that of the window with most
    meetings; beside it stands the median of the 26 weeks before that week, 12 of them at least
    since the first meeting, where a week without one counts as 0.
    """
    held = settled(_holders(seen, company))
    weekly = settled(held.join(_meeting_weeks(company), on="person_id"))
    inside = weekly.filter(
        pl.col("meeting_week") >= pl.col("window_start").dt.truncate("1w"),
        pl.col("meeting_week") <= pl.col("week"),
    )
    fullest = (
        inside.sort("meeting_hours", "meeting_week", descending=[True, False])
        .group_by(*WINDOW, "person_id", maintain_order=True)
        .agg(pl.col("meeting_week", "meeting_hours").first())
    )
    fullest = settled(fullest)
    met = (
        _with_pattern(fullest, company)
        .join(_usual(fullest, company), on=["person_id", "meeting_week"])
        .filter(
            pl.col("week_count") >= FEWEST_WEEKS,
            pl.col("meeting_hours") > MOST_SHARE * pl.col("pattern_hours"),
        )
    )
    return findings(_said(settled(met), company), CODE, unit="hours in a week", part="number")


def _holders(seen: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """Who held the scope of a window when it ended."""
    chained = (
        seen.select(WINDOW)
        .unique()
        .with_columns(
            scope_chain=pl.concat_str("scope_type", pl.lit(":"), "scope_id"),
            at=pl.col("window_end").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
        )
    )
    return company.holders(settled(chained), "at").select(*WINDOW, person_id="holder_id").unique()


def _meeting_weeks(company: Company) -> pl.LazyFrame:
    return company.meeting_weeks.select("person_id", "meeting_hours", meeting_week="week")


def _usual(fullest: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """Median hours of the 26 weeks before each week since the first meeting, and how many weeks."""
    key = ["person_id", "fullest_week"]
    gone = (pl.col("fullest_week") - pl.col("meeting_week").min()).dt.total_days() // 7
    counted = (
        fullest.select("person_id", fullest_week="meeting_week")
        .unique()
        .join(_meeting_weeks(company), on="person_id")
        .filter(
            pl.col("meeting_week") < pl.col("fullest_week"),
            pl.col("meeting_week") >= pl.col("fullest_week") - pl.duration(weeks=USUAL_WEEKS),
        )
        .group_by(key)
        .agg(hours=pl.col("meeting_hours").sort(), week_count=gone.first())
    )
    empty = pl.col("week_count") - pl.col("hours").list.len().cast(pl.Int64)
    padded = pl.concat_list(pl.lit(0.0).repeat_by(empty), "hours")
    return counted.select(
        "person_id", "week_count", meeting_week="fullest_week", usual_hours=padded.list.median()
    )


def _with_pattern(rows: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """The rows with the hours of a week by the person's working pattern."""
    hours = pl.col("working_hours").map_batches(
        lambda patterns: pl.Series(
            [sum(length for *_, length in stretches(one)) / 60.0 for one in patterns],
            dtype=pl.Float64,
        ),
        return_dtype=pl.Float64,
    )
    known = company.people.select("person_id", "working_hours", "valid_from", "valid_to")
    at = pl.col("meeting_week").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return (
        with_record(
            rows.with_columns(at=at), known, by="person_id", at="at", columns=["working_hours"]
        )
        .with_columns(pl.col("working_hours").fill_null(WAITING_PATTERN))
        .with_columns(pattern_hours=hours)
    )


def _said(met: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    return (
        met.join(_meetings(met, company), on=["person_id", "meeting_week"], how="left")
        .with_columns(
            number=pl.col("person_id").rank("dense").over("scope_type", "scope_id", "window_start"),
            value=pl.col("meeting_hours"),
            threshold=MOST_SHARE * pl.col("pattern_hours"),
            status=pl.lit(EMERGING),
            share=pl.col("meeting_hours") / pl.col("pattern_hours"),
        )
        .with_columns(
            sentence=pl.format(
                "In the week of {}, meetings took {} hours of {}, a holder of {}: {} % of the "
                "working pattern, against a median of {} hours in the {} weeks before.",
                words.day("meeting_week"),
                words.number("value", 1),
                words.person("person_id"),
                words.scope(),
                words.percent("share"),
                words.number("usual_hours", 1),
                "week_count",
            )
        )
    )


def _meetings(met: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """The meetings of each person and week whose time is counted, as evidence."""
    whose = company.identities.join(met.select("person_id").unique(), on="person_id", how="semi")
    counted = time_taking(company.meetings, company.attendances)
    return (
        attended(company.attendances)
        .join(whose.select("source", "account_key", "person_id"), on=["source", "account_key"])
        .join(counted.select(KEY), on=KEY, how="semi")
        .group_by("person_id", meeting_week="utc_week")
        .agg(evidence=evidence("meeting", "meeting_id"))
    )
