"""Who holds what at a moment, by the records that stand today: for few rows, such as meetings.

Under which authority acts are done, with late records and deputies, is in `models.authority`.
"""

import polars as pl

from models.org.chains import chain_scopes
from models.org.intervals import holds, intersected

NOT_OF_SCOPES = "deputy"  # stands in for a person, and holds no scope of its own


def holders(
    rows: pl.LazyFrame,
    at: str,
    *,
    kind: str | None,
    mandates: pl.LazyFrame,
    rotas: pl.LazyFrame,
    people: pl.LazyFrame,
    scopes: pl.LazyFrame,
    teams: pl.LazyFrame,
) -> pl.LazyFrame:
    """The rows once for each holder of a scope of their `scope_chain` at the moment `at`.

    Adds `holder_id`; a row without a holder has none. With `kind` only mandates count that cover
    that kind of act.
    """
    chains = chain_scopes(rows.select("scope_chain").unique(), scopes, teams).select(
        "scope_chain", "scope_type", "scope_id", in_from="valid_from", in_to="valid_to"
    )
    held = _persons(mandates, rotas, people, kind)
    columns = rows.collect_schema().names()
    return (
        rows.join(
            chains.join(held, on=["scope_type", "scope_id"]).drop("scope_type", "scope_id"),
            on="scope_chain",
        )
        .filter(holds(at, "in_from", "in_to"), holds(at))
        .select(*columns, "holder_id")
        .unique()
    )


def _persons(
    mandates: pl.LazyFrame, rotas: pl.LazyFrame, people: pl.LazyFrame, kind: str | None
) -> pl.LazyFrame:
    """holder_id (a person), scope_type, scope_id, valid_from, valid_to."""
    standing = mandates.filter(
        pl.col("superseded_at").is_null(), pl.col("mandate_kind") != NOT_OF_SCOPES
    )
    if kind is not None:
        kinds = pl.col("act_kinds")
        standing = standing.filter((kinds == "") | kinds.str.split(";").list.contains(kind))
    shape = ["holder_id", "scope_type", "scope_id", "valid_from", "valid_to"]
    turns = rotas.select("mandate_id", on_turn="person_id", in_from="valid_from", in_to="valid_to")
    members = people.select("team_id", member="person_id", in_from="valid_from", in_to="valid_to")
    of_rotas = standing.filter(pl.col("holder_type") == "rota").join(turns, on="mandate_id")
    of_teams = standing.filter(pl.col("holder_type") == "team").join(
        members, left_on="holder_id", right_on="team_id"
    )
    several = [
        intersected(rows, "in_from", "in_to").with_columns(holder_id=pl.col(name)).select(shape)
        for rows, name in ((of_rotas, "on_turn"), (of_teams, "member"))
    ]
    return pl.concat([standing.filter(pl.col("holder_type") == "person").select(shape), *several])
