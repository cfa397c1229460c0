"""Tickets and proposed changes moved from one person to another by a third."""

import polars as pl

from models.acts.assignees import moves, with_handoffs
from models.acts.assignments import KEPT
from models.acts.events import in_ledger
from models.acts.guards import one_act_a_batch
from models.org.intervals import holds


def reassignments(
    ticket_events: pl.LazyFrame,
    code_review_events: pl.LazyFrame,
    identities: pl.LazyFrame,
    people: pl.LazyFrame,
    handoffs: pl.LazyFrame,
    absences: pl.LazyFrame,
    rotas: pl.LazyFrame,
    follow_ups: pl.LazyFrame,
) -> pl.LazyFrame:
    """Acts of reassigning, one an event.

    Handing over one's own work is none, nor is giving the work of somebody away to whose turn it
    is: a rota has said so before.
    """
    moved = moves(ticket_events, code_review_events, identities).filter(
        pl.col("kind") == "reassign"
    )
    left = moved.join(follow_ups.select("act_id"), on="act_id", how="anti")
    own = left.join(_covers(left, absences, rotas), on="act_id", how="anti")
    marked = with_handoffs(own, ticket_events, handoffs, people)
    return one_act_a_batch(in_ledger(marked, kind="reassign", keep=KEPT))


def _covers(moved: pl.LazyFrame, absences: pl.LazyFrame, rotas: pl.LazyFrame) -> pl.LazyFrame:
    """Moves from somebody absent then to somebody whose turn on a rota it was then."""
    brief = moved.select("act_id", "from_id", "target_id", "happened_at")
    away = brief.join(absences, left_on="from_id", right_on="person_id").filter(
        holds("happened_at")
    )
    turn = brief.join(rotas, left_on="target_id", right_on="person_id").filter(holds("happened_at"))
    return away.join(turn, on="act_id", how="semi").select("act_id").unique()
