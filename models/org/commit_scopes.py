"""Areas that a commit touches, by the owners file as it stood when the commit landed.

How a pattern matches a path is in `owner_patterns`.
"""

import polars as pl

from models.org.intervals import holds
from models.org.owner_patterns import matches
from models.settled import settled
from models.tables.org import CommitScopesSchema

COMMIT = ["source", "commit_id"]
AREA = ["scope_type", "scope_id"]


def commit_scopes(
    commits: pl.LazyFrame, commit_files: pl.LazyFrame, owner_patterns: pl.LazyFrame
) -> pl.LazyFrame:
    """One row per commit: the area with most of its files, and all areas it touches.

    Areas stand in the chain by files touched, then by length of the longest pattern, then by
    name; the repository comes last, always, and is the only one where no area is touched. Rows
    depend on the commits given and the whole pattern table: a week can be done by itself.
    """
    touched = areas_touched(commit_files, owner_patterns).sort(
        "file_count", "pattern_length", *reversed(AREA), descending=[True, True, False, False]
    )
    ranked = touched.group_by(COMMIT, maintain_order=True).agg(
        pl.col(AREA).first(),
        narrow=pl.concat_str(AREA, separator=":").filter(pl.col("scope_type") != "repository"),
    )
    whole = pl.concat_list("repository:" + pl.col("repository"))
    return (
        commits.join(ranked, on=COMMIT, how="left")
        .with_columns(
            scope_chain=pl.when(pl.col("narrow").is_null())
            .then(whole)
            .otherwise(pl.concat_list("narrow", whole))
            .list.join("\n")
        )
        .select(CommitScopesSchema.column_names())
    )


def areas_touched(commit_files: pl.LazyFrame, owner_patterns: pl.LazyFrame) -> pl.LazyFrame:
    """One row per commit and area: scope_type, scope_id, file_count, pattern_length (longest).

    An exclusion takes files out of its own area only. In CODEOWNERS the last pattern that matches
    a file has it. What a catch-all matches belongs to no area.
    """
    patterns = owner_patterns.filter(~pl.col("is_catch_all") | (pl.col("dialect") == "codeowners"))
    files = settled(
        commit_files.select(*COMMIT, "repository", "path", "committed_at").with_row_index("file")
    )
    # A stop between the two joins: planned as one, files meet all patterns of their repository.
    matched = settled(
        files.select("file", "source", "repository", "path", "committed_at").join(
            settled(matches(files, patterns)), on="path"
        )
    )
    hits = settled(
        matched.join(patterns, on=["source", "repository", "dialect", "pattern"])
        .filter(holds("committed_at"))
        .select(
            "file", *AREA, "dialect", "position", "is_exclusion", "is_catch_all",
            pattern_length=pl.col("pattern").str.len_chars().cast(pl.Int64),
        )
    )  # fmt: skip
    by_order = hits.filter(pl.col("dialect") == "codeowners")
    last = pl.concat(
        [
            hits.filter(pl.col("dialect") != "codeowners"),
            by_order.filter(pl.col("position") == pl.col("position").max().over("file")),
        ]
    )
    excluded = hits.filter("is_exclusion").select("file", *AREA)
    return (
        last.filter(~pl.col("is_exclusion"), ~pl.col("is_catch_all"))
        .join(excluded, on=["file", *AREA], how="anti")
        .group_by("file", *AREA)
        .agg(pl.col("pattern_length").max())
        .join(files.select("file", *COMMIT), on="file")
        .group_by(*COMMIT, *AREA)
        .agg(file_count=pl.len().cast(pl.Int64), pattern_length=pl.col("pattern_length").max())
    )
