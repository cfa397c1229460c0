"""Acts that somebody contests: unknown, until it is settled and the entry is taken back."""

import polars as pl

UNKNOWN = ("authority", "authority_class", "authority_as_known", "authority_as_now")


def contested(acts: pl.LazyFrame, contests: pl.LazyFrame) -> pl.LazyFrame:
    """The judged acts, of which those contested are unknown whatever the records say.

    What is unknown counts as no hidden hours. Excluded acts stay excluded.
    Source: METHOD, guardrail G2.
    """
    given = contests.select("act_id", is_contested=pl.lit(value=True))
    is_contested = pl.col("is_contested").fill_null(value=False) & (
        pl.col("authority_class") != "excluded"
    )
    return (
        acts.join(given, on="act_id", how="left", maintain_order="left")
        .with_columns(
            *(pl.when(is_contested).then(pl.lit("unknown")).otherwise(name).alias(name)
              for name in UNKNOWN),
            is_recorded_late=pl.col("is_recorded_late") & ~is_contested,
            rule=pl.when(is_contested).then(pl.lit("9 contested")).otherwise("rule"),
        )
        .drop("is_contested")
    )  # fmt: skip
