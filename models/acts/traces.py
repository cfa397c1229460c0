"""Days on which somebody was seen in a scope: to tell a holder who is there from one who is not."""

import polars as pl

from models.org.chains import exploded


def traces(
    reviews: pl.LazyFrame,
    merges: pl.LazyFrame,
    commits: pl.LazyFrame,
    commit_scopes: pl.LazyFrame,
    identities: pl.LazyFrame,
) -> pl.LazyFrame:
    """One row per person, scope and UTC day, own work apart from work for others."""
    people = identities.filter(pl.col("person_id").is_not_null()).select(
        "source", "person_id", author_key="account_key"
    )
    own = (
        commits.join(people, on=["source", "author_key"])
        .join(
            commit_scopes.select("source", "commit_id", "scope_chain"), on=["source", "commit_id"]
        )
        .select("person_id", "scope_chain", "utc_week", at="committed_at", own=1, led=0)
    )
    led = pl.concat([reviews, merges]).filter(
        pl.col("exclusion").is_null(), pl.col("actor_id").is_not_null()
    )
    seen = pl.concat(
        [
            own,
            led.select(
                "scope_chain", "utc_week", person_id="actor_id", at="happened_at", own=0, led=1
            ),
        ],
        how="diagonal",
    )
    return (
        exploded(seen)
        .group_by("person_id", "scope_type", "scope_id", "utc_week", on=pl.col("at").dt.date())
        .agg(
            first_at=pl.col("at").min(),
            last_at=pl.col("at").max(),
            own_count=pl.col("own").cast(pl.Int64).sum(),
            led_count=pl.col("led").cast(pl.Int64).sum(),
        )
    )
