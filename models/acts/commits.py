"""What reviews and merges of commits have in common: author, areas and who is behind an account."""

import polars as pl

from models.acts.guards import excluded_by_account
from models.tables.acts import ActsSchema


def commit_acts(
    events: pl.LazyFrame,
    commits: pl.LazyFrame,
    commit_scopes: pl.LazyFrame,
    identities: pl.LazyFrame,
    *,
    kind: str,
    is_moment_own: bool,
) -> pl.LazyFrame:
    """Acts on commits, in the shape of the ledger.

    `events` has source, commit_id, actor_key and act_id. The target is the author; a machine's
    change leads nobody. A commit found in several sources counts once, under the first by name.
    """
    who = identities.select("source", "account_key", "person_id", "kind", "confidence")
    actors = who.rename(
        {"account_key": "actor_key", "person_id": "actor_id", "kind": "actor_kind"}
    ).rename({"confidence": "actor_confidence"})
    authors = who.rename(
        {"account_key": "author_key", "person_id": "target_id", "kind": "author_kind"}
    ).rename({"confidence": "author_confidence"})
    commit = ["source", "commit_id"]
    acts = (
        events.join(
            commits.select(*commit, "committed_at", "utc_week", "author_key", "lines_changed"),
            on=commit,
        )
        .join(commit_scopes.select(*commit, "scope_type", "scope_id", "scope_chain"), on=commit)
        .join(actors, on=["source", "actor_key"], how="left")
        .join(authors, on=["source", "author_key"], how="left")
        .with_columns(person=pl.coalesce("actor_id", "actor_key"))
        .sort("source", "act_id")
        .unique(["commit_id", "label", "person"], keep="first", maintain_order=True)
    )
    return acts.select(
        act_id="act_id",
        happened_at="committed_at",
        utc_week="utc_week",
        kind=pl.lit(kind),
        actor_id="actor_id",
        target_id="target_id",
        target_count=pl.col("target_id").is_not_null().cast(pl.Int64),
        object_kind=pl.lit("commit"),
        object_id="commit_id",
        scope_type="scope_type",
        scope_id="scope_id",
        scope_chain="scope_chain",
        identity_confidence=pl.min_horizontal("actor_confidence", "author_confidence").fill_null(
            0.0
        ),
        exclusion=excluded_by_account(),
        is_moment_own=pl.lit(value=is_moment_own),
        is_handoff=pl.lit(value=False),
        is_stamp=pl.lit(value=False),
        lines_changed="lines_changed",
        item_count=pl.lit(0, dtype=pl.Int64),
        source="source",
    ).select(ActsSchema.column_names())
