"""Proposed changes of others that somebody merged on a code host."""

import polars as pl

from models.acts.events import act_id, excluded, in_ledger, with_people
from models.acts.guards import one_act_a_batch


def code_merges(code_review_events: pl.LazyFrame, identities: pl.LazyFrame) -> pl.LazyFrame:
    """Acts of merging for others; merge queues and auto-merge are excluded as system."""
    merged = with_people(
        code_review_events.filter(pl.col("event") == "merged").with_columns(
            target_key="author_key"
        ),
        identities,
        "actor",
        "target",
    ).filter(pl.col("actor_key").ne_missing(pl.col("target_key")))
    marked = merged.with_columns(
        act_id=act_id(),
        exclusion=pl.coalesce(excluded(), pl.when("is_automatic").then(pl.lit("system"))),
    )
    return one_act_a_batch(in_ledger(marked, kind="merge", object_kind="code_review"))
