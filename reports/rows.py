"""What a page reads of the published file, one query a section; joins and sums, no measures.

A week's rows serve every page of that week, so they are read once and cut to a reader afterwards.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from warehouse.read import connect
from warehouse.read import rows as ask

WEEKS = 12  # on the page
BEFORE = 13  # a usual needs the 12 weeks before this one
ROLLING = 8  # METHOD 6: the window of shares and ties

SECTIONS = {
    "about": "select * from mart.about",
    "people": "select person_id, name, title, team_id from mart.people",
    "teams": "select team_id, name from mart.teams",
    "lines": """
        select person_id, manager_id, valid_from, valid_to
        from mart.reporting_lines where line_type = 'solid'
    """,
    "mandates": """
        select mandate_id, holder_type, holder_id, mandate_kind, scope_type, scope_id,
            time_budget_hours_week, valid_from, valid_to
        from mart.mandates
    """,
    "person_weeks": """
        select * from mart.person_weeks where week between {first} and {week}
    """,
    "team_weeks": "select * from mart.team_weeks where week <= {week}",
    "seen": """
        select person_id, min(week) as first_week, count(*) as week_count
        from mart.person_weeks where is_observed and week <= {week} group by person_id
    """,
    "acts": """
        select week, actor_id, scope_type, scope_id, authority, authority_class,
            count(*) as act_count,
            coalesce(sum(round(minutes * 1000)::bigint), 0) / 1000 as minutes,
            count(*) filter (where is_recorded_late) as late_count,
            coalesce(sum(round(minutes * 1000)::bigint) filter (where is_recorded_late), 0) / 1000
                as late_minutes
        from mart.acts where week between {first} and {week}
        group by all
    """,
    "areas": "select * from mart.areas where week between {first} and {week}",
    "owners": "select scope_type, scope_id, owner_id from mart.area_owners where week = {week}",
    "actors": """
        select scope_type, scope_id, count(distinct actor_id) as actor_count
        from mart.acts
        where week between {year} and {week} and authority_class <> 'excluded'
        group by all
    """,
    "ties": "select * from mart.lead_ties where week = {week}",
    "coverage": """
        select * from mart.coverage
        where week between {twelve} and {week} or source like '%.%'  -- org files: as of now
    """,
    "findings": "select * from mart.findings where window_end >= {year} and window_start <= {end}",
    "moves": "select * from mart.moves",
    "evidence": """
        with wanted as (
            select evidence.*
            from mart.finding_evidence as evidence
            join mart.findings using (finding_id)
            where window_end >= {year} and window_start <= {end}
        ),
        of_objects as (
            select object_id, min(evidence_url) as evidence_url,
                min(actor_id) filter (where kind = 'convene') as organiser_id,
                min(happened_at) filter (where kind = 'convene') as held_at
            from mart.acts
            where object_id in (select evidence_id from wanted where evidence_kind <> 'act')
            group by object_id
        ),
        skipped as (
            select object_id, min(skipped_at) as skipped_at from mart.skipped_steps group by all
        )
        select wanted.finding_id, wanted.evidence_kind, wanted.evidence_id,
            acts.kind, acts.week, acts.authority_class, acts.object_kind, acts.target_id,
            coalesce(acts.object_id, of_objects.object_id) as object_id,
            coalesce(acts.happened_at, skipped_at, asked_at, held_at) as happened_at,
            coalesce(acts.evidence_url, of_objects.evidence_url) as evidence_url,
            coalesce(acts.actor_id, holder_id, organiser_id) as person_id
        from wanted
        left join mart.acts on evidence_kind = 'act' and acts.act_id = evidence_id
        left join mart.requests on evidence_kind = 'request' and request_id = evidence_id
        left join skipped on evidence_kind = 'skipped_step' and skipped.object_id = evidence_id
        left join of_objects on evidence_kind <> 'act' and of_objects.object_id = evidence_id
    """,
    "drafts": """
        select drafts.*, links.evidence_url
        from mart.owner_drafts as drafts
        left join (
            select object_id, min(evidence_url) as evidence_url
            from mart.acts
            where object_id in (select object_id from mart.owner_drafts)
            group by object_id
        ) as links using (object_id)
    """,
    "helped": """
        select actor_id, kind, count(*) as act_count, count(distinct target_id) as people_count
        from mart.acts
        where week = {week} and kind in ('answer', 'onboard') and authority_class <> 'excluded'
            and actor_id is not null
        group by all
    """,
    "quarters": """
        with by_person as (
            select date_trunc('quarter', week) as quarter, person_id,
                sum(round(hidden_hours * 1000)::bigint) / 1000 as value,
                sum(round(hidden_hours_low * 1000)::bigint) / 1000 as low,
                sum(round(hidden_hours_high * 1000)::bigint) / 1000 as high,
                sum(act_count) as act_count
            from mart.person_weeks where is_observed and week <= {week} group by all
        ),
        read as (
            select week from mart.person_weeks where is_observed and week <= {week}
            union
            select week from mart.team_weeks
            where team_id = '' and is_observed and week <= {week}
        ),
        weeks as (
            select date_trunc('quarter', week) as quarter, count(*) as week_count
            from read group by all
        )
        select quarter, week_count,
            sum(round(value * 1000)::bigint) / 1000 / week_count as value,
            sum(round(low * 1000)::bigint) / 1000 / week_count as low,
            sum(round(high * 1000)::bigint) / 1000 / week_count as high,
            sum(act_count)::bigint as act_count,
            count(*) filter (where act_count > 0) as people_count,
            max(value) / nullif(sum(round(value * 1000)::bigint) / 1000, 0) as top_share
        from by_person join weeks using (quarter)
        group by quarter, week_count
    """,
}


@dataclass(frozen=True)
class Rows:
    """A week's rows, by section, with the publication they come from."""

    week: date
    run_id: str
    data_until: datetime
    method_version: str
    tables: dict[str, pl.DataFrame]

    def __getitem__(self, section: str) -> pl.DataFrame:
        """The rows of one section."""
        return self.tables[section]


