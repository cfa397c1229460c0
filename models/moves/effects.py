"""What changed since a move was proposed, as far as the data reach (METHOD 7, check after)."""

import polars as pl

from models.moves.seen import Seen
from models.signs import words
from models.signs.crisis_reallocation import CLASSES, KINDS
from models.tables.moves import EFFECT_WEEKS


def effects(seen: Seen, finished_steps: pl.LazyFrame) -> pl.LazyFrame:
    """finding_id and `effect`, in words, of findings after whose days something was seen.

    S4: hand-outs by the same people in the eight weeks after, in recorded roles or not. W2: tickets
    of the project that came past the step in those weeks, and how many skipped it.
    """
    return pl.concat([_recognised(seen), _skipped(seen, finished_steps)])


def _after(seen: Seen, rows: pl.LazyFrame, findings: pl.LazyFrame, by: list[str]) -> pl.LazyFrame:
    """Rows, by the columns of `by`, in the eight weeks after the days of each finding."""
    later = findings.with_columns(
        window_start=pl.col("window_end") + pl.duration(days=1),
        window_end=pl.col("window_end") + pl.duration(weeks=EFFECT_WEEKS),
    )
    return seen.in_window(rows, later, by)


def _recognised(seen: Seen) -> pl.LazyFrame:
    acts = seen.acts.filter(
        pl.col("kind").is_in(KINDS),
        pl.col("exclusion").is_null(),
        pl.col("authority_class").is_in(CLASSES),
    ).select("act_id", "actor_id", "happened_at", "scope_chain", "authority_class")
    doers = (
        seen.counted_acts()
        .filter(pl.col("authority_class") == "informal")
        .select("finding_id", "actor_id")
        .unique()
    )
    about = (
        seen.of("S4")
        .select("finding_id", "scope_type", "scope_id", "window_end", "team_id")
        .join(doers, on="finding_id")
        .with_columns(
            in_type=pl.when(pl.col("team_id").is_null())
            .then("scope_type")
            .otherwise(pl.lit("team")),
            in_id=pl.coalesce("team_id", "scope_id"),
        )
        .drop("team_id")
    )
    counts = (
        _after(seen, seen.in_scopes(acts), about, ["actor_id", "in_type", "in_id"])
        .group_by("finding_id")
        .agg(
            count=pl.len().cast(pl.Int64),
            informal=(pl.col("authority_class") == "informal").cast(pl.Int64).sum(),
            since=pl.col("on").min(),
        )
    )
    recognised = pl.format(
        "now recognised: recorded roles cover all {} by the same people since {}",
        words.counted("count", "assignment", "assignments"),
        words.day("since"),
    )
    still = pl.format(
        "recorded roles still do not cover {} of {} by the same people since {}",
        "informal",
        words.counted("count", "assignment", "assignments"),
        words.day("since"),
    )
    return counts.select(
        "finding_id", effect=pl.when(pl.col("informal") == 0).then(recognised).otherwise(still)
    )


def _skipped(seen: Seen, finished_steps: pl.LazyFrame) -> pl.LazyFrame:
    about = seen.of("W2").select("finding_id", "scope_type", "scope_id", "window_end", "evidence")
    passed = (
        seen.in_scopes(
            finished_steps.select(
                "object_id", "step", "is_skipped", "scope_chain", happened_at="reached_at"
            )
        )
        .rename({"in_type": "scope_type", "in_id": "scope_id"})
        .select("object_id", "step", "is_skipped", "happened_at", "scope_type", "scope_id")
    )
    steps = (
        about.explode("evidence")
        .with_columns(object_id=pl.col("evidence").str.strip_prefix("skipped_step:"))
        .join(passed.filter("is_skipped").select("object_id", "step"), on="object_id")
        .select("finding_id", "step")
        .unique()
    )
    counts = (
        _after(
            seen,
            passed,
            about.drop("evidence").join(steps, on="finding_id"),
            ["scope_type", "scope_id", "step"],
        )
        .group_by("finding_id")
        .agg(
            count=pl.len().cast(pl.Int64),
            skipped=pl.col("is_skipped").cast(pl.Int64).sum(),
            step=pl.col("step").min(),
        )
    )
    return counts.select(
        "finding_id",
        effect=pl.format(
            "{} skipped by {} of {} since",
            "step",
            "skipped",
            words.counted("count", "ticket", "tickets"),
        ),
    )
