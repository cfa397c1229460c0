"""All moves in one table, in the order of METHOD 7; a new move is one file and a line in MOVES."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl

from models.moves.effects import effects
from models.moves.escalation_point import escalation_point
from models.moves.include_in_planning import include_in_planning
from models.moves.publish_owners import publish_owners
from models.moves.seen import OCCASION, Seen
from models.moves.watch_load import watch_load
from models.settled import settled
from models.signs.shape import NOT_ASSESSABLE, digest
from models.tables.moves import MovesSchema

Move = Callable[[Seen], pl.LazyFrame]
MOVES: Mapping[str, Move] = {
    "M1": publish_owners,
    "M2": include_in_planning,
    "M8": escalation_point,
    "M10": watch_load,
}
SAID = ["finding_ids", "sentence", "first_step", "check_metric"]
# METHOD 7: 8 and 10 come first where a required step was skipped or a watch is on.
ORDER = ["M1", "M2", "M3", "M9", "M4", "M5", "M6", "M7", "M8", "M10"]
URGENT = ["M8", "M10"]
MAKES_URGENT = ("W1", "W2")
REVIEW_WEEKS = 4  # METHOD 7: 4 to 8 weeks on


def recommendations(
    findings: pl.LazyFrame,
    *,
    acts: pl.LazyFrame,
    attendances: pl.LazyFrame,
    identities: pl.LazyFrame,
    scopes: pl.LazyFrame,
    teams: pl.LazyFrame,
    finished_steps: pl.LazyFrame,
    answers: pl.LazyFrame,
    company_zone: str,
) -> pl.LazyFrame:
    """Every move that a finding calls for, with its place among those of its team and week.

    `answer` is done where a reader said so of the move, and not_so where every finding behind it
    was answered with [[not_so]]: such a move stays, to be told of, and calls for nothing.
    """
    seen = Seen(
        findings=settled(findings.filter(pl.col("status") != NOT_ASSESSABLE)),
        acts=acts,
        attendances=attendances,
        identities=identities,
        scopes=scopes,
        teams=teams,
        company_zone=company_zone,
    )
    not_so = answers.filter(pl.col("answer") == "not_so").select(finding_id="answered_id").unique()
    contested = replace(seen, findings=settled(findings.join(not_so, on="finding_id", how="semi")))
    standing, answered = (settled(_called_for(part)) for part in (seen, contested))
    rows = settled(
        pl.concat(
            [
                standing.with_columns(given=pl.lit(None, pl.String)),
                answered.join(standing, on="move_id", how="anti").with_columns(
                    given=pl.lit("not_so")
                ),
            ]
        )
    )
    done = answers.filter(pl.col("answer") == "done").select(move_id="answered_id", done="answer")
    return (
        _in_order(rows, seen)
        .join(done.unique(), on="move_id", how="left")
        .join(_effects(rows, effects(seen, finished_steps)), on="move_id", how="left")
        .with_columns(
            answer=pl.coalesce("done", "given"),
            review_on=pl.col("window_end") + pl.duration(weeks=REVIEW_WEEKS),
        )
        .select(MovesSchema.column_names())
    )


def _called_for(seen: Seen) -> pl.LazyFrame:
    """The rows of all moves, with code and move_id, which holds from night to night."""
    key = ["scope_type", "scope_id", "window_kind", "window_start"]
    rows = [
        move(seen).with_columns(move_id=digest(code, *key), code=pl.lit(code))
        for code, move in MOVES.items()
    ]
    names = [*OCCASION, "window_start", "window_end", "code", "move_id", *SAID]
    return pl.concat([settled(part.select(names)) for part in rows])


def _in_order(rows: pl.LazyFrame, seen: Seen) -> pl.LazyFrame:
    """The rows with `position`, from 1, among those of one team and week."""
    page = ["team_id", "week"]
    urgent = seen.of(*MAKES_URGENT).select(*page, is_urgent=pl.lit(value=True)).unique()
    place = pl.col("code").replace_strict(
        {code: place for place, code in enumerate(ORDER)}, return_dtype=pl.Int64
    )
    first = pl.col("is_urgent").fill_null(value=False) & pl.col("code").is_in(URGENT)
    return (
        rows.join(urgent, on=page, how="left", nulls_equal=True)
        .with_columns(place=pl.when(first).then(place - len(ORDER)).otherwise(place))
        .sort("place", "scope_type", "scope_id", "move_id")
        .with_columns(position=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(page))
    )


def _effects(rows: pl.LazyFrame, seen_since: pl.LazyFrame) -> pl.LazyFrame:
    """move_id and effect: what was seen since, of all findings behind a move."""
    return (
        rows.select("move_id", finding_id="finding_ids")
        .explode("finding_id")
        .join(seen_since, on="finding_id")
        .sort("finding_id")
        .group_by("move_id")
        .agg(effect=pl.col("effect").unique(maintain_order=True).str.join("; "))
    )
