"""Days on which somebody was seen in a scope: to tell a holder who is there from one who is not."""

import polars as pl

from models.acts.events import same, with_people
from models.org.chains import exploded
from models.settled import settled
from models.tables.acts import TracesSchema

# Numbers, while they are counted: as texts it costs twice as much.
PERSON = pl.Categorical(pl.Categories("person", "traces"))
CHAIN = pl.Categorical(pl.Categories("chain", "traces"))
SEEN = ["person_id", "scope_chain", "utc_week", "at", "own", "led"]


def traces(
    commits: pl.LazyFrame,
    commit_scopes: pl.LazyFrame,
    ticket_events: pl.LazyFrame,
    code_review_events: pl.LazyFrame,
    identities: pl.LazyFrame,
    **ledgers: pl.LazyFrame,
) -> pl.LazyFrame:
    """One row per person, scope and UTC day, own work apart from work for others.

    Whatever somebody does to a ticket or proposed change is a trace. On those of their own it is
    own work; on others' it counts as work only where it is an act, else as neither.
    """
    seen = settled(
        pl.concat(
            [
                _commits(commits, commit_scopes, identities),
                _events(ticket_events, identities, ["assignee", "creator", "reporter"]),
                _events(code_review_events.filter(~pl.col("is_automatic")), identities, ["author"]),
                *(_led(ledger) for ledger in ledgers.values()),
            ]
        ).cast({"person_id": PERSON, "scope_chain": CHAIN})
    )
    scopes = settled(exploded(seen.select("scope_chain").unique().cast(pl.String)))
    place = ["scope_type", "scope_id"]
    places = settled(scopes.select(place).unique().with_row_index("place"))
    within = scopes.join(places, on=place).select(pl.col("scope_chain").cast(CHAIN), "place")
    return (
        seen.with_columns(on=pl.col("at").dt.date())
        .join(within, on="scope_chain")
        .group_by("person_id", "place", "utc_week", "on")
        .agg(
            first_at=pl.col("at").min(),
            last_at=pl.col("at").max(),
            own_count=pl.col("own").sum(),
            led_count=pl.col("led").sum(),
        )
        .join(places, on="place")
        .select(pl.col("person_id").cast(pl.String), *TracesSchema.column_names()[1:])
    )


def _commits(
    commits: pl.LazyFrame, commit_scopes: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    scopes = commit_scopes.select("source", "commit_id", "scope_chain")
    return _seen(
        with_people(commits.join(scopes, on=["source", "commit_id"]), identities, "author").rename(
            {"author_id": "person_id", "committed_at": "at"}
        ),
        own=pl.lit(value=True),
    )


def _events(events: pl.LazyFrame, identities: pl.LazyFrame, owners: list[str]) -> pl.LazyFrame:
    is_own = pl.any_horizontal(same("actor", owner).fill_null(value=False) for owner in owners)
    return _seen(
        with_people(events, identities, "actor", *owners).with_columns(
            person_id="actor_id", at="happened_at"
        ),
        own=is_own,
    )


def _seen(rows: pl.LazyFrame, own: pl.Expr) -> pl.LazyFrame:
    return (
        rows.filter(pl.col("person_id").is_not_null())
        .with_columns(own=own.cast(pl.Int64), led=pl.lit(0, dtype=pl.Int64))
        .select(SEEN)
    )


def _led(ledger: pl.LazyFrame) -> pl.LazyFrame:
    return (
        ledger.filter(pl.col("exclusion").is_null(), pl.col("actor_id").is_not_null())
        .with_columns(
            person_id="actor_id",
            at="happened_at",
            own=pl.lit(0, dtype=pl.Int64),
            led=pl.lit(1, dtype=pl.Int64),
        )
        .select(SEEN)
    )
