"""M1: publish who owns what, where work was given out because nobody was seen to.

Source: METHOD 7, move 1; its other triggers (D6, P1, S7, gaps) come with their signs.
"""

import polars as pl

from models.moves.seen import OCCASION, Seen
from models.signs import words
from models.tables.moves import OwnerDraftsSchema

CODE = "M1"
# What was delegated has an owner on record.
WITHOUT_OWNER = ("informal", "formal")


def publish_owners(seen: Seen) -> pl.LazyFrame:
    """One row a finding of S4: how many objects want an owner."""
    objects = _objects(seen).group_by("finding_id").agg(count=pl.len().cast(pl.Int64))
    things = words.counted("count", "piece", "pieces")
    return (
        seen.of("S4")
        .join(objects, on="finding_id")
        .select(
            *OCCASION,
            "window_kind",
            "window_start",
            "window_end",
            finding_ids=pl.concat_list("finding_id"),
            sentence=pl.format(
                "Publish who owns each of the {} of work given out around {}; the draft leaves "
                "owners blank, to be confirmed.",
                things,
                words.scope(),
            ),
            first_step=pl.lit(
                "Fill in an owner on each line of the draft, or cross the line out; what is "
                "written holds until the review and can be taken back."
            ),
            check_metric=pl.lit("share of acts with no known owner: to fall by half"),
        )
    )


def _objects(seen: Seen) -> pl.LazyFrame:
    """finding_id and object_id of what is to have an owner."""
    return (
        seen.counted_acts()
        .filter(pl.col("authority_class").is_in(WITHOUT_OWNER))
        .select("finding_id", "object_id")
        .unique()
    )


def owner_drafts(
    moves: pl.LazyFrame, *, findings: pl.LazyFrame, acts: pl.LazyFrame
) -> pl.LazyFrame:
    """The draft of each M1: a line an object with a suggested wording, the owner left blank."""
    empty = pl.LazyFrame()
    objects = _objects(Seen(findings, acts, empty, empty, empty, empty, ""))
    scope = findings.select("finding_id", "scope_type", "scope_id")
    return (
        moves.filter(pl.col("code") == CODE)
        .select("move_id", "week", finding_id="finding_ids")
        .explode("finding_id")
        .join(objects, on="finding_id")
        .join(scope, on="finding_id")
        .with_columns(
            wording=pl.format(
                "Owner of {}: says who works on it, and answers for it being done.", "object_id"
            ),
            owner_id=pl.lit(None, pl.String),
        )
        .select(OwnerDraftsSchema.column_names())
    )
