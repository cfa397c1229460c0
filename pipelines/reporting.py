"""Render the pages of a week from the published file: people's own, managers', everyone's."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import reports
from models.settings import Settings
from models.weeks import monday
from pipelines.night import Night, ledger_of
from pipelines.previews import after_working_days, opening_days, previewed_week
from reports.facts import Terms
from reports.folders import Format, folder_of, render, render_own
from warehouse import read as published
from warehouse.audit import Entry
from warehouse.ledger import Ledger

# Days stand in the text of queries: to take a parameter, DuckDB imports pandas where that is there.
# Who gets a page, and a digest of all rows that it can show: the page is made anew if it differs.
MEASURED = """
    select
        weeks.person_id,
        bit_xor(hash(weeks)) as week_digest,
        (
            select bit_xor(hash(acts))
            from mart.acts as acts
            where acts.actor_id = weeks.person_id
                and acts.week between date '{first}' and date '{week}'
        ) as act_digest,
        (
            select bit_xor(hash(lines))
            from mart.reporting_lines as lines
            where lines.person_id = weeks.person_id
        ) as line_digest,
        (
            select bit_xor(hash(requests))
            from mart.requests as requests
            where requests.holder_id = weeks.person_id
        ) as request_digest,
        (select bit_xor(hash(findings)) from mart.findings as findings) as finding_digest
    from mart.person_weeks as weeks
    where weeks.week between date '{first}' and date '{week}'
    group by weeks.person_id
    having bool_or(weeks.week = date '{week}' and weeks.team_id is not null)
    order by weeks.person_id
"""
LOOKED_AT = timedelta(weeks=12)  # before the week of a person's own page
# Everybody whom a manager's page of a week may tell of: direct reports, and those of whom a finding
# about the team tells or on whose answers it rests.
TOLD_OF = """
    with asked as (select date '{week}' as week, timestamp '{now}' as now),
    reports as (
        select distinct lines.manager_id, lines.person_id
        from asked, mart.reporting_lines as lines
        join mart.person_weeks as weeks using (person_id)
        where lines.line_type = 'solid' and weeks.week = asked.week and weeks.team_id is not null
            and lines.valid_from <= asked.now
            and (lines.valid_to is null or lines.valid_to > asked.now)
    ),
    found as (
        select finding_id, team_id, person_id
        from asked, mart.findings
        where status <> 'not_assessable'
            and window_end between asked.week and asked.week + interval 6 days
    ),
    told_of as (
        select team_id, person_id from found
        union
        select team_id, requests.holder_id
        from found
        join mart.finding_evidence as evidence using (finding_id)
        join mart.requests         as requests on requests.request_id = evidence.evidence_id
        where evidence.evidence_kind = 'request'
    )
    select manager_id, person_id from reports
    union
    select reports.manager_id, told_of.person_id
    from reports
    join mart.people       as people using (person_id)
    join told_of                     on told_of.team_id = people.team_id
    join mart.person_weeks as weeks  on weeks.person_id = told_of.person_id
    join asked                       on weeks.week = asked.week
    where weeks.team_id is not null and told_of.person_id <> reports.manager_id
