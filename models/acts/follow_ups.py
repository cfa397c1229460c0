"""New tickets that one attendee of a meeting gives to another within a day after it."""

import polars as pl

from models.acts.assignees import ticket_moves, with_handoffs
from models.acts.assignments import KEPT
from models.acts.events import in_ledger
from models.acts.guards import one_act_a_batch
from models.acts.meetings import ALL_HANDS, MEETING, attended, facilitated

FOLLOW_HOURS = 24  # METHOD 3
LONGEST_HOURS = 24  # what is longer is no meeting but a stay


def follow_ups(
    ticket_events: pl.LazyFrame,
    meetings: pl.LazyFrame,
    attendances: pl.LazyFrame,
    identities: pl.LazyFrame,
    people: pl.LazyFrame,
    handoffs: pl.LazyFrame,
) -> pl.LazyFrame:
    """Acts of following up on a meeting, one a ticket given, with item_count 1.

    The ticket was opened after the meeting began (METHOD 2.2, terms): giving out older work the
    day after a meeting is an assignment, and so is what the workflow hands on (METHOD 3, assign).
    An all-hands has no follow-ups, nor has a meeting that its organiser declined.
    """
    moved = ticket_moves(ticket_events, identities).filter(pl.col("exclusion").is_null())
    given = with_handoffs(moved, ticket_events, handoffs, people).filter(~pl.col("is_handoff"))
    there = _there(meetings, attendances, identities)
    pairs = (
        given.select("act_id", "actor_id", "target_id", "happened_at", "opened_at")
        .join(there, left_on="actor_id", right_on="person_id")
        .filter(
            pl.col("began_at") <= pl.col("opened_at"),
            pl.col("began_at") <= pl.col("happened_at"),
            pl.col("happened_at") <= pl.col("ends_at") + pl.duration(hours=FOLLOW_HOURS),
        )
    )
    date = ["meeting_id", "meeting_source", "began_at"]
    others = there.select(*date, target_id="person_id")
    followed = pairs.join(others, on=[*date, "target_id"]).select("act_id")
    counted = given.join(followed, on="act_id", how="semi").with_columns(
        item_count=pl.lit(1, dtype=pl.Int64)
    )
    return one_act_a_batch(in_ledger(counted, kind="follow_up", keep=KEPT))


def _there(
    meetings: pl.LazyFrame, attendances: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    """People who were at a meeting of no more than an all-hands' size, with when it was."""
    small = facilitated(meetings, attendances).filter(
        pl.col("attendee_count") <= ALL_HANDS,
        pl.col("ends_at") - pl.col("happened_at") <= pl.duration(hours=LONGEST_HOURS),
    )
    people = identities.filter(pl.col("person_id").is_not_null()).select(
        "source", "account_key", "person_id"
    )
    return (
        attended(attendances)
        .select(*MEETING, "account_key")
        .join(people, on=["source", "account_key"])
        .join(small.select(*MEETING, "ends_at", began_at="happened_at"), on=MEETING)
        .select("meeting_id", "person_id", "began_at", "ends_at", meeting_source="source")
        .unique()
    )
