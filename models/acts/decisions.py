"""Final calls on others' work: what settled a proposed change or a ticket on which views differed.

A call is a deciding approval, a dismissal of requested changes, or a resolution. It counts where
two people or more who are not the author had their say and somebody else's differed, or where a
holder had been asked and another decided. A lone approval is a review, and merging is no call.
"""

from collections.abc import Callable

import polars as pl

from models.acts.events import THING, act_id, in_ledger, is_human, same, who, with_people
from models.acts.guards import one_act_a_batch
from models.org.holders import holders
from models.settled import settled
from models.tables.acts import LANDING_WEEKS, VOTE_WEEKS

KIND = "decide"
FEWEST_VOTERS = 2  # METHOD 3
FOR, AGAINST, NO_SIDE = "approved", "changes_requested", "commented"
CALL = [
    *THING, "event_id", "object_kind", "object_id", "happened_at", "utc_week", "scope_chain",
    "actor_key", "target_key", "outcome",
]  # fmt: skip
Holders = Callable[[pl.LazyFrame], pl.LazyFrame]


def decisions(
    ticket_events: pl.LazyFrame,
    code_review_events: pl.LazyFrame,
    identities: pl.LazyFrame,
    mandates: pl.LazyFrame,
    rotas: pl.LazyFrame,
    people: pl.LazyFrame,
    scopes: pl.LazyFrame,
    teams: pl.LazyFrame,
) -> pl.LazyFrame:
    """Acts of deciding, one a change or ticket settled; on a ticket for whoever works on it.

    What was said and asked in the 8 weeks before counts; an approval is deciding if it is the last
    before a merge within 4 weeks, a resolution if none follows within 4 weeks.
    """
    tickets = ticket_events.with_columns(thing="ticket_id")
    changes = code_review_events.with_columns(thing="change_id")
    calls = [_approvals(changes, identities), _resolutions(tickets, identities)]
    known = settled(
        with_people(pl.concat(calls), identities, "actor", "target").with_columns(act_id=act_id())
    )
    said = with_people(pl.concat([_said_of_changes(changes), _said_of_tickets(tickets)]),
        identities, "voter")  # fmt: skip
    asked = with_people(pl.concat([_asked_on_changes(changes), _asked_on_tickets(tickets)]),
        identities, "asked", "asker")  # fmt: skip

    def held(moments: pl.LazyFrame) -> pl.LazyFrame:
        return holders(
            moments, "at", kind=KIND, mandates=mandates, rotas=rotas, people=people,
            scopes=scopes, teams=teams,
        )  # fmt: skip

    decided = pl.concat([_differed(known, said), _asked_another(known, asked, held)])
    counted = known.join(decided, on="act_id", how="semi").with_columns(
        exclusion=pl.lit(None, dtype=pl.String)
    )
    return one_act_a_batch(in_ledger(counted, kind=KIND, keep=("object_kind",)))


def _approvals(changes: pl.LazyFrame, identities: pl.LazyFrame) -> pl.LazyFrame:
    """The last approval or dismissal by a person before each merge, not the author's own."""
    merged = changes.filter(pl.col("event") == "merged").select(
        *THING, merged_at="happened_at", merge_id="event_id"
    )
    is_call = ((pl.col("event") == "reviewed") & (pl.col("verdict") == FOR)) | (
        (pl.col("event") == "review_dismissed")
        & (pl.col("verdict").fill_null(AGAINST) == AGAINST)
        & ~pl.col("is_automatic")
    )
    before = pl.col("merged_at") - pl.col("happened_at")
    calls = (
        changes.filter(is_call)
        .join(merged, on=THING)
        .filter(before >= pl.duration(), before <= pl.duration(weeks=LANDING_WEEKS))
    )
    by_others = with_people(
        calls.with_columns(target_key="author_key"), identities, "actor", "target"
    ).filter(is_human("actor"), ~same("actor", "target").fill_null(value=False))
    return (
        by_others.sort(*THING, "happened_at", "event_id")
        .unique([*THING, "merge_id"], keep="last", maintain_order=True)
        .unique([*THING, "event_id"])
        .with_columns(object_kind=pl.lit("code_review"), outcome=pl.lit(FOR))
        .select(CALL)
    )


def _resolutions(tickets: pl.LazyFrame, identities: pl.LazyFrame) -> pl.LazyFrame:
    """Resolutions that stood, by somebody who neither works on the ticket nor asked for it."""
    changed = tickets.filter(pl.col("field") == "resolution").sort(
        *THING, "happened_at", "event_id"
    )
    stood = pl.col("happened_at").shift(-1).over(THING) - pl.col("happened_at")
    calls = changed.with_columns(stood=stood).filter(
        pl.col("to_value").is_not_null(),
        pl.col("stood").is_null() | (pl.col("stood") > pl.duration(weeks=LANDING_WEEKS)),
    )
    roles = ("assignee", "creator", "reporter")
    known = with_people(
        calls.with_columns(target_key=pl.coalesce("assignee_key", "creator_key")),
        identities,
        "actor",
        *roles,
    )
    is_own = pl.any_horizontal(same("actor", role).fill_null(value=False) for role in roles)
    return known.filter(is_human("actor"), ~is_own).select(
        *THING, "event_id",
        object_kind=pl.lit("ticket"),
        object_id="ticket_key",
        happened_at="happened_at",
        utc_week="utc_week",
        scope_chain="scope_chain",
        actor_key="actor_key",
        target_key="target_key",
        outcome="to_value",
    ).select(CALL)  # fmt: skip


