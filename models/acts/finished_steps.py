"""Tickets that came to a status before which a step is required, in the step or around it."""

import polars as pl

from models.tables.acts import STEP_WEEKS, FinishedStepsSchema

TICKET = ["source", "ticket_id"]
STEP = [*TICKET, "step", "before_status"]


def finished_steps(
    ticket_events: pl.LazyFrame,
    required_steps: pl.LazyFrame,
    assignments: pl.LazyFrame,
    reassignments: pl.LazyFrame,
    follow_ups: pl.LazyFrame,
) -> pl.LazyFrame:
    """One row a ticket and required step, at the first time the ticket came to what follows it.

    `assigned_by_act_id` is the last act before that gave the ticket to somebody, null where the
    last to take it took it themselves. A ticket opened more than 26 weeks before, or whose opening
    was not read, is left out: what it went through is not known.
    """
    age = pl.col("happened_at") - pl.col("created_at")
    seen = ticket_events.filter(
        age >= pl.duration(), age <= pl.duration(weeks=STEP_WEEKS)
    ).with_columns(project=pl.col("scope_chain").str.extract(r"(?m)^project:(.+)$"))
    whole = seen.filter(pl.col("field") == "created").select(TICKET)
    stages = seen.filter(pl.col("field").is_in(["status", "created"])).join(
        whole, on=TICKET, how="semi"
    )
    steps = required_steps.rename({"status": "step"})
    reached = (
        stages.join(steps, left_on=["project", "status"], right_on=["project", "before_status"])
        .with_columns(before_status="status")
        .sort("happened_at", "event_id")
        .unique(STEP, keep="first", maintain_order=True)
    )
    passed = stages.select(
        *TICKET, passed_at="happened_at", at=pl.concat_list("status", "from_value")
    ).explode("at")
    through = (
        reached.select(*STEP, "happened_at")
        .join(passed, left_on=[*TICKET, "step"], right_on=[*TICKET, "at"])
        .filter(pl.col("passed_at") <= pl.col("happened_at"))
        .select(*STEP, was_there=pl.lit(value=True))
        .unique()
    )
    narrowest = pl.col("scope_chain").str.split("\n").list.first().str.splitn(":", 2)
    return (
        _with_giver(reached, [assignments, reassignments, follow_ups])
        .join(through, on=STEP, how="left")
        .with_columns(
            object_id="ticket_key",
            reached_at="happened_at",
            is_skipped=pl.col("was_there").is_null(),
            scope_type=narrowest.struct.field("field_0"),
            scope_id=narrowest.struct.field("field_1"),
        )
        .select(FinishedStepsSchema.column_names())
    )


def _with_giver(reached: pl.LazyFrame, ledgers: list[pl.LazyFrame]) -> pl.LazyFrame:
    """Rows with assigned_by_act_id, of acts of the 26 weeks before."""
    brief = pl.concat(
        [
            ledger.filter(
                pl.col("object_kind") == "ticket", pl.col("exclusion").ne_missing(pl.lit("undone"))
            ).select("source", "act_id", "exclusion", "object_id", given_at="happened_at")
            for ledger in ledgers
        ]
    )
    last = (
        reached.select(*STEP, "happened_at", object_id="ticket_key")
        .join(brief, on=["source", "object_id"])
        .filter(
            pl.col("given_at") <= pl.col("happened_at"),
            pl.col("happened_at") - pl.col("given_at") <= pl.duration(weeks=STEP_WEEKS),
        )
        .sort("given_at", "act_id")
        .unique(STEP, keep="last", maintain_order=True)
        .filter(pl.col("exclusion").is_null() | (pl.col("exclusion") == "batch"))
        .select(*STEP, assigned_by_act_id="act_id")
    )
    return reached.join(last, on=STEP, how="left")
