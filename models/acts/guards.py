"""What makes an event no act of a person for another: guards that all kinds share.

METHOD 2.2 rule 0 and METHOD 3. An excluded act stays in the ledger with its reason.
"""

import polars as pl

BATCH_ACTS = 5  # METHOD 4.2: this many of one kind by one actor ...
BATCH_SECONDS = 60  # ... within this many seconds are one act
MACHINES = ("bot", "app", "service")


def excluded_by_account() -> pl.Expr:
    """Reason why the actor's account or the target rules an act out, else null.

    Reads `actor_kind`, `actor_id` and `target_id`.
    """
    return (
        pl.when(pl.col("actor_kind").is_in(MACHINES))
        .then(pl.lit("bot"))
        .when(pl.col("actor_kind") == "shared")
        .then(pl.lit("shared_account"))
        .when(pl.col("actor_id") == pl.col("target_id"))
        .then(pl.lit("self"))
    )


def one_act_a_batch(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with all but the first of each bulk batch excluded, and its size as `item_count`.

    A batch is a run in which any five neighbours by one actor lie within 60 seconds. Only acts
    whose moment is the actor's own can be a batch. Needs acts of one kind.
    """
    ours = ["actor_id", "utc_week"]
    may_batch = (
        pl.col("exclusion").is_null() & pl.col("is_moment_own") & pl.col("actor_id").is_not_null()
    )
    candidates = acts.filter(may_batch).sort(*ours, "happened_at", "act_id")
    last = BATCH_ACTS - 1
    opens = (
        (pl.col("happened_at").shift(-last) - pl.col("happened_at"))
        <= pl.duration(seconds=BATCH_SECONDS)
    ).fill_null(value=False)
    marked = (
        candidates.with_columns(opens=opens.over(ours))
        .with_columns(
            in_batch=_any_of_last("opens", BATCH_ACTS).over(ours),
            is_linked=_any_of_last("opens", last).shift(1, fill_value=False).over(ours),
        )
        .with_columns(starts=pl.col("in_batch") & ~pl.col("is_linked"))
        .with_columns(batch=pl.col("starts").cast(pl.Int64).cum_sum().over(ours))
        .with_columns(size=pl.col("in_batch").cast(pl.Int64).sum().over([*ours, "batch"]))
        .with_columns(
            exclusion=pl.when(pl.col("in_batch") & ~pl.col("starts")).then(pl.lit("batch")),
            item_count=pl.when(pl.col("starts")).then("size").otherwise("item_count"),
        )
        .drop("opens", "in_batch", "is_linked", "starts", "batch", "size")
    )
    return pl.concat([acts.filter(~may_batch), marked])


def _any_of_last(column: str, rows: int) -> pl.Expr:
    """Whether any of this row and the rows before it, `rows` in all, is true."""
    return pl.any_horizontal(pl.col(column).shift(n, fill_value=False) for n in range(rows))
