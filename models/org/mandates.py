"""Mandates out of owners files and trackers: who is listed for an area holds a mandate there.

Mandates of mandates.csv and of corrections become the same table in `models.org.register`.
"""

from datetime import UTC, datetime

import polars as pl

from models.tables.columns import MOMENT
from models.tables.org import MandatesSchema

MERGE_ONLY = "merge"  # a section without paths says who takes changes in, and nothing else
LEADS = "leads:"  # how ids of mandates out of trackers begin
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def owner_mandates(owner_entries: pl.LazyFrame, identities: pl.LazyFrame) -> pl.LazyFrame:
    """A mandate for each stretch of time in which a person is listed for an area.

    Stretches of one person and area that touch or overlap are one, whatever the address or role
    listed. An entry of nobody, or of no human, gives none. The owners file confirms itself and
    its history says when: recorded_at is valid_from.
    """
    whose = identities.filter(pl.col("person_id").is_not_null()).select(
        "source", "account_key", "person_id"
    )
    listed = owner_entries.join(whose, on=["source", "account_key"]).select(
        *AREA, "person_id", "role", *DATES
    )
    held = _joined(listed)
    kinds = pl.when("is_merge_only").then(pl.lit(MERGE_ONLY))
    return _records(
        held,
        mandate_id=pl.concat_str(
            pl.lit("owners"), "scope_type", "scope_id", kinds.otherwise(pl.lit("all")),
            _number(), separator=":",
        ),
        mandate_kind=pl.when("leads").then(pl.lit("component_lead")).otherwise(pl.lit("code_owner")),
        act_kinds=kinds.otherwise(pl.lit("")),
        is_self_confirming=pl.lit(value=True),
    )  # fmt: skip


def lead_mandates(leads: pl.LazyFrame, identities: pl.LazyFrame) -> pl.LazyFrame:
    """A mandate for each stretch of time in which a tracker names a person as lead of something.

    For all kinds of act. It was known when it was first seen; a tracker's lead confirms nothing by
    itself, and is stale when old (METHOD 2.1; the days are in `models.authority.register`).
    """
    whose = identities.filter(pl.col("person_id").is_not_null()).select(
        "source", "account_key", "person_id"
    )
    listed = leads.join(whose, on=["source", "account_key"]).select(
        "scope_type", "scope_id", "person_id", "role", *DATES, is_merge_only=pl.lit(value=False)
    )
    return _records(
        _joined(listed),
        mandate_id=pl.concat_str(
            pl.lit(LEADS), "scope_type", pl.lit(":"), "scope_id", pl.lit(":"), _number()
        ),
        mandate_kind=pl.concat_str("scope_type", pl.lit("_lead")),
        act_kinds=pl.lit(""),
        is_self_confirming=pl.lit(value=False),
    )


AREA = ["scope_type", "scope_id", "is_merge_only"]
DATES = [pl.col("valid_from"), pl.col("valid_to").fill_null(pl.lit(NEVER, MOMENT))]


def _number() -> pl.Expr:
    """Number of the person among those of an area, by who was there first."""
    order = pl.struct(pl.col("valid_from").min().over([*AREA, "person_id"]), "person_id")
    return order.rank("dense").over(AREA).cast(pl.String)


def _records(held: pl.LazyFrame, **own: pl.Expr) -> pl.LazyFrame:
    """Stretches as records of the register, known since they began."""
    return (
        held.select(
            holder_type=pl.lit("person"),
            holder_id="person_id",
            scope_type="scope_type",
            scope_id="scope_id",
            compensated=pl.lit(None, pl.String),
            time_budget_hours_week=pl.lit(None, pl.Float64),
            valid_from="valid_from",
            valid_to=pl.col("valid_to").replace(NEVER, None),
            recorded_at="valid_from",
            superseded_at=pl.lit(None, MOMENT),
            confirmed_on=pl.lit(None, pl.Date),
            **own,
        )
        .select(MandatesSchema.column_names())
        .sort("mandate_id", "valid_from")
    )


def _joined(listed: pl.LazyFrame) -> pl.LazyFrame:
    """Stretches that touch or overlap as one; `leads` where any of them lists a maintainer."""
    who = [*AREA, "person_id"]
    so_far = pl.col("valid_to").cum_max().shift(1).over(who)
    begins = so_far.is_null() | (pl.col("valid_from") > so_far)
    return (
        listed.sort(*who, "valid_from", "valid_to")
        .with_columns(begins=begins)
        .with_columns(stretch=pl.col("begins").cast(pl.Int64).cum_sum().over(who))
        .group_by(*who, "stretch")
        .agg(
            pl.col("valid_from").min(),
            pl.col("valid_to").max(),
            leads=(pl.col("role") == "maintainer").any(),
        )
        .drop("stretch")
    )
