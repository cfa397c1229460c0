"""`demo`: a made-up company, everything run on it, and what was planted beside what was found."""

import csv
import hashlib
import os
import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from connectors import demo as made_up
from connectors.demo import Demo
from connectors.demo.company import TIME_ZONE
from models.settings import Settings
from models.weeks import monday
from pipelines import keys, reporting, settings_file
from pipelines.cli import session
from pipelines.cli.run import nightly
from pipelines.cli.truth import found, manager_of
from pipelines.errors import UsageError
from pipelines.night import ledger_of, midnight
from pipelines.previews import after_working_days
from reports.folders import folder_of

# What an earlier demo left; records of another company would look like records come late.
LEFT = ("lake", "published", "reports", "dagster", "ledger.sqlite", "ledger.sqlite-wal")
MORNING = time(6)


def demo(
    *,
    weeks: int = 12,
    people: int = 24,
    seed: int = 1,
    truth: Annotated[bool, Parameter(negative=())] = False,
    keep_serving: Annotated[bool, Parameter(negative=())] = False,
    out: Path = Path("var/demo"),
) -> int:
    """Make up a company, run everything on it, and say where the pages are.

    Args:
        weeks: Weeks of history, after 14 of lead-in.
        people: People in the company.
        seed: Another number makes another company.
        truth: Print what was planted beside what was found.
        keep_serving: Let the made-up tracker and code host answer until Ctrl-C.
        out: Folder for all of it.
    """
    _leave_others(out)
    preview = Settings.model_fields["privacy"].default.preview_working_days
    day = last_day(session.now(), preview)
    try:
        with session.progress("Making up a company"):
            made = made_up.build(
                out, people=people, weeks=weeks, seed=seed, until=midnight(day, TIME_ZONE)
            )
    except ValueError as error:
        raise UsageError(f"demo: {error}") from None
    _begin_anew(out, seed)
    with made_up.serving(made) as (tracker, host):
        settings = settings_file.load(made.settings.absolute(), out, {})
        _preview(settings, made, day)
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


def _leave_others(out: Path) -> None:
    """Refuses the storage.root of somebody's own settings: a demo removes what it finds there."""
    if not (out / settings_file.NAME).exists() and any((out / name).exists() for name in LEFT):
        raise UsageError(f"demo: {out} holds what no demo made; give another folder with --out")


def _begin_anew(out: Path, seed: int) -> None:
    """Removes what an earlier demo computed there; the key follows from the seed, as all does."""
    for name in LEFT:
        path = out / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    key = hashlib.sha256(f"demo {seed}".encode()).hexdigest()
    path = out / keys.FILE
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{key}\n")


def _preview(settings: Settings, made: Demo, day: date) -> None:
    """The made-up people have had their pages since Monday morning."""
    morning = datetime.combine(day, MORNING, ZoneInfo(TIME_ZONE))
    with (made.org / "people.csv").open(encoding="utf-8", newline="") as file:
        people = sorted({row["person_id"] for row in csv.DictReader(file)})
    with ledger_of(settings) as ledger:
        for person_id in people:
            ledger.previewed(person_id, day - timedelta(weeks=1), morning)


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
