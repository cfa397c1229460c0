"""Reviews of other people's proposed changes on code hosts; those of commits are in `reviews`."""

import polars as pl

from models.acts.events import act_id, excluded, in_ledger, with_people
from models.acts.guards import one_act_a_batch

ROUND_MINUTES = 10  # METHOD 3: comments submitted one by one are one review
ALIKE = [  # in all reviews of a round
    "act_id", "object_id", "scope_chain", "target_key",
    *(f"{role}_{part}" for role in ("actor", "target") for part in ("id", "kind", "confidence")),
]  # fmt: skip


def code_reviews(
    code_review_events: pl.LazyFrame, decisions: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    """Acts of reviewing, one a round: same reviewer, change and commit, no more than 10 min apart.

    A round has the moment of its last review and the comments of all. Reviewing one's own change
    is none; what decided (`decisions`) is not counted a second time. A round over the turn of a
    week in UTC is two.
    """
    given = with_people(
        code_review_events.filter(pl.col("event") == "reviewed").with_columns(
            target_key="author_key"
        ),
        identities,
        "actor",
        "target",
    ).filter(pl.col("actor_key").ne_missing(pl.col("target_key")))
    left = given.with_columns(act_id=act_id()).join(
        decisions.select("act_id"), on="act_id", how="anti"
    )
    place = ["source", "change_id", "actor_key", "commit_id", "utc_week"]
    ordered = left.sort(*place, "happened_at", "event_id")
    pause = pl.col("happened_at").diff().over(place)
    begins = pause.is_null() | (pause > pl.duration(minutes=ROUND_MINUTES))
    rounds = (
        ordered.with_columns(round=begins.cast(pl.Int64).cum_sum().over(place))
        .group_by(*place, "round", maintain_order=True)
        .agg(
            pl.col(ALIKE).first(),
            pl.col("happened_at", "lines_changed").max(),
            item_count=pl.col("comment_count").sum(),
        )
        .with_columns(exclusion=excluded())
    )
    found = in_ledger(
        rounds,
        kind="review",
        object_kind="code_review",
        keep=("lines_changed", "item_count"),
    )
    # What is counted in a review are its comments, also in the one that stands for a batch.
    return (
        one_act_a_batch(found.with_columns(comments="item_count"))
        .with_columns(item_count="comments")
        .drop("comments")
    )
