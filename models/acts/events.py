"""What acts found in services have in common: who is behind an account, and the ledger's shape."""

from collections.abc import Collection

import polars as pl

from models.acts.guards import MACHINES, excluded_by_account
from models.tables.acts import ActsSchema

NOBODY = (*MACHINES, "shared")  # kinds of account behind which there is no one person
THING = ["source", "thing"]  # a ticket or proposed change, by the id that never changes


def with_people(rows: pl.LazyFrame, identities: pl.LazyFrame, *roles: str) -> pl.LazyFrame:
    """Rows with `<role>_id`, `<role>_kind` and `<role>_confidence` of the account `<role>_key`."""
    for role in roles:
        who = identities.select(
            "source",
            pl.col("account_key").alias(f"{role}_key"),
            pl.col("person_id").alias(f"{role}_id"),
            pl.col("kind").alias(f"{role}_kind"),
            pl.col("confidence").alias(f"{role}_confidence"),
        )
        rows = rows.join(who, on=["source", f"{role}_key"], how="left")
    return rows


def same(one: str, other: str) -> pl.Expr:
    """Whether two roles are one person, or one account of nobody known; null: not both are there.

    A person with two accounts is one.
    """
    return who(one) == who(other)


def who(role: str) -> pl.Expr:
    """The person behind a role, else the account."""
    return pl.coalesce(f"{role}_id", f"{role}_key")


def is_human(role: str) -> pl.Expr:
    """Whether the account of a role may be a person's."""
    return ~pl.col(f"{role}_kind").fill_null("human").is_in(NOBODY)


def act_id() -> pl.Expr:
    """One source event makes one act, so the event's id is the act's."""
    return pl.concat_str("source", "event_id", separator=":")


def excluded() -> pl.Expr:
    """Why actor or target rules an act out, else null; also where one unknown account is both."""
    is_self = pl.col("actor_key") == pl.col("target_key")
    return pl.coalesce(excluded_by_account(), pl.when(is_self).then(pl.lit("self")))


def in_ledger(
    rows: pl.LazyFrame, *, kind: str, object_kind: str | None = None, keep: Collection[str] = ()
) -> pl.LazyFrame:
    """Rows in the shape of the act ledger.

    Rows have act_id, happened_at, utc_week, actor_*, target_* (one), object_id, scope_chain,
    exclusion and source; what is in `keep` is taken as it is: object_kind, target_count,
    is_handoff, is_stamp, lines_changed, item_count. Whom work on a machine's change leads is not
    known, so such an act is not sure at all; where nobody in particular is led, the actor alone
    counts.
    """
    narrowest = pl.col("scope_chain").str.split("\n").list.first().str.splitn(":", 2)
    scope_type, scope_id = (narrowest.struct.field(name) for name in ("field_0", "field_1"))
    plain = {
        "object_kind": pl.lit(object_kind),
        "target_count": pl.col("target_id").is_not_null().cast(pl.Int64),
        "is_handoff": pl.lit(value=False),
        "is_stamp": pl.lit(value=False),
        "lines_changed": pl.lit(None, dtype=pl.Int64),
        "item_count": pl.lit(0, dtype=pl.Int64),
    }
    target_confidence = pl.when(is_human("target")).then("target_confidence").otherwise(0.0)
    return rows.with_columns(
        **{name: value for name, value in plain.items() if name not in keep},
        kind=pl.lit(kind),
        scope_type=pl.when(scope_id.is_not_null()).then(scope_type),
        scope_id=scope_id,
        identity_confidence=pl.min_horizontal("actor_confidence", target_confidence).fill_null(0.0),
        is_moment_own=pl.lit(value=True),
    ).select(ActsSchema.column_names())