"""


def store(settings: Settings) -> Path:
    """The published file that pages are made of."""
    return Path(settings.storage.root) / "published" / "restricted.duckdb"


def folder(settings: Settings) -> Path:
    """Where pages lie, one folder a reader."""
    return Path(settings.storage.root) / "reports"


def terms(settings: Settings) -> Terms:
    """Under which terms pages are read."""
    privacy = settings.privacy
    return Terms(
        company=settings.company.name,
        time_zone=settings.company.time_zone,
        smallest_group=privacy.smallest_group,
        preview_working_days=privacy.preview_working_days,
        assessed_on=privacy.assessed_on,
        answers_to=settings.reports.mail_from,
    )


def last_week(until: datetime, zone: str) -> date:
    """The Monday of the last week that had ended by a moment, in a zone."""
    return monday(until.astimezone(ZoneInfo(zone)).date()) - timedelta(weeks=1)


def people_pages(night: Night) -> int:
    """Everybody's own page of the last week; how many were made.

    From the first on their preview runs. A page whose rows are as they were stays as it is. People
    of no team have none: no manager's page names them.
    """
    settings = night.settings
    week = last_week(night.until, settings.company.time_zone)
    first = week - LOOKED_AT
    found = published.query(store(settings), MEASURED.format(first=first, week=week))
    terms_digest = f"{terms(settings)} {_code()}"
    made = 0
    with ledger_of(settings) as ledger:
        read = _by_person(ledger)
        for person_id, *digests in found.rows():
            readings = read.get(person_id, [])
            mark = hashlib.sha256(f"{digests} {readings} {terms_digest}".encode()).hexdigest()
            kept = folder_of(folder(settings), person_id, is_person=True) / f".own-{week}.digest"
            if kept.exists() and kept.read_text("ascii") == mark:
                continue
            own_page(settings, ledger, week, person_id, night.now, readings=readings)
            kept.touch(mode=0o600)
            kept.write_text(mark, "ascii")
            made += 1
    return made


def _by_person(ledger: Ledger) -> Mapping[str, Sequence[Entry]]:
    """The entries of the audit log by each person whose rows were read."""
    found: dict[str, list[Entry]] = {}
    for entry in ledger.audited():
        for person_id in entry.whose:
            found.setdefault(person_id, []).append(entry)
    return found


@cache
def _code() -> str:
    """Digest of the code and templates that make pages."""
    digest = hashlib.sha256()
    for path in sorted(Path(reports.__file__).parent.rglob("*")):
        if path.suffix in (".py", ".html", ".css"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def own_page(
    settings: Settings,
    ledger: Ledger,
    week: date,
    person_id: str,
    now: datetime,
    *,
    readings: Sequence[Entry],
    out: Path | None = None,
    formats: tuple[Format, ...] = ("html", "json"),
) -> list[Path]:
    """A person's own page of a week, as files; the ledger knows since when it is there.

    `readings` are the entries of the audit log that concern the person.

    Raises:
        ReportError: nobody has that id.
    """
    first = ledger.preview(person_id, week) or now
    day = first.astimezone(ZoneInfo(settings.company.time_zone)).date()
    written = render_own(
        store(settings),
        out or folder(settings),
        week,
        person_id=person_id,
        terms=terms(settings),
        rendered_at=now,
        opens_on=after_working_days(day, settings.privacy.preview_working_days),
        readings=readings,
        formats=formats,
    )
    if out is None:  # elsewhere the person does not find it
        ledger.previewed(person_id, week, now)
    return written


def manager_pages(night: Night) -> int:
    """Managers' pages and everyone's, of the last week and of the one now open; how many files."""
    settings, zone = night.settings, night.settings.company.time_zone
    week = last_week(night.until, zone)
    day = night.until.astimezone(ZoneInfo(zone)).date()
    opened = previewed_week(day, settings.privacy.preview_working_days)
    written = 0
    for each in sorted({opened, week}):
        pages = render(
            store(settings),
            folder(settings),
            each,
            terms=terms(settings),
            rendered_at=night.now,
            opens_on=openings(settings, each, night.now),
        )
        written += len(pages)
    return written


def openings(settings: Settings, week: date, now: datetime) -> Mapping[str, date]:
    """The day from which each manager's page of a week may name people; absent: not set yet."""
    moment = now.astimezone(UTC).replace(tzinfo=None)
    lines = published.query(store(settings), TOLD_OF.format(week=week, now=moment))
    people = dict(lines.group_by("manager_id").agg("person_id").rows())
    privacy = settings.privacy
    with ledger_of(settings) as ledger:
        return opening_days(
            ledger, week, people, settings.company.time_zone, privacy.preview_working_days
        )
