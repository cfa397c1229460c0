"""Reviews of other people's changes, from the trailers of commits.

Reviewed-by, Acked-by and Tested-by of another than the author: one act per commit, person and
trailer (CONTRACT 3, git). The moment is the committer date, when the change landed: the actor
was at work earlier, so the moment is not the actor's own.
"""

import polars as pl

from models.acts.commits import commit_acts
from models.acts.guards import MACHINES


def reviews(
    trailers: pl.LazyFrame,
    commits: pl.LazyFrame,
    commit_scopes: pl.LazyFrame,
    identities: pl.LazyFrame,
) -> pl.LazyFrame:
    """Acts of reviewing another's commit. A review by the author's other account is excluded.

    A build robot's trailer is no act of anybody: it is left out, not excluded.
    """
    machines = identities.filter(pl.col("kind").is_in(MACHINES)).select("source", "account_key")
    named = (
        trailers.join(machines, on=["source", "account_key"], how="anti")
        .join(commits.select("source", "commit_id", "author_key"), on=["source", "commit_id"])
        .filter(pl.col("account_key") != pl.col("author_key"))
    )
    events = named.select(
        "source",
        "commit_id",
        actor_key="account_key",
        label="trailer",
        act_id=pl.concat_str(
            pl.col("commit_id").str.head(16),
            pl.col("trailer"),
            pl.col("account_key").str.head(8),
            separator="-",
        ),
    )
    return commit_acts(
        events, commits, commit_scopes, identities, kind="review", is_moment_own=False
    )
