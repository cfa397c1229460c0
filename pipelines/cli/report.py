"""`report`: pages of a week from the published files, for one reader or all."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from models.settings import Settings
from models.weeks import iso_week
from pipelines import reporting
from pipelines.cli import session
from pipelines.errors import UsageError
from pipelines.night import ledger_of
from reports.folders import Format, render, render_one
from reports.groups import manager_of
from reports.rows import read_rows
from warehouse import read

WEEKS = "select min(week), max(week) from mart.coverage"


def report(
    *,
    team: str | None = None,
    person: str | None = None,
    week: str | None = None,
    format: Literal["html", "pdf", "json"] = "html",  # noqa: A002 - the word of the contract
    out: Path | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Render pages of a week from the published files only.

    Args:
        team: The page of that team's manager.
        person: That person's own page.
        week: Week such as 2026-W47; the last one that ended without it.
        format: html, pdf or json.
        out: Folder to write to; storage.root/reports without it.
        json: Print the paths as JSON.
    """
    if team and person:
        raise UsageError("Give --team or --person, not both")
    settings = session.settings()
    monday = _week(settings, week)
    paths = _rendered(settings, out, monday, (format,), team, person)
    if json:
        session.say_json([str(path) for path in paths])
    for path in [] if json else paths:
        session.say(str(path))


def _week(settings: Settings, week: str | None) -> date:
    if week is not None:
        return _published(settings, week)
    about = read.query(reporting.store(settings), "select data_until from mart.about")
    until = about["data_until"].dt.replace_time_zone("UTC")[0]
    return reporting.last_week(until, settings.company.time_zone)


def _published(settings: Settings, week: str) -> date:
    """The Monday of a week that the published file knows."""
    try:
        monday = iso_week(week)
    except ValueError as error:
        raise UsageError(f"--week {week}: {error}") from None
    ((first, last),) = read.query(reporting.store(settings), WEEKS).rows()
    if first is not None and not first <= monday <= last:
        raise UsageError(
            f"--week {week}: published are {first:%G-W%V} to {last:%G-W%V}; give one of these"
        )
    return monday


def _rendered(
    settings: Settings,
    out: Path | None,
    week: date,
    formats: tuple[Format, ...],
    team: str | None,
    person: str | None,
) -> list[Path]:
    now, store = session.now(), reporting.store(settings)
    if person:
        with ledger_of(settings) as ledger:
            return reporting.own_page(
                settings, ledger, week, person, now, readings=ledger.audited(person), out=out,
                formats=formats,
            )  # fmt: skip
    folder, terms = out or reporting.folder(settings), reporting.terms(settings)
    openings = reporting.openings(settings, week, now)
    if team is None:
        return render(
            store, folder, week, terms=terms, rendered_at=now, opens_on=openings, formats=formats
        )
    manager = manager_of(read_rows(store, week), team, now)
    return render_one(
        store, folder, week, reader=manager, terms=terms, rendered_at=now,
        opens_on=openings.get(manager), formats=formats,
    )  # fmt: skip
