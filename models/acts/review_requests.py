"""Reviews of others' changes that somebody asked a third person or a team for."""

import polars as pl

from models.acts.assignees import UNDONE_MINUTES
from models.acts.events import THING, act_id, excluded, in_ledger, is_human, same, with_people
from models.acts.guards import one_act_a_batch


def review_requests(code_review_events: pl.LazyFrame, identities: pl.LazyFrame) -> pl.LazyFrame:
    """Acts of asking for a review for others, one an event; a team asked has no one target.

    Who asks for a review of their own change leads nobody, which is also how hosts record what
    they ask code owners by themselves; what they ask in another's name is excluded as system.
    """
    asked = code_review_events.filter(pl.col("event") == "review_requested").with_columns(
        thing="change_id"
    )
    known = with_people(asked, identities, "actor", "target", "author").filter(
        ~same("actor", "author").fill_null(value=False), is_human("target")
    )
    taken_back = _taken_back(asked, code_review_events)
    marked = known.join(taken_back, on=["source", "event_id"], how="left").with_columns(
        act_id=act_id(),
        exclusion=pl.coalesce(
            excluded(),
            pl.when("is_automatic").then(pl.lit("system")),
            pl.when("is_undone").then(pl.lit("undone")),
        ),
    )
    return one_act_a_batch(in_ledger(marked, kind="request_review", object_kind="code_review"))


def _taken_back(asked: pl.LazyFrame, code_review_events: pl.LazyFrame) -> pl.LazyFrame:
    """Requests that the same account removed within 10 minutes."""
    removed = code_review_events.filter(pl.col("event") == "review_request_removed").select(
        "source",
        "actor_key",
        thing="change_id",
        whom=pl.coalesce("target_key", "target_team"),
        removed_at="happened_at",
    )
    after = pl.col("removed_at") - pl.col("happened_at")
    return (
        asked.select(
            *THING, "event_id", "actor_key", "happened_at",
            whom=pl.coalesce("target_key", "target_team"),
        )
        .join(removed, on=[*THING, "actor_key", "whom"])
        .filter(after >= pl.duration(), after <= pl.duration(minutes=UNDONE_MINUTES))
        .select("source", "event_id", is_undone=pl.lit(value=True))
        .unique()
    )  # fmt: skip
