"""`demo`: a made-up company, everything run on it, and what was planted beside what was found."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from connectors import demo as made_up
from connectors.demo import Demo
from connectors.demo.company import TIME_ZONE
from models.settings import Settings
from models.weeks import monday
from pipelines import reporting, settings_file
from pipelines.cli import session
from pipelines.cli.demo_folder import begin_anew, leave_others, preview
from pipelines.cli.run import nightly
from pipelines.cli.scenario import Scenario, play
from pipelines.cli.truth import found, manager_of
from pipelines.errors import UsageError
from pipelines.night import midnight
from pipelines.previews import after_working_days
from reports.folders import folder_of


def demo(
    *,
    weeks: int = 12,
    people: int = 24,
    seed: int = 1,
    scenario: Scenario | None = None,
    truth: Annotated[bool, Parameter(negative=())] = False,
    keep_serving: Annotated[bool, Parameter(negative=())] = False,
    out: Path = Path("var/demo"),
) -> int:
    """Make up a company, run everything on it, and say where the pages are.

    Args:
        weeks: Weeks of history, after 14 of lead-in.
        people: People in the company.
        seed: Another number makes another company.
        scenario: The launch of nine people in docs/launch.md, or that and what came after
            it; its weeks, people and seed are its own.
        truth: Print what was planted beside what was found.
        keep_serving: Let the made-up tracker and code host answer until Ctrl-C.
        out: Folder for all of it.
    """
    if scenario is not None:
        return play(out, scenario, truth=truth, keep_serving=keep_serving)
    leave_others(out)
    day = last_day(session.now(), Settings.model_fields["privacy"].default.preview_working_days)
    try:
        with session.progress("Making up a company"):
            made = made_up.build(
                out, people=people, weeks=weeks, seed=seed, until=midnight(day, TIME_ZONE)
            )
    except ValueError as error:
        raise UsageError(f"demo: {error}") from None
    begin_anew(out, seed)
    with made_up.serving(made) as (tracker, host):
        settings = settings_file.load(made.settings.absolute(), out, {})
        preview(settings, made.org, day)
        code = nightly(settings, made.settings.absolute(), until=day)
        if code == 0:
            if truth:
                session.say("")
                session.say_table(["planted", "planted", "found", ""], found(settings, made))
            _say_next(settings, made)
        if keep_serving:
            session.say(f"\nThe tracker answers at {tracker}, the code host at {host}.")
            session.wait()
    return code


def last_day(now: datetime, preview_working_days: int) -> date:
    """The last Monday since which people have had their pages long enough, so that names show."""
    today = now.astimezone(ZoneInfo(TIME_ZONE)).date()
    day = monday(today)
    is_open = after_working_days(day, preview_working_days) <= today
    return day if is_open else day - timedelta(weeks=1)


def _say_next(settings: Settings, made: Demo) -> None:
    """Where the pages are, and three commands to go on with."""
    pages, manager = reporting.folder(settings), manager_of(settings, made)
    command = session.command(made.settings.absolute())
    for title, path in (
        ("A manager's page", folder_of(pages, manager) / "latest.html"),
        ("Everyone's page", pages / "project" / "latest.html"),
    ):
        session.say(f"{title}: {session.near(path)}")
    session.say(
        f"\nGo on with:\n  {command} query --example\n"
        f"  {command} query --example team_load\n"
        f"  {command} explain Payments"
    )
