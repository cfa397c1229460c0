"""Rules 7 to 9 of METHOD 2.2: somebody else holds it, nobody does, or it is not known."""

from dataclasses import dataclass

import polars as pl

from models.authority.duties import Duties
from models.authority.grants import DECISION
from models.authority.presence import STALE_DAYS
from models.authority.register import Register, in_force, is_known
from models.authority.rulings import RULE
from models.authority.waits import waits
from models.org.intervals import holds
from models.settled import settled

FRESH, STALE = 1.0, 0.6


@dataclass(frozen=True)
class States:
    """What holds of each stretch of a duty.

    held: who is responsible then (stretch, holder_id, post). by_stretch: stretch,
    is_held, all_absent, any_absent, any_seen, held_confidence, is_stale, gap_rule, gap_confidence,
    is_scope_resolved.
    """

    held: pl.LazyFrame
    by_stretch: pl.LazyFrame


def states(stretches: pl.LazyFrame, found: Duties, register: Register) -> States:
    """Who is responsible in each stretch, and how they are there.

    A no_owner record of a narrower scope hides holders of wider scopes. Resolved: there is a holder
    or an explicit no_owner.
    """
    in_post = settled(stretches.join(found.holders, on="duty").filter(in_force()))
    unowned = settled(
        stretches.join(found.unowned, on="duty")
        .filter(holds("happened_at"))
        .group_by("stretch")
        .agg(
            unowned_confidence=pl.col("scope_confidence").max(),
            unowned_rank=pl.col("rank").min(),
        )
    )
    current = (
        in_post.join(unowned, on="stretch", how="left")
        .filter(pl.col("unowned_rank").is_null() | (pl.col("rank") <= pl.col("unowned_rank")))
        .select(
            "stretch",
            "happened_at",
            "holder_id",
            "post",
            "scope_confidence",
            "confirmed_at",
            "is_self_confirming",
        )
    )
    held = settled(_with_presence(current, register))
    by_stretch = (
        stretches.select("stretch")
        .join(_together(held), on="stretch", how="left")
        .join(unowned, on="stretch", how="left")
        .join(_ended(stretches, found.ends), on="stretch", how="left")
        .join(
            in_post.select("stretch", has_holder=pl.lit(value=True)).unique(),
            on="stretch",
            how="left",
        )
    )
    no_owner, ended = pl.col("unowned_confidence"), pl.col("ended_confidence")
    return States(
        held.select("stretch", "holder_id", "post"),
        settled(
            by_stretch.select(
                "stretch",
                "all_absent",
                "any_absent",
                "any_seen",
                "held_confidence",
                "is_stale",
                is_held=pl.col("held_confidence").is_not_null(),
                gap_rule=pl.when(no_owner.is_not_null())
                .then(pl.lit("8 no_owner", dtype=RULE))
                .when(ended.is_not_null())
                .then(pl.lit("8 ended", dtype=RULE)),
                gap_confidence=pl.max_horizontal(no_owner, ended),
                is_scope_resolved=pl.col("has_holder").is_not_null() | no_owner.is_not_null(),
            )
        ),
    )


def informal(
    acts: pl.LazyFrame, found: States, chains: pl.LazyFrame, register: Register
) -> pl.LazyFrame:
    """Decisions on acts that rules 1 to 6 left open; those that stay unknown have no row.

    `cover` when every holder is absent or the oldest open request waited too long, `bypass` when a
    holder was seen there within five working days and none was absent, `unresolved` otherwise;
    `gap` when nobody holds it by record or the last mandate ended without a successor.
    """
    brief = acts.select("act_key", "happened_at", "scope_chain", "stretch")
    waited = waits(brief, found.held, chains, register)
    slow = pl.col("waited") > pl.col("bearable")
    return (
        brief.join(found.by_stretch, on="stretch")
        .join(waited, on="act_key", how="left")
        .with_columns(
            rule=pl.when(~pl.col("is_held"))
            .then("gap_rule")
            .when("all_absent")
            .then(pl.lit("7 absent", dtype=RULE))
            .when(slow)
            .then(pl.lit("7 slow_holder", dtype=RULE))
            .when(pl.col("any_seen") & ~pl.col("any_absent"))
            .then(pl.lit("7 acting_holder", dtype=RULE))
            .otherwise(pl.lit("7 unseen_holder", dtype=RULE)),
            scope_confidence=pl.when("is_held").then("held_confidence").otherwise("gap_confidence"),
            is_stale=pl.col("is_held") & pl.col("is_stale"),
        )
        .filter(pl.col("rule").is_not_null())
        .select(DECISION)
    )


def nearest_teams(stretches: pl.LazyFrame, found: Duties) -> pl.LazyFrame:
    """The nearest teams that the scope of a stretch lies in then: stretch and team_id."""
    placed = stretches.join(found.teams, on="duty").filter(holds("happened_at"))
    return placed.filter(pl.col("rank") == pl.col("rank").min().over("stretch")).select(
        "stretch", "team_id"
    )


def _ended(stretches: pl.LazyFrame, ends: pl.LazyFrame) -> pl.LazyFrame:
    """Stretches in whose scopes somebody had held it before."""
    return (
        stretches.join(ends, on="duty")
        .filter(
            pl.col("ended_at") <= pl.col("happened_at"),
            holds("happened_at", "in_from", "in_to"),
            is_known(),
        )
        .group_by("stretch")
        .agg(ended_confidence=pl.col("scope_confidence").max())
    )


def _with_presence(current: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Holders of stretches with is_absent, is_seen (within five working days before), is_stale."""
    current = settled(current)
    who = ["stretch", "holder_id"]
    away = (
        current.select(*who, "happened_at")
        .unique()
        .join(register.absences, left_on="holder_id", right_on="person_id")
        .filter(holds("happened_at"))
        .select(*who, is_absent=pl.lit(value=True))
        .unique()
    )
    moment = pl.col("happened_at")
    return (
        current.sort("happened_at")
        .join_asof(
            register.presence,
            left_on="happened_at",
            right_on="seen_from",
            by="post",
            strategy="backward",
            check_sortedness=False,
        )
        .join(away, on=who, how="left")
        .with_columns(
            is_absent=pl.col("is_absent").fill_null(value=False),
            is_seen=(moment < pl.col("seen_until")).fill_null(value=False),
            is_stale=~pl.col("is_self_confirming")
            & (pl.col("confirmed_at") < moment.dt.truncate("1d") - pl.duration(days=STALE_DAYS))
            & (moment >= pl.col("fresh_until")).fill_null(value=True),
        )
    )


def _together(held: pl.LazyFrame) -> pl.LazyFrame:
    """What all or any holders of a stretch are, with the confidence of the surest."""
    freshness = pl.when("is_stale").then(STALE).otherwise(FRESH)
    return held.group_by("stretch").agg(
        all_absent=pl.col("is_absent").all(),
        any_absent=pl.col("is_absent").any(),
        any_seen=pl.col("is_seen").any(),
        held_confidence=(pl.col("scope_confidence") * freshness).max(),
        is_stale=pl.col("is_stale").all(),
    )
