"""All signs in one table; a new sign is one file, its test and a line in SIGNS."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import polars as pl

from models.settled import settled
from models.signs.company import Company, without_objectors
from models.signs.crisis_reallocation import crisis_reallocation
from models.signs.first_weeks import first_weeks, without_first_weeks
from models.signs.saturated_holder import saturated_holder
from models.signs.shape import NOT_ASSESSABLE, contested, gated
from models.signs.skipped_steps import skipped_steps
from models.signs.slow_decisions import slow_decisions
from models.tables.signs import FindingEvidenceSchema, FindingsSchema

Sign = Callable[[Company], pl.LazyFrame]
SIGNS: Sequence[Sign] = [crisis_reallocation, slow_decisions, skipped_steps]
WITH_CONTEXT = ("S4", "P2")  # beside these stands what is known of the holder's load


def findings(
    acts: pl.LazyFrame,
    *,
    requests: pl.LazyFrame,
    finished_steps: pl.LazyFrame,
    ticket_events: pl.LazyFrame,
    code_review_events: pl.LazyFrame,
    meetings: pl.LazyFrame,
    attendances: pl.LazyFrame,
    meeting_weeks: pl.LazyFrame,
    register_weeks: pl.LazyFrame,
    team_weeks: pl.LazyFrame,
    identities: pl.LazyFrame,
    people: pl.LazyFrame,
    teams: pl.LazyFrame,
    reporting_lines: pl.LazyFrame,
    mandates: pl.LazyFrame,
    rotas: pl.LazyFrame,
    scopes: pl.LazyFrame,
    absences: pl.LazyFrame,
    windows: pl.LazyFrame,
    objections: pl.LazyFrame,
    answers: pl.LazyFrame,
    holiday_dates: pl.LazyFrame,
    company_zone: str,
    weeks: list[date],
    until: datetime,
) -> pl.LazyFrame:
    """What was found in each of `weeks`, and what could not be said and why.

    What people did, or were asked, after they objected is left out. A finding that the register
    cannot carry, or that a reader answered with [[not_so]], is not assessable and has no value.
    """
    company = Company(
        acts=without_objectors(acts, objections, "actor_id", "happened_at"),
        requests=without_objectors(requests, objections, "holder_id", "asked_at"),
        finished_steps=finished_steps,
        ticket_events=ticket_events,
        code_review_events=code_review_events,
        meetings=meetings,
        attendances=attendances,
        meeting_weeks=_with_moment(meeting_weeks, objections),
        register_weeks=register_weeks,
        team_weeks=team_weeks,
        identities=identities,
        people=people,
        teams=teams,
        reporting_lines=reporting_lines,
        mandates=mandates,
        rotas=rotas,
        scopes=scopes,
        absences=absences,
        windows=windows,
        holiday_dates=holiday_dates,
        company_zone=company_zone,
        weeks=weeks,
        until=until,
    )
    told = [without_first_weeks(sign(company), company) for sign in SIGNS]
    found = _judged([*told, first_weeks(company)], company, answers)
    seen = found.filter(
        pl.col("code").is_in(WITH_CONTEXT), pl.col("status") != NOT_ASSESSABLE
    ).with_columns(window_kind=pl.lit("context"))
    context = _judged([saturated_holder(seen, company)], company, answers)
    return pl.concat([found, context]).select(FindingsSchema.column_names())


def _judged(found: list[pl.LazyFrame], company: Company, answers: pl.LazyFrame) -> pl.LazyFrame:
    together = settled(pl.concat([settled(part) for part in found]))
    return settled(contested(gated(together, company), answers).sort("finding_id"))


def _with_moment(meeting_weeks: pl.LazyFrame, objections: pl.LazyFrame) -> pl.LazyFrame:
    """Meeting hours of weeks that ended before their person objected."""
    end = (pl.col("week") + pl.duration(days=7)).cast(pl.Datetime("us"))
    dated = meeting_weeks.with_columns(ends_at=end.dt.replace_time_zone("UTC"))
    return without_objectors(dated, objections, "person_id", "ends_at").drop("ends_at")


def finding_evidence(findings: pl.LazyFrame) -> pl.LazyFrame:
    """What each finding rests on, one row a trace."""
    parts = pl.col("evidence").str.splitn(":", 2).struct
    return (
        findings.select("finding_id", "week", "evidence")
        .explode("evidence")
        .filter(pl.col("evidence").is_not_null())
        .with_columns(evidence_kind=parts.field("field_0"), evidence_id=parts.field("field_1"))
        .select(FindingEvidenceSchema.column_names())
    )
