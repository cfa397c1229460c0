"""W2: tickets that came past a required step without it.

Source: METHOD 5, required step skipped; METHOD 8 item 4 for what may be said of who assigned them.
"""

import polars as pl

from models.org.chains import exploded
from models.settled import settled
from models.signs.company import Company
from models.signs.proportions import fisher
from models.signs.shape import EMERGING, evidence, findings
from models.signs.windows import declared, plain, with_team

CODE = "W2"
FEWEST_SKIPPED = 2
LINKED = 0.05  # p below which skipping goes with how a ticket was given out
STEP = ["scope_type", "scope_id", "window_kind", "window_start", "week", "step"]
COUNTS = ["informal_skipped", "informal_finished", "other_skipped", "other_finished"]


def skipped_steps(company: Company) -> pl.LazyFrame:
    """Windows in which two tickets or more came past a required step without it.

    In a declared window of the project, else in the eight weeks to a week in which one did; what
    lies in a declared window is told of there. Who assigned a ticket is not said to have caused
    it: tickets given out outside recorded roles are compared with the others, as groups.
    """
    finished = settled(_finished(company))
    events = settled(declared(company))
    windows = pl.concat(
        [
            events.filter(pl.col("week").is_in(company.weeks)),
            plain(finished.filter("is_skipped"), company),
        ]
    )
    seen = settled(_within(with_team(windows, company), finished, events))
    tested = pl.struct(COUNTS).map_batches(
        lambda rows: pl.Series([_likelihood(row) for row in rows], dtype=pl.Float64),
        return_dtype=pl.Float64,
    )
    met = (
        seen.group_by(*STEP, "window_end", "team_id")
        .agg(_groups())
        .filter(pl.col("skipped_count") >= FEWEST_SKIPPED, "is_new")
        .with_columns(likelihood=tested)
        .with_columns(
            value=pl.col("skipped_count").cast(pl.Float64),
            threshold=pl.lit(float(FEWEST_SKIPPED)),
            status=pl.lit(EMERGING),
            sentence=_sentence(),
        )
    )
    return findings(met, CODE, unit="tickets", part="step")


def _finished(company: Company) -> pl.LazyFrame:
    """Tickets that came past a required step, by project, with how they were given out."""
    given = company.acts.select(
        assigned_by_act_id="act_id", is_informal=pl.col("authority_class") == "informal"
    )
    return (
        exploded(company.finished_steps)
        .filter(pl.col("scope_type") == "project")
        .join(given, on="assigned_by_act_id", how="left")
        .select(
            "scope_type", "scope_id", "step", "object_id", "reached_at", "is_skipped", "is_informal"
        )
    )


def _within(windows: pl.LazyFrame, finished: pl.LazyFrame, events: pl.LazyFrame) -> pl.LazyFrame:
    """Windows with the tickets that came past the step in them."""
    project = ["scope_type", "scope_id"]
    about = windows.join(finished, on=project).filter(
        pl.col("reached_at").is_between("starts_at", "ends_at", closed="left")
    )
    spans = events.select(*project, event_from="starts_at", event_to="ends_at")
    told_of = (
        about.filter(pl.col("window_kind") == "plain")
        .join(spans, on=project)
        .filter(pl.col("reached_at").is_between("event_from", "event_to", closed="left"))
        .select(*STEP, "object_id")
        .unique()
    )
    return about.join(told_of, on=[*STEP, "object_id"], how="anti")


def _groups() -> list[pl.Expr]:
    """Counts of tickets by how they were given out; those nobody gave out are in neither group."""
    informal, other = pl.col("is_informal"), ~pl.col("is_informal")
    skipped = pl.col("is_skipped")
    in_week = pl.col("reached_at").dt.truncate("1w").dt.date() >= pl.col("week")
    return [
        skipped.cast(pl.Int64).sum().alias("skipped_count"),
        (informal & skipped).cast(pl.Int64).sum().alias("informal_skipped"),
        informal.cast(pl.Int64).sum().alias("informal_finished"),
        (other & skipped).cast(pl.Int64).sum().alias("other_skipped"),
        other.cast(pl.Int64).sum().alias("other_finished"),
        ((pl.col("window_kind") != "plain") | (skipped & in_week)).any().alias("is_new"),
        evidence("skipped_step", pl.col("object_id").filter("is_skipped")).alias("evidence"),
    ]


def _likelihood(row: dict[str, int]) -> float:
    """Fisher's p that tickets given out in and outside recorded roles skip the step alike."""
    return fisher(
        row["informal_skipped"], row["informal_finished"],
        row["other_skipped"], row["other_finished"],
    )  # fmt: skip


def _sentence() -> pl.Expr:
    skipped = pl.format("{} tickets skipped {}", "skipped_count", "step")
    few = pl.concat_str(skipped, pl.lit("; too few to link to who assigned them."))
    linked = pl.format(
        "{}: {} of the {} that were given out outside recorded roles, {} of the {} others.",
        skipped,
        *COUNTS,
    )
    return pl.when(pl.col("likelihood") < LINKED).then(linked).otherwise(few)
