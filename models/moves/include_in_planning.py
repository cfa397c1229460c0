"""M2: ask whoever in fact gives out the work to the meetings in which it is planned.

Source: METHOD 7, move 2. Titles of meetings are not kept: organiser and weekday name one.
"""

import polars as pl

from models.moves.seen import OCCASION, Seen
from models.signs import words

SELDOM = 0.25  # asked to fewer of the planning meetings than this share
PLURALS = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"]
SPAN = ["window_kind", "window_start", "window_end"]


def include_in_planning(seen: Seen) -> pl.LazyFrame:
    """One row a finding of S4 that names who, where that person was seldom asked to plan.

    Planning meetings: those of the finding's scope in its days, organised under a line or mandate.
    """
    planned = _planned(seen)
    asked = planned.join(_asked(seen), on=["source", "object_id"], how="left").with_columns(
        is_asked=(pl.col("person_id").is_in(pl.col("asked_ids"))).fill_null(value=False)
    )
    counts = (
        asked.group_by("finding_id")
        .agg(
            planned_count=pl.len().cast(pl.Int64),
            asked_count=pl.col("is_asked").cast(pl.Int64).sum(),
            meetings=pl.concat_str("organised", pl.lit(" on "), "weekday")
            .unique()
            .sort()
            .str.join(" and "),
        )
        .filter(pl.col("asked_count") < SELDOM * pl.col("planned_count"))
    )
    who = words.person("person_id")
    return (
        seen.of("S4")
        .join(counts, on="finding_id")
        .select(
            *OCCASION,
            *SPAN,
            finding_ids=pl.concat_list("finding_id"),
            sentence=pl.format(
                "Ask {} to the planning meetings of {} that {}: asked to {} of {} {}.",
                who,
                words.scope(),
                "meetings",
                "asked_count",
                "planned_count",
                words.days("window_start", "window_end"),
            ),
            first_step=pl.format(
                "Send {} an invitation to the next one; it can be declined, and need not be "
                "repeated.",
                who,
            ),
            check_metric=pl.lit("invitations to planning meetings; informal share of hand-outs"),
        )
    )


def _planned(seen: Seen) -> pl.LazyFrame:
    """Planning meetings in the scope and days of each finding with a person."""
    convened = seen.acts.filter(
        pl.col("kind") == "convene",
        pl.col("exclusion").is_null(),
        pl.col("authority_class") == "formal",
        pl.col("actor_id").is_not_null(),
    ).select("source", "object_id", "happened_at", "actor_id", "scope_chain")
    placed = seen.in_scopes(convened).rename({"in_type": "scope_type", "in_id": "scope_id"})
    local = pl.col("happened_at").dt.convert_time_zone(seen.company_zone)
    weekday = local.dt.weekday().replace_strict(dict(enumerate(PLURALS, 1)), return_dtype=pl.String)
    about = seen.of("S4").filter(pl.col("person_id").is_not_null())
    return seen.in_window(placed, about, ["scope_type", "scope_id"]).select(
        "finding_id",
        "person_id",
        "source",
        "object_id",
        weekday=weekday,
        organised=pl.concat_str(words.person("actor_id"), pl.lit(" organises")),
    )


def _asked(seen: Seen) -> pl.LazyFrame:
    """asked_ids: everybody asked to each meeting, whatever they answered."""
    whose = seen.identities.filter(pl.col("person_id").is_not_null()).select(
        "source", "account_key", asked_id="person_id"
    )
    return (
        seen.attendances.join(whose, on=["source", "account_key"])
        .group_by("source", object_id="meeting_id")
        .agg(asked_ids=pl.col("asked_id").unique())
    )
