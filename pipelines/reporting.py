"""Render the pages of a week from the published file: people's own, managers', everyone's."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from models.settings import Settings
from models.weeks import monday
from pipelines import previews
from pipelines.night import Night
from reports.facts import Terms
from reports.folders import render, render_own
from warehouse import read

MEASURED = """
    select distinct person_id
    from mart.person_weeks
    where week = ? and team_id is not null
    order by person_id
"""


MANAGERS = "select distinct manager_id from mart.reporting_lines where line_type = 'solid'"


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


def last_week(night: Night) -> date:
    """The Monday of the last week that ended by `until`, in the company's zone."""
    return monday(_day(night)) - timedelta(weeks=1)


def people_pages(night: Night) -> int:
    """Everybody's own page of the last week; how many. From now on their preview runs.

    People of no team have none: no manager's page names them.
    """
    settings, week = night.settings, last_week(night)
    found = read.query(store(settings), MEASURED, [week])["person_id"]
    previews.note(night.root, week, _today(night))
    opens = previews.opens_on(night.root, week, settings.privacy.preview_working_days)
    for person_id in found:
        render_own(
            store(settings),
            folder(settings),
            week,
            person_id=person_id,
            terms=terms(settings),
            rendered_at=night.now,
            opens_on=opens,
        )
    return len(found)


def manager_pages(night: Night) -> int:
    """Managers' pages and everyone's, of the last week and of the one now open; how many."""
    settings = night.settings
    preview = settings.privacy.preview_working_days
    written = 0
    for week in sorted({previews.previewed_week(_day(night), preview), last_week(night)}):
        opens = previews.opens_on(night.root, week, preview)
        managers = read.query(store(settings), MANAGERS)["manager_id"]
        pages = render(
            store(settings),
            folder(settings),
            week,
            terms=terms(settings),
            rendered_at=night.now,
            opens_on=dict.fromkeys(managers, opens) if opens else {},
        )
        written += len(pages)
    return written


def _day(night: Night) -> date:
    return night.until.astimezone(ZoneInfo(night.settings.company.time_zone)).date()


def _today(night: Night) -> date:
    return night.now.astimezone(ZoneInfo(night.settings.company.time_zone)).date()
