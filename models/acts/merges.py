"""Changes of others brought in: commits whose committer is not their author."""

import polars as pl

from models.acts.commits import commit_acts
from models.acts.guards import one_act_a_batch


def merges(
    commits: pl.LazyFrame, commit_scopes: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    """Acts of merging for others. A series applied in one go is one act (METHOD 4.2)."""
    events = commits.filter(pl.col("committer_key") != pl.col("author_key")).select(
        "source",
        "commit_id",
        actor_key="committer_key",
        label=pl.lit("merged"),
        act_id=pl.concat_str(pl.col("commit_id").str.head(16), pl.lit("-merged")),
    )
    return one_act_a_batch(
        commit_acts(events, commits, commit_scopes, identities, kind="merge", is_moment_own=True)
    )
