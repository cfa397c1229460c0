"""When holders were seen where they hold something: who is there, and who is not."""

import polars as pl

from models.authority.codes import PERSON
from models.org.chains import chain_scopes
from models.org.intervals import holds
from models.settled import settled

SEEN_DAYS = 7  # a holder who acted in the scope within five working days was there: bypass
STALE_DAYS = 90


def presence(
    traces: pl.LazyFrame, posts: pl.LazyFrame, scopes: pl.LazyFrame, teams: pl.LazyFrame
) -> pl.LazyFrame:
    """Stretches of time in which a holder counts as seen in a scope held.

    Columns: post, seen_from, seen_until, fresh_until (90 days after the last trace). A trace in a
    scope that belongs to the one held counts there too. Half-open; those of a post are disjoint.
    """
    there = settled(_traces_at(posts, traces, scopes, teams))
    is_new = (pl.col("post") != pl.col("post").shift()) | (
        pl.col("first_at") > pl.col("seen_until").shift()
    )
    return (
        there.with_columns(seen_until=_seen_until())
        .with_columns(visit=is_new.fill_null(value=True).cum_sum())
        .group_by("visit")
        .agg(
            pl.col("post").first(),
            seen_from=pl.col("first_at").min(),
            seen_until=pl.col("seen_until").max(),
            fresh_until=pl.col("last_at").max() + pl.duration(days=STALE_DAYS, microseconds=1),
        )
        .drop("visit")
        .sort("seen_from")
    )


def with_posts(holdings: pl.LazyFrame) -> pl.LazyFrame:
    """Holdings with `post`, a number for each person and scope held."""
    names = ["person_id", "scope_type", "scope_id"]
    return holdings.join(holdings.select(names).unique().with_row_index("post"), on=names)


def _seen_until() -> pl.Expr:
    """The first moment that lies more than five working days after `last_at`.

    A weekend is no working time: its moments are those at which Monday begins, so who was seen on a
    weekend is seen through the Friday of the week after.
    """
    last = pl.col("last_at")
    return (
        pl.when(last.dt.weekday() <= 5)
        .then(last + pl.duration(days=SEEN_DAYS, microseconds=1))
        .otherwise(last.dt.truncate("1w") + pl.duration(days=SEEN_DAYS + 5))
    )


def _traces_at(
    posts: pl.LazyFrame, traces: pl.LazyFrame, scopes: pl.LazyFrame, teams: pl.LazyFrame
) -> pl.LazyFrame:
    """First and last trace of each day at each post, by post and time.

    `posts` has person_id, scope_type, scope_id and post.
    """
    place = ["scope_type", "scope_id"]
    ours = settled(
        traces.select(*place, "on", "first_at", "last_at", pl.col("person_id").cast(PERSON)).join(
            posts, on="person_id", how="semi"
        )
    )
    places = (
        ours.select(place).unique().with_columns(scope_chain=pl.concat_str(place, separator=":"))
    )
    counted_at = (
        chain_scopes(places, scopes, teams)
        .join(posts, on=place)
        .select("scope_chain", "valid_from", "valid_to", "person_id", "post")
        .join(places, on="scope_chain")
    )
    return (
        ours.join(settled(counted_at), on=["person_id", *place])
        .filter(holds("first_at"))
        .group_by("post", "on")
        .agg(pl.col("first_at").min(), pl.col("last_at").max())
        .sort("post", "first_at")
    )
