"""Scope chains: every scope an object lies in, narrowest first, as one string.

`type:id` joined by newlines. Equal chains are equal strings, so what the register says is worked
out once a chain and not once an act.
"""

import polars as pl

from models.org.intervals import intersected

RECORDED = 1.0  # METHOD 2.2: the object's own scope
INHERITED = 0.8  # METHOD 2.2: known through what it belongs to
DEEPEST = 4  # path or component, project, team, team above


def exploded(rows: pl.LazyFrame) -> pl.LazyFrame:
    """One row per row and scope of its `scope_chain`, as scope_type and scope_id."""
    parts = pl.col("scope_chain").str.split("\n")
    return (
        rows.with_columns(scope=parts)
        .drop("scope_type", "scope_id", strict=False)
        .explode("scope")
        .with_columns(
            pl.col("scope").str.splitn(":", 2).struct.rename_fields(["scope_type", "scope_id"])
        )
        .unnest("scope")
        .filter(pl.col("scope_id").is_not_null())
    )


def chain_scopes(chains: pl.LazyFrame, scopes: pl.LazyFrame, teams: pl.LazyFrame) -> pl.LazyFrame:
    """Scopes of each distinct chain and of what they belong to, dated.

    Result: scope_chain, scope_type, scope_id, rank (0 narrowest), scope_confidence, valid_from,
    valid_to. Scopes of the narrowest kind are the object's own; wider ones are inherited. Every
    chain lies in the company, whose scope_id is empty.
    """
    listed = exploded(chains.select("scope_chain").unique())
    narrowest = pl.col("scope_chain").str.splitn(":", 2).struct.field("field_0")
    own = listed.with_columns(
        rank=(pl.col("scope_type") != narrowest).cast(pl.Int64),
        valid_from=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
        valid_to=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
    )
    parents = pl.concat(
        [
            scopes.select(
                child_type="object_kind",
                child_id="object_id",
                parent_type="scope_type",
                parent_id="scope_id",
                parent_from="valid_from",
                parent_to="valid_to",
            ),
            teams.filter(pl.col("parent_team_id").is_not_null()).select(
                child_type=pl.lit("team"),
                child_id="team_id",
                parent_type=pl.lit("team"),
                parent_id="parent_team_id",
                parent_from=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
                parent_to=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
            ),
        ]
    )
    levels = [own]
    for _ in range(DEEPEST):
        above = intersected(
            levels[-1].join(
                parents,
                left_on=["scope_type", "scope_id"],
                right_on=["child_type", "child_id"],
            ),
            "parent_from",
            "parent_to",
        )
        levels.append(
            above.select(
                "scope_chain",
                scope_type="parent_type",
                scope_id="parent_id",
                rank=pl.col("rank") + 1,
                valid_from="valid_from",
                valid_to="valid_to",
            )
        )
    company = (
        chains.select("scope_chain")
        .unique()
        .select(
            "scope_chain",
            scope_type=pl.lit("company"),
            scope_id=pl.lit(""),
            rank=pl.lit(DEEPEST + 2, dtype=pl.Int64),
            valid_from=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
            valid_to=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
        )
    )
    names = ["scope_chain", "scope_type", "scope_id", "rank", "valid_from", "valid_to"]
    every = pl.concat([*(level.select(names) for level in levels), company.select(names)])
    return (
        every.group_by("scope_chain", "scope_type", "scope_id", "valid_from", "valid_to")
        .agg(pl.col("rank").min())
        .with_columns(
            scope_confidence=pl.when(pl.col("rank") == 0).then(RECORDED).otherwise(INHERITED)
        )
    )
