"""What was asked of whom, when they first did something about it, and what waits for anybody.

METHOD 2.2: mentions, review requests and assignments by another; for rule 7 also tickets that are
nobody's, from their opening until somebody is given them. Calendars do not tell co-hosts apart, so
nobody is asked to host a meeting here. Which of them concern a holder is in `models.metrics`.
"""

import polars as pl

from models.acts.assignees import UNDONE_MINUTES, moves
from models.acts.events import THING, act_id, is_human, same, with_people
from models.acts.guards import MACHINES
from models.settled import settled
from models.tables.acts import ANSWER_WEEKS, RequestsSchema

ASKED = [
    *THING, "event_id", "kind", "asker_key", "asked_key", "asked_at", "object_id", "utc_week",
    "scope_chain",
]  # fmt: skip
WITHIN = pl.duration(weeks=ANSWER_WEEKS)
SLIP = pl.duration(minutes=UNDONE_MINUTES)


def requests(
    ticket_events: pl.LazyFrame, code_review_events: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    """Requests with answered_at: the first event of the one asked on that object within 16 weeks.

    What machinery asks has no asker; what machines mention is no request. A request that others
    took away unanswered was open until withdrawn_at; within 10 minutes it was a slip and is none.
    An unassigned ticket waits until it is first given to a person, but for a slip taken back, or
    resolved.
    """
    moved = settled(moves(ticket_events, code_review_events, identities))
    tickets = ticket_events.with_columns(thing="ticket_id", object_id="ticket_key")
    changes = code_review_events.with_columns(thing="change_id")
    asked = pl.concat(
        [
            _mentions(tickets, identities),
            _mentions(changes, identities),
            _review_requests(changes),
            _assignments(moved),
        ]
    )
    known = settled(
        with_people(asked, identities, "asker", "asked").filter(
            pl.col("asked_id").is_not_null(), ~same("asker", "asked").fill_null(value=False)
        )
    )
    answered = _answered(known, _done(tickets, changes, identities))
    standing = _withdrawn(answered, _taken_away(tickets, changes, identities))
    to_people = standing.select(
        "answered_at",
        "withdrawn_at",
        *PLAIN,
        request_id=pl.concat_str(act_id(), "kind", pl.col("asked_key").str.head(8), separator=":"),
        asker_id=pl.when(is_human("asker")).then("asker_id"),
        holder_id="asked_id",
    )
    shaped = pl.concat([to_people, _unassigned(tickets, moved, identities)], how="diagonal")
    narrowest = pl.col("scope_chain").str.split("\n").list.first().str.splitn(":", 2)
    return shaped.with_columns(
        scope_type=narrowest.struct.field("field_0"), scope_id=narrowest.struct.field("field_1")
    ).select(RequestsSchema.column_names())


PLAIN = ["kind", "object_id", "scope_chain", "asked_at", "utc_week"]


def _mentions(events: pl.LazyFrame, identities: pl.LazyFrame) -> pl.LazyFrame:
    machines = identities.filter(pl.col("kind").is_in(MACHINES)).select(
        "source", actor_key="account_key"
    )
    return (
        events.filter(pl.col("mentioned_keys").list.len() > 0)
        .join(machines, on=["source", "actor_key"], how="anti")
        .with_columns(pl.col("mentioned_keys").list.unique(maintain_order=True))
        .explode("mentioned_keys")
        .with_columns(
            kind=pl.lit("mention"),
            asked_key="mentioned_keys",
            asker_key="actor_key",
            asked_at="happened_at",
        )
        .select(ASKED)
    )


def _review_requests(changes: pl.LazyFrame) -> pl.LazyFrame:
    return (
        changes.filter(pl.col("event") == "review_requested", pl.col("target_key").is_not_null())
        .with_columns(
            kind=pl.lit("review_request"),
            asked_key="target_key",
            asker_key=pl.when(~pl.col("is_automatic")).then("actor_key"),
            asked_at="happened_at",
        )
        .select(ASKED)
    )


def _assignments(moved: pl.LazyFrame) -> pl.LazyFrame:
    by_machinery = pl.col("exclusion").is_in(["intake", "system", "bot", "shared_account"])
    stands = pl.col("exclusion").is_null() | by_machinery | (pl.col("exclusion") == "batch")
    return (
        moved.filter(stands, ~pl.col("is_undone"))
        .with_columns(
            kind=pl.lit("assignment"),
            asked_key="target_key",
            asker_key=pl.when(~by_machinery.fill_null(value=False)).then("actor_key"),
            asked_at="happened_at",
        )
        .select(ASKED)
    )


def _done(tickets: pl.LazyFrame, changes: pl.LazyFrame, identities: pl.LazyFrame) -> pl.LazyFrame:
    """What each person did to each thing, themselves: doer and done_at."""
    did = pl.concat(
        [
            tickets.select(*THING, "actor_key", done_at="happened_at"),
            changes.filter(~pl.col("is_automatic")).select(
                *THING, "actor_key", done_at="happened_at"
            ),
        ]
    )
    return with_people(did, identities, "actor").filter(pl.col("actor_id").is_not_null())


def _answered(asked: pl.LazyFrame, done: pl.LazyFrame) -> pl.LazyFrame:
    """Requests with answered_at."""
    return (
        asked.sort("asked_at")
        .join_asof(
            done.select(*THING, "done_at", asked_id="actor_id").sort("done_at"),
            left_on="asked_at",
            right_on="done_at",
            by=[*THING, "asked_id"],
            strategy="forward",
            allow_exact_matches=False,
            coalesce=False,
            check_sortedness=False,
        )
        .with_columns(answered_at=_if_soon("done_at"))
        .drop("done_at")
    )


def _if_soon(moment: str) -> pl.Expr:
    """A moment within 16 weeks after asked_at, else null: what is later is not looked for."""
    return pl.when(pl.col(moment) - pl.col("asked_at") <= WITHIN).then(moment)


def _taken_away(
    tickets: pl.LazyFrame, changes: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    """Who was relieved of what: kind of request, asked_id and taken_at."""
    left = ["assignment", "review_request"]
    taken = pl.concat(
        [
            tickets.filter(pl.col("field") == "assignee").select(
                *THING, asked_key="from_key", taken_at="happened_at", kind=pl.lit(left[0])
            ),
            changes.filter(pl.col("event") == "unassigned").select(
                *THING, asked_key="target_key", taken_at="happened_at", kind=pl.lit(left[0])
            ),
            changes.filter(pl.col("event") == "review_request_removed").select(
                *THING, asked_key="target_key", taken_at="happened_at", kind=pl.lit(left[1])
            ),
        ]
    )
    return with_people(taken, identities, "asked").filter(pl.col("asked_id").is_not_null())


def _withdrawn(answered: pl.LazyFrame, taken: pl.LazyFrame) -> pl.LazyFrame:
    """Requests with withdrawn_at, without slips; who was relieved of one has not answered it."""
    by = [*THING, "kind", "asked_id"]
    marked = answered.sort("asked_at").join_asof(
        taken.select(*by, "taken_at").sort("taken_at"),
        left_on="asked_at",
        right_on="taken_at",
        by=by,
        strategy="forward",
        coalesce=False,
        check_sortedness=False,
    )
    was_answered = (pl.col("answered_at") <= pl.col("taken_at")).fill_null(value=False)
    withdrawn_at = pl.col("withdrawn_at")
    return (
        marked.with_columns(withdrawn_at=pl.when(~was_answered).then(_if_soon("taken_at")))
        .filter(withdrawn_at.is_null() | (withdrawn_at - pl.col("asked_at") > SLIP))
        .with_columns(answered_at=pl.when(withdrawn_at.is_null()).then("answered_at"))
    )


def _unassigned(
    tickets: pl.LazyFrame, moved: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    """Tickets opened for nobody, until they are first given to a person or resolved."""
    opened = tickets.filter(pl.col("field") == "created", pl.col("to_key").is_null())
    asked = with_people(
        opened.with_columns(asker_key=pl.coalesce("actor_key", "creator_key")), identities, "asker"
    ).with_columns(
        kind=pl.lit("unassigned"),
        asked_at="happened_at",
        asker_id=pl.when(is_human("asker")).then("asker_id"),
    )
    since = tickets.filter(pl.col("happened_at") >= pl.col("created_at"))
    resolved = since.filter(pl.col("field") == "resolution", pl.col("to_value").is_not_null())
    taken = since.filter(pl.col("field") == "assignee", pl.col("to_key").is_not_null())
    given = (
        with_people(taken.with_columns(taker_key="to_key"), identities, "taker")
        .filter(is_human("taker"))
        .join(moved.filter("is_undone"), on=["source", "event_id"], how="anti")
    )
    ended = pl.concat([rows.select(*THING, ended_at="happened_at") for rows in (given, resolved)])
    first = ended.group_by(THING).agg(pl.col("ended_at").min())
    return (
        asked.join(first, on=THING, how="left")
        .with_columns(answered_at=_if_soon("ended_at"), request_id=act_id())
        .select(*PLAIN, "request_id", "asker_id", "answered_at")
    )
