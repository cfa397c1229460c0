"""Who is above whom, at any depth, by day and by what was known then."""

import polars as pl

from models.org.intervals import intersected
from models.settled import settled

DEEPEST = 15  # levels of a company; a line that runs deeper is cut off there


def managers(reporting_lines: pl.LazyFrame) -> pl.LazyFrame:
    """Everybody above each person: the solid line at any depth, a dotted line at depth 1 only.

    Columns: person_id, manager_id, line_type, depth (1: direct), valid_from, valid_to,
    recorded_at, superseded_at. A chain holds while all its lines hold, is known since its last
    line was recorded and until its first was superseded.
    """
    direct = settled(
        reporting_lines.select(
            "person_id",
            "manager_id",
            "line_type",
            "valid_from",
            "valid_to",
            "recorded_at",
            "superseded_at",
            depth=pl.lit(1, pl.Int64),
        )
    )
    solid = direct.filter(pl.col("line_type") == "solid")
    above = solid.select(
        manager_id="person_id",
        top_id="manager_id",
        above_from="valid_from",
        above_to="valid_to",
        above_recorded_at="recorded_at",
        above_superseded_at="superseded_at",
    )
    found, level = [direct], solid
    for _ in range(DEEPEST - 1):
        level = settled(_one_up(level, above))  # unsettled, each level would repeat those below
        if level.head(1).collect().is_empty():
            break
        found.append(level)
    return pl.concat([part.select(COLUMNS) for part in found])


COLUMNS = [
    "person_id", "manager_id", "line_type", "depth", "valid_from", "valid_to", "recorded_at",
    "superseded_at",
]  # fmt: skip


def _one_up(level: pl.LazyFrame, above: pl.LazyFrame) -> pl.LazyFrame:
    """The chains of a level, one line longer."""
    longer = level.join(above, on="manager_id").with_columns(
        manager_id="top_id",
        depth=pl.col("depth") + 1,
        recorded_at=pl.max_horizontal("recorded_at", "above_recorded_at"),
        superseded_at=pl.min_horizontal("superseded_at", "above_superseded_at"),
    )
    was_known = pl.col("superseded_at").is_null() | (
        pl.col("recorded_at") < pl.col("superseded_at")
    )
    return (
        intersected(longer, "above_from", "above_to")
        .filter(was_known, pl.col("person_id") != pl.col("manager_id"))
        .select(COLUMNS)
    )