def _said_of_changes(changes: pl.LazyFrame) -> pl.LazyFrame:
    return changes.filter(pl.col("event").is_in(["reviewed", "commented"])).select(
        *THING,
        said_at="happened_at",
        voter_key="actor_key",
        vote=pl.col("verdict").fill_null(NO_SIDE),
    )


def _said_of_tickets(tickets: pl.LazyFrame) -> pl.LazyFrame:
    is_resolution = pl.col("field") == "resolution"
    return tickets.filter(
        (pl.col("field") == "comment") | (is_resolution & pl.col("to_value").is_not_null())
    ).select(
        *THING,
        said_at="happened_at",
        voter_key="actor_key",
        vote=pl.when(is_resolution).then("to_value").otherwise(pl.lit(NO_SIDE)),
    )


def _asked_on_changes(changes: pl.LazyFrame) -> pl.LazyFrame:
    by_name = changes.filter(pl.col("event") == "review_requested").with_columns(
        asked_key="target_key"
    )
    mentioned = changes.with_columns(asked_key="mentioned_keys").explode("asked_key")
    return _asked(pl.concat([by_name, mentioned]))


def _asked_on_tickets(tickets: pl.LazyFrame) -> pl.LazyFrame:
    given = tickets.filter(pl.col("field").is_in(["assignee", "created"])).with_columns(
        asked_key="to_key"
    )
    mentioned = tickets.with_columns(asked_key="mentioned_keys").explode("asked_key")
    return _asked(pl.concat([given, mentioned]))


def _asked(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.filter(pl.col("asked_key").is_not_null()).select(
        *THING, "asked_key", "scope_chain", asker_key="actor_key", asked_at="happened_at"
    )


def _recent(at: str) -> pl.Expr:
    """Whether what happened at `at` lies in the 8 weeks up to the call."""
    before = pl.col("happened_at") - pl.col(at)
    return (before >= pl.duration()) & (before <= pl.duration(weeks=VOTE_WEEKS))


def _differed(calls: pl.LazyFrame, said: pl.LazyFrame) -> pl.LazyFrame:
    """Calls on which two people or more had their say, and another's last word was not theirs."""
    votes = settled(
        calls.select(
            *THING, "act_id", "happened_at", "outcome", "actor_id", "actor_key", "target_id",
            "target_key",
        )
        .join(said, on=THING)
        .filter(
            _recent("said_at"),
            is_human("voter"),
            ~same("voter", "target").fill_null(value=False),
        )
        .with_columns(voter=who("voter"))
    )  # fmt: skip
    enough = (
        votes.group_by("act_id")
        .agg(voters=pl.col("voter").n_unique())
        .filter(pl.col("voters") >= FEWEST_VOTERS)
    )
    against = (
        votes.filter(pl.col("vote") != NO_SIDE, pl.col("voter") != who("actor"))
        .sort("said_at", "vote")
        .group_by("act_id", "voter", maintain_order=True)
        .agg(pl.col("vote", "outcome").last())
        .filter(pl.col("vote") != pl.col("outcome"))
    )
    return enough.join(against, on="act_id", how="semi").select("act_id")


def _asked_another(calls: pl.LazyFrame, asked: pl.LazyFrame, holders_of: Holders) -> pl.LazyFrame:
    """Calls before which a holder was asked, by who holds nothing there."""
    brief = calls.select(
        *THING, "act_id", "happened_at", "actor_id", "actor_key", "target_id", "target_key",
        chain="scope_chain",
    )  # fmt: skip
    pairs = settled(
        brief.join(asked, on=THING).filter(
            _recent("asked_at"),
            pl.col("asked_id").is_not_null(),
            *(~same("asked", role).fill_null(value=False) for role in ("asker", "actor", "target")),
        )
    )
    asked_then = pairs.select("scope_chain", at="asked_at")
    called_then = pairs.select(scope_chain="chain", at="happened_at")
    held = settled(holders_of(pl.concat([asked_then, called_then]).unique()))
    by = ["scope_chain", "at", "holder_id"]
    of_holders = pairs.join(
        held, left_on=["scope_chain", "asked_at", "asked_id"], right_on=by, how="semi"
    )
    return of_holders.join(
        held, left_on=["chain", "happened_at", "actor_id"], right_on=by, how="anti"
    ).select("act_id")
