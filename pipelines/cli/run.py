"""`run` and `sync`: the night by hand, and its first part alone."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from cyclopts import Parameter

from models.settings import Settings
from pipelines import logs
from pipelines.cli import session
from pipelines.cli.summary import next_steps, summary
from pipelines.errors import DONE, UNREACHABLE, UsageError
from pipelines.night import environment, open_night, until_day
from pipelines.notify import Failure, NotifyError, tell


def run(
    *,
    until: date | None = None,
    full: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Sync, compute, check, publish, report: the nightly job.

    Args:
        until: Acts before that date 00:00, company time; today's without it.
        full: Read all sources from scratch and compute every table anew.
    """
    settings = session.settings()
    config = Path(settings.folder) / settings.file_name
    return nightly(settings, config, until=until, is_full=full)


def nightly(settings: Settings, config: Path, *, until: date | None, is_full: bool = False) -> int:
    """Runs the nightly job, says what came of it, and tells who is to hear of a failure."""
    day = until_day(settings, until, session.now())
    run_id = str(uuid4())
    logs.configure(stream=sys.stderr, folder=Path(settings.storage.root), run_id=run_id)
    with session.progress("Starting") as shown:
        from pipelines.launch import launch

        outcome = launch(
            settings,
            until=day,
            is_full=is_full,
            run_id=run_id,
            heard=lambda step, _error: shown(step),
        )
    logs.logger().info("run ended", code=outcome.code, failed=list(outcome.errors))
    for line in summary(settings, day, outcome):
        session.say(line)
    if outcome.failure is not None:
        _tell(settings, outcome.failure)
    for line in next_steps(settings, outcome, session.command(config)):
        session.say(line)
    return outcome.code


def _tell(settings: Settings, failure: Failure) -> None:
    to = settings.notify.failures_to
    if not to:
        return
    try:
        tell(
            failure,
            to,
            sender=settings.reports.mail_from,
            internal_hosts=settings.privacy.internal_hosts,
            environ=environment(settings),
        )
    except NotifyError as error:
        session.say_error(f"notify.failures_to: nobody was told: {error}")
    else:
        session.say("notify.failures_to was told")


def sync(*names: str, since: date | None = None) -> int:
    """Bring sources up to date, nothing else.

    Args:
        names: Sources, as dottedline.toml names them; all without any.
        since: Read from that date on, whatever the settings say.
    """
    from pipelines.sync import sync as synced

    settings = session.settings()
    known = {source.name: source for source in settings.sources}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(
            f"'{unknown[0]}' is no source; {settings.file_name} has {', '.join(known)}"
        )
    logs.configure(stream=sys.stderr, folder=Path(settings.storage.root), run_id=str(uuid4()))
    night = open_night(settings, until=None, now=session.now(), run_id="")
    code = DONE
    for name in names or known:
        with session.progress(f"Reading {name}"):
            found = synced(night, known[name], since)
        logs.logger().info("synced", source=name, rows=sum(found.row_counts.values()))
        session.say(_said(name, sum(found.row_counts.values()), found.error))
        for problem in found.problems:
            session.say(f"  {problem}")
        code = UNREACHABLE if found.error else code
    return code


def _said(name: str, rows: int, error: str | None) -> str:
    if error:
        return f"{name}: could not be read, its earlier rows stay: {error}"
    return f"{name}: {rows} new or changed rows" if rows else f"{name}: nothing new"
