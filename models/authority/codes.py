"""Ids as numbers and lists of kinds as bits, for as long as acts are judged.

Joins on texts cost three times those on numbers. What is published has the texts again.
"""

import polars as pl

from models.tables import columns as c

PERSON = pl.Categorical(pl.Categories("person", "authority"))
TEAM = pl.Categorical(pl.Categories("team", "authority"))
KINDS = pl.Enum(c.KINDS)
CHAIN = pl.Categorical(pl.Categories("chain", "authority"))
CODES: dict[str, pl.DataType] = {
    **dict.fromkeys(["actor_id", "target_id", "person_id", "manager_id", "holder_id"], PERSON),
    **dict.fromkeys(["asker_id", "from_person_id", "to_person_id"], PERSON),
    "team_id": TEAM,
    "scope_chain": CHAIN,
}
BITS = {kind: 1 << number for number, kind in enumerate(c.KINDS)}
ALL_KINDS = (1 << len(BITS)) - 1


def coded(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with ids of persons, teams and chains as numbers, and lists of kinds as bits."""
    names = rows.collect_schema().names()
    return rows.cast({name: CODES[name] for name in names if name in CODES}).with_columns(
        _kinds_in(name).alias(name) for name in names if name in ("act_kinds", "via_kinds")
    )


def kind_bit() -> pl.Expr:
    """The bit of `kind`, one of KINDS."""
    return pl.lit(2, dtype=pl.UInt64) ** pl.col("kind").to_physical()


def _kinds_in(column: str) -> pl.Expr:
    """The bits of a list of kinds, `review;merge`; an empty one is all kinds."""
    listed = pl.concat_str(pl.lit(";"), pl.col(column), pl.lit(";"))
    bits = [
        pl.when(listed.str.contains(f";{kind};", literal=True))
        .then(pl.lit(bit, dtype=pl.UInt64))
        .otherwise(pl.lit(0, dtype=pl.UInt64))
        for kind, bit in BITS.items()
    ]
    every = pl.lit(ALL_KINDS, dtype=pl.UInt64)
    return pl.when(pl.col(column) == "").then(every).otherwise(pl.sum_horizontal(bits))


def is_kind(*kinds: str) -> pl.Expr:
    """Whether `kind`, a bit, is one of these."""
    bits = sum(BITS[kind] for kind in kinds)
    return (pl.col("kind") & pl.lit(bits, dtype=pl.UInt64)) != 0


def covers_kind(*lists: str) -> pl.Expr:
    """Whether each of the sets of kinds, in these columns, has `kind`."""
    return pl.all_horizontal([(pl.col(column) & pl.col("kind")) != 0 for column in lists])
