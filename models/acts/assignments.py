"""Tickets and proposed changes given to somebody that were nobody's.

Work taken from one for another is in `reassignments`, what follows a meeting in `follow_ups`.
"""

import polars as pl

from models.acts.assignees import moves, with_handoffs
from models.acts.events import in_ledger
from models.acts.guards import one_act_a_batch

KEPT = ("object_kind", "is_handoff", "item_count")


def assignments(
    ticket_events: pl.LazyFrame,
    code_review_events: pl.LazyFrame,
    identities: pl.LazyFrame,
    people: pl.LazyFrame,
    handoffs: pl.LazyFrame,
    follow_ups: pl.LazyFrame,
) -> pl.LazyFrame:
    """Acts of assigning, one an event. Taking something oneself is excluded as self."""
    given = moves(ticket_events, code_review_events, identities).filter(pl.col("kind") == "assign")
    left = given.join(follow_ups.select("act_id"), on="act_id", how="anti")
    marked = with_handoffs(left, ticket_events, handoffs, people)
    return one_act_a_batch(in_ledger(marked, kind="assign", keep=KEPT))
