"""What is computed from what, in order: one step a table. How, is in `models`."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from models import authority
from models.acts.act_targets import act_targets
from models.acts.merges import merges
from models.acts.reviews import reviews
from models.acts.traces import traces
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
from models.org.commit_scopes import commit_scopes
from models.tables import acts as ledger
from models.tables import authority as judged
from models.tables import meetings as calendars
from models.tables import metrics, org, raw
from warehouse.refresh import Step


def _targets(**ledgers: pl.LazyFrame) -> pl.LazyFrame:
    return act_targets(*ledgers.values())


def _judged(
    reviews: pl.LazyFrame, merges: pl.LazyFrame, *, weeks: list[date], **register: pl.LazyFrame
) -> pl.LazyFrame:
    """Acts of the weeks asked for; the weeks before are read for what was asked and seen then."""
    ledgers = pl.concat([reviews, merges]).filter(pl.col("utc_week").is_in(weeks))
    return authority.acts(ledgers, **register)


HOLDING = (org.MANDATES, org.ROTAS, org.PEOPLE, org.SCOPES, org.TEAMS)  # who holds what, when

SCOPES = [
    Step(org.COMMIT_SCOPES, commit_scopes, (raw.COMMITS, raw.COMMIT_FILES, raw.OWNER_PATTERNS)),
]

ACTS = [
    Step(
        ledger.REVIEWS,
        reviews,
        (raw.TRAILERS, raw.COMMITS, org.COMMIT_SCOPES, org.IDENTITIES),
    ),
    Step(ledger.MERGES, merges, (raw.COMMITS, org.COMMIT_SCOPES, org.IDENTITIES)),
    Step(ledger.ACT_TARGETS, _targets, tuple(ledger.LEDGERS)),
    Step(
        ledger.TRACES,
        traces,
        (ledger.REVIEWS, ledger.MERGES, raw.COMMITS, org.COMMIT_SCOPES, org.IDENTITIES),
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
        ),
        ("work_stretches", "weeks"),
    ),
]

MEASURES = [
    Step(
        metrics.HELD_MEETINGS,
        meetings.held_meetings,
        (judged.ACTS, ledger.ACT_TARGETS, calendars.MEETINGS, *HOLDING),
    ),
    Step(
        metrics.MEETING_WEEKS,
        meetings.meeting_weeks,
        (calendars.ATTENDANCES, calendars.MEETINGS, org.IDENTITIES, org.PEOPLE),
        ("offsets", "company_zone"),
    ),
    Step(
        metrics.REQUESTS,
        requests.requests,
        (ledger.REQUESTS, *HOLDING),
        ("work_stretches", "until"),
    ),
    Step(
        metrics.ACTS,
        effort.acts,
        (judged.ACTS, metrics.HELD_MEETINGS, org.PEOPLE, org.ABSENCES),
        ("offsets", "minutes_of_week", "holiday_dates", "company_zone", "links"),
    ),
    Step(metrics.REGISTER_WEEKS, register_weeks.register_weeks, (metrics.ACTS,)),
    Step(
        metrics.PRESENT_WEEKS,
        presence.present_weeks,
        (metrics.ACTS, org.PEOPLE, org.ABSENCES, org.OBJECTIONS, metrics.COVERAGE),
        ("holiday_dates", "minutes_of_week"),
    ),
    Step(metrics.HIDDEN_MINUTES, load.hidden_minutes, (metrics.ACTS, metrics.PRESENT_WEEKS)),
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
    ),
    Step(metrics.AREAS, areas.areas, (ledger.TRACES, metrics.AREA_OWNERS), ("weeks",)),
    Step(metrics.LEAD_TIES, ties.lead_ties, (metrics.ACTS,)),
]

STEPS: Sequence[Step] = [*SCOPES, *ACTS, *MEASURES]
