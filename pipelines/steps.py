"""What is computed from what, in order: one step a table. How, is in `models`."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from models import authority
from models.acts.act_targets import act_targets
from models.acts.assignments import assignments
from models.acts.code_merges import code_merges
from models.acts.code_reviews import code_reviews
from models.acts.convened_meetings import convened_meetings, led_by_meetings
from models.acts.decisions import decisions
from models.acts.finished_steps import finished_steps
from models.acts.follow_ups import follow_ups
from models.acts.merges import merges
from models.acts.reassignments import reassignments
from models.acts.requests import requests as asked
from models.acts.review_requests import review_requests
from models.acts.reviews import reviews
from models.acts.traces import traces
from models.authority.contested import contested
from models.metrics import (
    areas,
    concentration,
    effort,
    load,
    meetings,
    presence,
    register_weeks,
    requests,
    ties,
)
from models.moves.publish_owners import owner_drafts
from models.moves.recommendations import recommendations
from models.org.commit_scopes import commit_scopes
from models.signs.findings import finding_evidence, findings
from models.tables import acts as ledger
from models.tables import authority as judged
from models.tables import meetings as calendars
from models.tables import metrics, moves, org, raw, signs
from models.tables.code_reviews import CODE_REVIEW_EVENTS
from models.tables.tickets import TICKET_EVENTS
from warehouse.refresh import Step


def _targets(
    attendances: pl.LazyFrame, identities: pl.LazyFrame, **ledgers: pl.LazyFrame
) -> pl.LazyFrame:
    led = led_by_meetings(ledgers["convened_meetings"], attendances, identities)
    return act_targets(*ledgers.values(), several=led)


def _judged(*, weeks: list[date], **tables: pl.LazyFrame) -> pl.LazyFrame:
    """Acts of the weeks asked for; the weeks before are read for what was asked and seen then."""
    names = [table.name.partition(".")[2] for table in ledger.LEDGERS]
    ledgers = pl.concat([tables.pop(name) for name in names])
    contests = tables.pop("contests")
    asked_for = ledgers.filter(pl.col("utc_week").is_in(weeks))
    return contested(authority.acts(asked_for, **tables), contests)


SERVICES = (TICKET_EVENTS, CODE_REVIEW_EVENTS)
EVENTS = (*SERVICES, org.IDENTITIES)  # and who is behind their accounts
HOLDING = (org.MANDATES, org.ROTAS, org.PEOPLE, org.SCOPES, org.TEAMS)  # who holds what, when

SCOPES = [
    Step(
        org.COMMIT_SCOPES,
        commit_scopes,
        (raw.COMMITS, raw.COMMIT_FILES, raw.OWNER_PATTERNS),
        needs=(raw.COMMITS,),
    ),
]

ACTS = [
    Step(
        ledger.REVIEWS,
        reviews,
        (raw.TRAILERS, raw.COMMITS, org.COMMIT_SCOPES, org.IDENTITIES),
        needs=(raw.TRAILERS,),
    ),
    Step(
        ledger.MERGES,
        merges,
        (raw.COMMITS, org.COMMIT_SCOPES, org.IDENTITIES),
        needs=(raw.COMMITS,),
    ),
    Step(
        ledger.FOLLOW_UPS,
        follow_ups,
        (
            TICKET_EVENTS,
            calendars.MEETINGS,
            calendars.ATTENDANCES,
            org.IDENTITIES,
            org.PEOPLE,
            org.HANDOFFS,
        ),
        needs=(calendars.MEETINGS,),
    ),
    Step(
        ledger.ASSIGNMENTS,
        assignments,
        (*EVENTS, org.PEOPLE, org.HANDOFFS, ledger.FOLLOW_UPS),
        needs=SERVICES,
    ),
    Step(
        ledger.REASSIGNMENTS,
        reassignments,
        (*EVENTS, org.PEOPLE, org.HANDOFFS, org.ABSENCES, org.ROTAS, ledger.FOLLOW_UPS),
        needs=SERVICES,
    ),
    Step(
        ledger.REVIEW_REQUESTS,
        review_requests,
        (CODE_REVIEW_EVENTS, org.IDENTITIES),
        needs=(CODE_REVIEW_EVENTS,),
    ),
    Step(ledger.DECISIONS, decisions, (*EVENTS, *HOLDING), needs=SERVICES),
    Step(
        ledger.CONVENED_MEETINGS,
        convened_meetings,
        (calendars.MEETINGS, calendars.ATTENDANCES, org.IDENTITIES, org.PEOPLE, org.TEAMS),
        needs=(calendars.MEETINGS,),
    ),
    Step(
        ledger.CODE_REVIEWS,
        code_reviews,
        (CODE_REVIEW_EVENTS, ledger.DECISIONS, org.IDENTITIES),
        needs=(CODE_REVIEW_EVENTS,),
    ),
    Step(
        ledger.CODE_MERGES,
        code_merges,
        (CODE_REVIEW_EVENTS, org.IDENTITIES),
        needs=(CODE_REVIEW_EVENTS,),
    ),
    Step(
        ledger.ACT_TARGETS,
        _targets,
        (*ledger.LEDGERS, calendars.ATTENDANCES, org.IDENTITIES),
        needs=(*ledger.LEDGERS,),
    ),
    Step(ledger.REQUESTS, asked, EVENTS, needs=SERVICES),
    Step(
        ledger.FINISHED_STEPS,
        finished_steps,
        (
            TICKET_EVENTS,
            org.REQUIRED_STEPS,
            ledger.ASSIGNMENTS,
            ledger.REASSIGNMENTS,
            ledger.FOLLOW_UPS,
        ),
        needs=(org.REQUIRED_STEPS,),
    ),
    Step(
        ledger.TRACES,
        traces,
        (*ledger.LEDGERS, raw.COMMITS, org.COMMIT_SCOPES, *EVENTS),
        needs=(*ledger.LEDGERS, raw.COMMITS, *SERVICES),
    ),
    Step(
        judged.ACTS,
        _judged,
        (
            *ledger.LEDGERS,
            ledger.ACT_TARGETS,
            ledger.REQUESTS,
            ledger.TRACES,
            org.PEOPLE,
            org.TEAMS,
            org.REPORTING_LINES,
            org.MANDATES,
            org.DELEGATIONS,
            org.AGREEMENTS,
            org.SCOPES,
            org.ROTAS,
            org.ABSENCES,
            org.NO_OWNER,
            org.WINDOWS,
            org.CONTESTS,
        ),
        ("work_stretches", "weeks"),
        needs=(*ledger.LEDGERS,),
    ),
]

MEASURES = [
    Step(
        metrics.HELD_MEETINGS,
        meetings.held_meetings,
        (judged.ACTS, ledger.ACT_TARGETS, calendars.MEETINGS, *HOLDING),
        needs=(calendars.MEETINGS,),
    ),
    Step(
        metrics.MEETING_WEEKS,
        meetings.meeting_weeks,
        (calendars.ATTENDANCES, calendars.MEETINGS, org.IDENTITIES, org.PEOPLE),
        ("offsets", "company_zone"),
        needs=(calendars.ATTENDANCES,),
    ),
    Step(
        metrics.REQUESTS,
        requests.requests,
        (ledger.REQUESTS, *HOLDING),
        ("work_stretches", "until"),
        needs=(ledger.REQUESTS,),
    ),
    Step(
        metrics.ACTS,
        effort.acts,
        (judged.ACTS, metrics.HELD_MEETINGS, org.PEOPLE, org.ABSENCES),
        ("offsets", "minutes_of_week", "holiday_dates", "company_zone", "links"),
        needs=(judged.ACTS,),
    ),
    Step(
        metrics.REGISTER_WEEKS,
        register_weeks.register_weeks,
        (metrics.ACTS,),
        needs=(metrics.ACTS,),
    ),
    Step(
        metrics.PRESENT_WEEKS,
        presence.present_weeks,
        (metrics.ACTS, org.PEOPLE, org.ABSENCES, org.OBJECTIONS, metrics.COVERAGE),
        ("holiday_dates", "minutes_of_week"),
    ),
    Step(
        metrics.HIDDEN_MINUTES,
        load.hidden_minutes,
        (metrics.ACTS, metrics.PRESENT_WEEKS),
        needs=(metrics.ACTS,),
    ),
    Step(
        metrics.PERSON_WEEKS,
        load.person_weeks,
        (
            metrics.ACTS,
            metrics.PRESENT_WEEKS,
            metrics.HIDDEN_MINUTES,
            org.MANDATES,
            metrics.REGISTER_WEEKS,
            metrics.MEETING_WEEKS,
        ),
    ),
    Step(
        metrics.TEAM_WEEKS,
        concentration.team_weeks,
        (
            metrics.ACTS,
            metrics.PRESENT_WEEKS,
            metrics.HIDDEN_MINUTES,
            metrics.REGISTER_WEEKS,
            metrics.COVERAGE,
        ),
    ),
    Step(
        metrics.AREA_OWNERS,
        areas.area_owners,
        (ledger.TRACES, org.MANDATES, org.ROTAS, org.PEOPLE),
        needs=(ledger.TRACES,),
    ),
    Step(
        metrics.AREAS,
        areas.areas,
        (ledger.TRACES, metrics.AREA_OWNERS),
        ("weeks",),
        needs=(ledger.TRACES,),
    ),
    Step(metrics.LEAD_TIES, ties.lead_ties, (metrics.ACTS,), needs=(metrics.ACTS,)),
]

SIGNS = [
    Step(
        signs.FINDINGS,
        findings,
        (
            metrics.ACTS,
            metrics.REQUESTS,
            metrics.MEETING_WEEKS,
            metrics.REGISTER_WEEKS,
            metrics.TEAM_WEEKS,
            ledger.FINISHED_STEPS,
            *EVENTS,
            calendars.MEETINGS,
            calendars.ATTENDANCES,
            *HOLDING,
            org.REPORTING_LINES,
            org.ABSENCES,
            org.WINDOWS,
            org.OBJECTIONS,
            org.ANSWERS,
        ),
        ("holiday_dates", "company_zone", "weeks", "until"),
        # Declared windows and the first weeks of teams are told of without anything happening.
        needs=(TICKET_EVENTS, metrics.REQUESTS, ledger.FINISHED_STEPS, org.WINDOWS, org.TEAMS),
    ),
    Step(
        signs.FINDING_EVIDENCE,
        finding_evidence,
        (signs.FINDINGS,),
        needs=(signs.FINDINGS,),
    ),
    Step(
        moves.MOVES,
        recommendations,
        (
            signs.FINDINGS,
            metrics.ACTS,
            ledger.FINISHED_STEPS,
            calendars.ATTENDANCES,
            org.IDENTITIES,
            org.SCOPES,
            org.TEAMS,
            org.ANSWERS,
        ),
        ("company_zone",),
        needs=(signs.FINDINGS,),
    ),
    Step(
        moves.OWNER_DRAFTS,
        owner_drafts,
        (moves.MOVES, signs.FINDINGS, metrics.ACTS),
        needs=(moves.MOVES,),
    ),
]

STEPS: Sequence[Step] = [*SCOPES, *ACTS, *MEASURES, *SIGNS]
