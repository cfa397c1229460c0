"""Objections (METHOD 11.1, G5): from its moment on, a person is not observed, in both stores.

What happened before stays. The register (people, lines, mandates, published owners) stays too: it
says who was given what, and measures nobody. Deleting what is older is `forget`.
"""

from collections.abc import Mapping

import polars as pl

from models.settled import settled
from models.tables import mart

WEEK_END = pl.col("week").cast(pl.Datetime("us", "UTC")) + pl.duration(days=7)
WINDOW_END = pl.col("window_end").cast(pl.Datetime("us", "UTC")) + pl.duration(days=1)
Frames = Mapping[str, pl.LazyFrame]


def without_objectors(marts: Frames, objections: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    """The published tables without what the objectors did, or is told of them, since they objected.

    Their acts, ties and findings go, and the moves that rest on those findings alone; in acts of
    others they are no longer named as target; their weeks stay as rows that are not observed,
    without a measure; a leader or holder becomes null. A week or window counts as later as soon
    as one moment of it is.
    """
    since = settled(
        objections.group_by("person_id").agg(objected_at=pl.col("valid_from").min())
    ).collect()
    kept = _without_rows(marts["mart.acts"], since, "actor_id", pl.col("happened_at"))
    targets = marts["mart.act_targets"].join(kept.select("act_id"), on="act_id", how="semi")
    findings = _without_rows(marts["mart.findings"], since, "person_id", WINDOW_END)
    return {
        **marts,
        "mart.acts": _blanked(kept, since, "target_id", pl.col("happened_at")),
        "mart.act_targets": _without_named(targets, since, kept),
        "mart.person_weeks": _unobserved(marts["mart.person_weeks"], since),
        "mart.findings": findings,
        "mart.finding_evidence": marts["mart.finding_evidence"].join(
            findings.select("finding_id"), on="finding_id", how="semi"
        ),
        **_without_gone_findings(marts, findings),
        "mart.requests": _blanked(marts["mart.requests"], since, "holder_id", pl.col("asked_at")),
        "mart.skipped_steps": _without_gone_acts(marts["mart.skipped_steps"], kept),
        "mart.areas": _blanked(
            _blanked(marts["mart.areas"], since, "leader_id", WEEK_END, "leader_share"),
            since,
            "candidate_id",
            WEEK_END,
        ),
        "mart.lead_ties": _without_rows(
            _without_rows(marts["mart.lead_ties"], since, "actor_id", WEEK_END),
            since,
            "target_id",
            WEEK_END,
        ),
    }


def _objected(
    rows: pl.LazyFrame, since: pl.DataFrame, person: str, moment: pl.Expr
) -> pl.LazyFrame:
    """The rows with `is_later`: whether `moment` lies after the objection of the person in it.

    Looked up by column, as a join would copy the whole rows for the sake of a few.
    """
    if since.is_empty():
        return rows.with_columns(is_later=pl.lit(value=False))
    objected_at = pl.col(person).replace_strict(
        since["person_id"], since["objected_at"], default=None
    )
    return rows.with_columns(is_later=(moment > objected_at).fill_null(value=False))


def _without_named(targets: pl.LazyFrame, since: pl.DataFrame, acts: pl.LazyFrame) -> pl.LazyFrame:
    """Targets of acts, but not who had objected when the act was done."""
    objectors = targets.filter(pl.col("target_id").is_in(since["person_id"].implode()))
    moments = acts.select("act_id", "happened_at")
    named = objectors.join(moments, on="act_id")
    later = _objected(named, since, "target_id", pl.col("happened_at")).filter("is_later")
    pair = ["act_id", "target_id"]
    return targets.join(later.select(pair), on=pair, how="anti")


def _without_rows(
    rows: pl.LazyFrame, since: pl.DataFrame, person: str, moment: pl.Expr
) -> pl.LazyFrame:
    return _objected(rows, since, person, moment).filter(~pl.col("is_later")).drop("is_later")


def _blanked(
    rows: pl.LazyFrame, since: pl.DataFrame, person: str, moment: pl.Expr, *others: str
) -> pl.LazyFrame:
    blanks = pl.when(~pl.col("is_later")).then(pl.col(person, *others))
    return _objected(rows, since, person, moment).with_columns(blanks).drop("is_later")


def _unobserved(person_weeks: pl.LazyFrame, since: pl.DataFrame) -> pl.LazyFrame:
    schema = mart.PERSON_WEEKS.schema
    measures = [
        name for name, column in schema.columns().items() if column.nullable and name != "team_id"
    ]
    later = pl.col("is_later")
    return (
        _objected(person_weeks, since, "person_id", WEEK_END)
        .with_columns(
            pl.when(~later).then(pl.col(measures)), is_observed=pl.col("is_observed") & ~later
        )
        .drop("is_later")
    )


def _without_gone_findings(marts: Frames, findings: pl.LazyFrame) -> Frames:
    """Moves by the findings that are left, without those that have none, and their drafts."""
    moves = marts["mart.moves"]
    left = (
        moves.select("move_id", finding_id="finding_ids")
        .explode("finding_id")
        .join(findings.select("finding_id"), on="finding_id", how="semi")
        .group_by("move_id")
        .agg(finding_ids=pl.col("finding_id").sort())
    )
    kept = moves.drop("finding_ids").join(left, on="move_id").select(moves.collect_schema().names())
    drafts = marts["mart.owner_drafts"].join(left.select("move_id"), on="move_id", how="semi")
    return {"mart.moves": kept, "mart.owner_drafts": drafts}


def _without_gone_acts(skipped_steps: pl.LazyFrame, acts: pl.LazyFrame) -> pl.LazyFrame:
    steps = settled(skipped_steps).collect()
    act = pl.col("assigned_by_act_id")
    if steps.select(act.is_null().all()).item():  # acts need not be read, which are many
        return steps.lazy()
    known = acts.select(assigned_by_act_id="act_id", is_kept=pl.lit(value=True))
    return (
        steps.lazy()
        .join(known, on="assigned_by_act_id", how="left")
        .with_columns(assigned_by_act_id=pl.when("is_kept").then(act))
        .drop("is_kept")
    )
