"""Who gave which ticket or proposed change to whom: what assign, reassign and follow_up share.

A move is an event that leaves it with somebody else than before. What handed over the actor's own
work, or gave it to a machine or a shared account, leads nobody and is no move.
"""

import polars as pl

from models.acts.events import THING, act_id, excluded, is_human, same, with_people
from models.org.intervals import with_record

UNDONE_MINUTES = 10  # METHOD 2.2 rule 0
OPENING_SECONDS = 5  # METHOD 2.2, terms: what is set so soon after an opening is intake
SAME_SECOND = 1  # METHOD 3: machinery under a human account answers within the second
SWAP_SECONDS = 60  # a code host has no move: one is taken off, another put on
HANDOFF_SECONDS = 60  # a workflow sets status and assignee together, or nearly

EVENT = ["source", "event_id"]
MOVE = [
    "source", "event_id", "object_kind", "thing", "object_id", "happened_at", "utc_week",
    "change_id", "actor_key", "from_key", "target_key", "opened_at", "scope_chain", "is_intake",
    "is_system", "is_undone",
]  # fmt: skip


def moves(
    ticket_events: pl.LazyFrame, code_review_events: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    """Moves of tickets and of proposed changes: see `ticket_moves`."""
    return _guarded(
        pl.concat([_of_tickets(ticket_events), _of_changes(code_review_events)]), identities
    )


def ticket_moves(ticket_events: pl.LazyFrame, identities: pl.LazyFrame) -> pl.LazyFrame:
    """Moves of tickets with act_id, kind, exclusion, item_count and who is behind the accounts.

    The first assignee of an opening was set by whoever opened it. A move is from where the ticket
    was before its actor began: what the same person changed again within 10 minutes is undone.
    """
    return _guarded(_of_tickets(ticket_events), identities)


def _guarded(found: pl.LazyFrame, identities: pl.LazyFrame) -> pl.LazyFrame:
    is_own = same("from", "actor").fill_null(value=False)
    is_taken = same("target", "actor").fill_null(value=False)
    stays = same("from", "target").fill_null(value=False)
    known = with_people(found, identities, "actor", "target", "from").filter(
        is_human("target"), ~stays, ~is_own | is_taken
    )
    return _one_a_change(
        known.with_columns(
            act_id=act_id(),
            kind=pl.when(pl.col("from_key").is_not_null() & is_human("from"))
            .then(pl.lit("reassign"))
            .otherwise(pl.lit("assign")),
            exclusion=pl.coalesce(
                excluded(),
                pl.when("is_intake").then(pl.lit("intake")),
                pl.when("is_system").then(pl.lit("system")),
                pl.when("is_undone").then(pl.lit("undone")),
            ),
        )
    )


def _one_a_change(found: pl.LazyFrame) -> pl.LazyFrame:
    """One change may concern many tickets: its first move counts, with their number."""
    change = ["source", "change_id", "kind", "utc_week"]
    counts = pl.col("change_id").is_not_null() & pl.col("exclusion").is_null()
    first = pl.col("event_id").filter(counts).min().over(change)
    size = counts.cast(pl.Int64).sum().over(change)
    return found.with_columns(
        item_count=pl.when(counts & (size > 1) & (pl.col("event_id") == first))
        .then(size)
        .otherwise(0),
        exclusion=pl.when(counts & (pl.col("event_id") != first))
        .then(pl.lit("batch"))
        .otherwise("exclusion"),
    )


def _of_tickets(ticket_events: pl.LazyFrame) -> pl.LazyFrame:
    is_opening = pl.col("field") == "created"
    changes = ticket_events.filter(pl.col("field").is_in(["created", "assignee"])).select(
        *EVENT,
        "happened_at",
        "utc_week",
        "change_id",
        "from_key",
        "scope_chain",
        object_kind=pl.lit("ticket"),
        thing="ticket_id",
        object_id="ticket_key",
        actor_key=pl.when(is_opening)
        .then(pl.coalesce("actor_key", "creator_key"))
        .otherwise("actor_key"),
        target_key="to_key",
        opened_at="created_at",
        is_opening=is_opening,
        is_intake="is_default_assignee",
    )
    ordered = changes.sort(
        *THING, "happened_at", "is_opening", "event_id", descending=[False] * 3 + [True, False]
    )
    marked = (
        ordered.with_columns(
            is_continued=_is_by_same_soon(pl.col("actor_key"), pl.col("happened_at"), 1),
            is_undone=_is_by_same_soon(pl.col("actor_key"), pl.col("happened_at"), -1),
        )
        .with_columns(run=(~pl.col("is_continued")).cast(pl.Int64).cum_sum().over(THING))
        .with_columns(from_key=pl.col("from_key").first().over(*THING, "run"))
        .with_columns(
            is_undone=pl.col("is_undone")
            | (pl.col("is_continued") & pl.col("target_key").eq_missing(pl.col("from_key")))
        )
    )
    given = marked.filter(pl.col("target_key").is_not_null())
    triggered = _triggered(given, ticket_events)
    return (
        given.join(triggered, on=EVENT, how="left")
        .with_columns(
            is_system=pl.col("is_triggered").fill_null(value=False)
            | (pl.col("happened_at") < pl.col("opened_at"))
        )
        .select(MOVE)
    )


def _is_by_same_soon(actor: pl.Expr, at: pl.Expr, step: int) -> pl.Expr:
    """Whether the neighbouring change of the thing is by the same actor within 10 minutes."""
    apart = (at - at.shift(step).over(THING)).abs()
    is_near = (actor == actor.shift(step).over(THING)) & (
        apart <= pl.duration(minutes=UNDONE_MINUTES)
    )
    return is_near.fill_null(value=False)


def _triggered(given: pl.LazyFrame, ticket_events: pl.LazyFrame) -> pl.LazyFrame:
    """Moves in the second of what another account did to the ticket: a rule in somebody's name."""
    others = ticket_events.select(
        "source",
        thing="ticket_id",
        trigger_key="actor_key",
        seconds=pl.when(pl.col("field") == "created").then(OPENING_SECONDS).otherwise(SAME_SECOND),
        triggered_at="happened_at",
    )
    after = pl.col("happened_at") - pl.col("triggered_at")
    return (
        given.select(*EVENT, "thing", "actor_key", "happened_at")
        .join(others, on=THING)
        .filter(
            pl.col("trigger_key") != pl.col("actor_key"),
            after >= pl.duration(),
            after <= pl.duration(seconds="seconds"),
        )
        .select(*EVENT, is_triggered=pl.lit(value=True))
        .unique()
    )


def _of_changes(code_review_events: pl.LazyFrame) -> pl.LazyFrame:
    toggles = code_review_events.filter(
        pl.col("event").is_in(["assigned", "unassigned"]), pl.col("target_key").is_not_null()
    ).with_columns(thing="change_id", is_given=pl.col("event") == "assigned")
    seat = [*THING, "target_key"]
    at, actor = pl.col("happened_at"), pl.col("actor_key")
    ordered = toggles.sort(*seat, "happened_at", "event_id").with_columns(
        is_undone=pl.any_horizontal(
            (
                (actor == actor.shift(step))
                & (pl.col("is_given") != pl.col("is_given").shift(step))
                & ((at - at.shift(step)).abs() <= pl.duration(minutes=UNDONE_MINUTES))
            )
            .over(seat)
            .fill_null(value=False)
            for step in (1, -1)
        )
    )
    given = ordered.filter("is_given")
    return (
        given.join(_taken_off(given, ordered), on=EVENT, how="left")
        .select(
            *EVENT,
            object_kind=pl.lit("code_review"),
            thing="thing",
            object_id="object_id",
            happened_at="happened_at",
            utc_week="utc_week",
            change_id=pl.lit(None, dtype=pl.String),
            actor_key="actor_key",
            from_key="from_key",
            target_key="target_key",
            opened_at="opened_at",
            scope_chain="scope_chain",
            is_intake=pl.col("is_automatic") | _is_at_opening(),
            is_system=pl.lit(value=False),
            is_undone="is_undone",
        )
        .select(MOVE)
    )


def _is_at_opening() -> pl.Expr:
    """Whether it was set so soon after the opening that only machinery can have, whoever opened."""
    after = pl.col("happened_at") - pl.col("opened_at")
    return after.is_between(pl.duration(), pl.duration(seconds=OPENING_SECONDS))


def _taken_off(given: pl.LazyFrame, toggles: pl.LazyFrame) -> pl.LazyFrame:
    """Who was taken off a change by the same hand within a minute of somebody being put on."""
    taken = toggles.filter(~pl.col("is_given"), ~pl.col("is_undone")).select(
        *THING, "actor_key", from_key="target_key", taken_at="happened_at"
    )
    apart = (pl.col("happened_at") - pl.col("taken_at")).abs()
    return (
        given.select(*EVENT, "thing", "actor_key", "target_key", "happened_at")
        .join(taken, on=[*THING, "actor_key"])
        .filter(
            apart <= pl.duration(seconds=SWAP_SECONDS), pl.col("from_key") != pl.col("target_key")
        )
        .sort(apart, "from_key")
        .group_by(EVENT, maintain_order=True)
        .agg(pl.col("from_key").first())
    )


def with_handoffs(
    found: pl.LazyFrame, ticket_events: pl.LazyFrame, handoffs: pl.LazyFrame, people: pl.LazyFrame
) -> pl.LazyFrame:
    """Moves with is_handoff: the actor's own step in the workflow has it change hands so.

    The status changed by the same hand in the same change or minute, in a way that handoffs.csv
    lists for the project, and the taker has the role that comes next.
    """
    steps = ticket_events.filter(pl.col("field") == "status").select(
        "source",
        "actor_key",
        thing="ticket_id",
        from_status="from_value",
        to_status="to_value",
        step_at="happened_at",
        step_change="change_id",
    )
    near = (pl.col("happened_at") - pl.col("step_at")).abs() <= pl.duration(seconds=HANDOFF_SECONDS)
    roles = people.select("role_family", "valid_from", "valid_to", target_id="person_id")
    stepped = (
        found.select(
            *EVENT, "thing", "actor_key", "target_id", "happened_at", "change_id",
            project=pl.col("scope_chain").str.extract(r"(?m)^project:(.+)$"),
        )
        .join(steps, on=[*THING, "actor_key"])
        .filter(near | (pl.col("change_id") == pl.col("step_change")))
        .join(handoffs, on=["project", "from_status", "to_status"])
    )  # fmt: skip
    handed = (
        with_record(stepped, roles, by="target_id", at="happened_at", columns=["role_family"])
        .filter(pl.col("role_family") == pl.col("next_role"))
        .select(*EVENT, is_handoff=pl.lit(value=True))
        .unique()
    )
    return found.join(handed, on=EVENT, how="left").with_columns(
        pl.col("is_handoff").fill_null(value=False)
    )