def read_rows(store: Path, week: date) -> Rows:
    """Everything that the pages of the week (a Monday) say, from one restricted store.

    Raises:
        ValueError: `week` is no Monday, or the store holds no publication.
    """
    if week.weekday():
        raise ValueError(f"{week} is no Monday; a week is named by its Monday")
    dates = {
        "week": _literal(week),
        "end": _literal(week + timedelta(days=6)),
        "first": _literal(week - timedelta(weeks=WEEKS + ROLLING)),
        "twelve": _literal(week - timedelta(weeks=WEEKS - 1)),
        "year": _literal(week - timedelta(weeks=51)),
    }
    with connect(store, threads=1) as con:
        tables = {
            name: ask(con, f"{sql.format(**dates)} order by all") for name, sql in SECTIONS.items()
        }
    if tables["about"].is_empty():
        raise ValueError(f"{store.name}: mart.about is empty; run `dottedline run` first")
    about: dict[str, Any] = tables["about"].row(0, named=True)
    return Rows(week, about["run_id"], in_utc(about["data_until"]), about["method_version"], tables)


def total(column: str) -> pl.Expr:
    """The sum of hours or minutes, to a thousandth: added as whole numbers, in any order alike."""
    return ((pl.col(column) * 1000).round().cast(pl.Int64).sum() / 1000).alias(column)


def _literal(value: date) -> str:
    return f"date '{value.isoformat()}'"


def in_utc(moment: datetime) -> datetime:
    """A published moment with its zone said: they are all UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def day_of(moment: datetime, zone: str) -> date:
    """The day of a published moment in the company's zone, where dates of org files begin."""
    return in_utc(moment).astimezone(ZoneInfo(zone)).date()


def holds_in(row: dict[str, Any], week: date, zone: str) -> bool:
    """Whether a line or mandate holds on some day of the week."""
    ends = row["valid_to"]
    is_begun = day_of(row["valid_from"], zone) < week + timedelta(days=7)
    return is_begun and (ends is None or day_of(ends, zone) > week)


def weeks_to(week: date, count: int) -> list[date]:
    """The Mondays of the `count` weeks that end with this one."""
    return [week - timedelta(weeks=back) for back in reversed(range(count))]
