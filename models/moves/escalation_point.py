"""M8: somebody to turn to when a step would be missed or an answer is late.

Source: METHOD 7, move 8.
"""

import polars as pl

from models.moves.seen import OCCASION, Seen
from models.signs import words
from models.signs.slow_decisions import TIMES

TRIGGERS = ("S4", "P2", "W2")


def escalation_point(seen: Seen) -> pl.LazyFrame:
    """One row a scope and week with S4, P2 or W2: whom to turn to, when, and how soon they answer.

    The time to answer is what was usual before, where P2 says it.
    """
    found = pl.col("code")
    usual = (pl.col("threshold").filter(found == "P2") / TIMES).max()
    together = (
        seen.of(*TRIGGERS)
        .sort("code", "finding_id")
        .group_by(OCCASION, maintain_order=True)
        .agg(
            pl.col("window_kind").min(),
            pl.col("window_start").min(),
            pl.col("window_end").max(),
            finding_ids="finding_id",
            is_skipping=(found == "W2").any(),
            is_slow=(found == "P2").any(),
            is_crisis=(found == "S4").any(),
            usual_hours=usual,
        )
    )
    return together.select(
        *OCCASION,
        "window_kind",
        "window_start",
        "window_end",
        "finding_ids",
        sentence=pl.format(
            "Name an escalation point for {}, and how soon it answers: whom to turn to when {}.",
            words.scope(),
            _when(),
        ),
        first_step=pl.concat_str(
            pl.lit("Name one person for two weeks"),
            pl.coalesce(
                pl.format(
                    ", who answers within {}, as was usual before",
                    words.working_hours("usual_hours"),
                ),
                pl.lit(", and a time within which they answer"),
            ),
            pl.lit("; then it ends, unless it helped."),
        ),
        check_metric=pl.lit("median wait of requests to holders; required steps skipped"),
    )


def _when() -> pl.Expr:
    cases = {
        "is_skipping": "a required step would be missed",
        "is_slow": "an answer is late",
        "is_crisis": "work must be given out and whoever holds it is not at hand",
    }
    said = [pl.when(name).then(pl.lit(text)) for name, text in cases.items()]
    return pl.concat_list(said).list.drop_nulls().list.join(", or ")
