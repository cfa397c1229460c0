"""Reviews of other people's proposed changes on code hosts; those of commits are in `reviews`."""

import polars as pl

from models.acts.events import act_id, excluded, in_ledger, who, with_people
from models.acts.guards import one_act_a_batch

ROUND_MINUTES = 10  # METHOD 3: comments submitted one by one are one review
STAMP_MINUTES = 5  # METHOD 4.1: an approval without comment sooner after a request than this
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
    week in UTC is two. It is a stamp where each of its reviews is.
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
    stamps = _stamps(left, code_review_events, identities)
    place = ["source", "change_id", "actor_key", "commit_id", "utc_week"]
    ordered = left.join(stamps, on=["source", "event_id"], how="left").sort(
        *place, "happened_at", "event_id"
    )
    pause = pl.col("happened_at").diff().over(place)
    begins = pause.is_null() | (pause > pl.duration(minutes=ROUND_MINUTES))
    rounds = (
        ordered.with_columns(round=begins.cast(pl.Int64).cum_sum().over(place))
        .group_by(*place, "round", maintain_order=True)
        .agg(
            pl.col(ALIKE).first(),
            pl.col("happened_at", "lines_changed").max(),
            item_count=pl.col("comment_count").sum(),
            is_stamp=pl.col("is_stamp").fill_null(value=False).all(),
        )
        .with_columns(exclusion=excluded())
    )
    found = in_ledger(
        rounds,
        kind="review",
        object_kind="code_review",
        keep=("is_stamp", "lines_changed", "item_count"),
    )
    # What is counted in a review are its comments, also in the one that stands for a batch.
    return (
        one_act_a_batch(found.with_columns(comments="item_count"))
        .with_columns(item_count="comments")
        .drop("comments")
    )


def _stamps(
    given: pl.LazyFrame, code_review_events: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    """Approvals without comment or text less than 5 minutes after a request, with is_stamp.

    A request is to the reviewer or to a team: who belongs to a team of the host is not kept.
    One from before the turn of a week in UTC is not looked for.
    """
    on = ["source", "change_id", "utc_week"]
    asked = with_people(
        code_review_events.filter(pl.col("event") == "review_requested"), identities, "target"
    ).select(*on, "target_team", asked=who("target"), asked_at="happened_at")
    is_bare = (
        (pl.col("verdict") == "approved")
        & (pl.col("comment_count") == 0)
        & pl.col("is_question").is_null()  # there is no text
    )
    after = pl.col("happened_at") - pl.col("asked_at")
    return (
        given.filter(is_bare)
        .select("event_id", "happened_at", *on, reviewer=who("actor"))
        .join(asked, on=on)
        .filter(
            pl.col("target_team").is_not_null() | (pl.col("asked") == pl.col("reviewer")),
            after >= pl.duration(),
            after < pl.duration(minutes=STAMP_MINUTES),
        )
        .select("source", "event_id", is_stamp=pl.lit(value=True))
        .unique()
    )
