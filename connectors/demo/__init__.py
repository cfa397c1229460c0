"""A made-up company with planted truth: files, a git repository, and services that answer for it.

`build` makes it up, `serving` answers on loopback as its tracker and its code host. It needs git,
and neither network nor clock.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from connectors.connector import SourceError
from connectors.demo.calendars import write_calendars
from connectors.demo.changes import make_changes
from connectors.demo.company import Company
from connectors.demo.founding import make_company
from connectors.demo.org_files import MADE_BY, write_org_files, write_settings
from connectors.demo.proposals import make_host
from connectors.demo.repository import write_repository
from connectors.demo.services import github, jira
from connectors.demo.tickets import make_tracker
from connectors.demo.truth import Planted, truth

__all__ = ["Demo", "Planted", "build", "serving"]

TRACKER_PORT, HOST_PORT = 8071, 8072  # the same each time, so that the settings are the same too


@dataclass(frozen=True)
class Demo:
    """Where the made-up company lies, and what is planted in it."""

    settings: Path
    org: Path
    repository: Path
    calendars: Path
    truth: tuple[Planted, ...]
    company: Company
    tracker: jira.JiraSite
    host: github.HubSite


def build(out: Path, *, people: int = 24, weeks: int = 12, seed: int = 1, until: datetime) -> Demo:
    """Settings, org files, repository and calendars of the made-up company under `out`.

    A history of `weeks` weeks, and 14 more of lead-in, ends before `until`. What an earlier call
    wrote there is replaced; what a later step made there (lake, published files) stays.

    Raises:
        ValueError: an argument is out of its range; the message names the range.
        SourceError: git is missing, or the folder holds something that no demo made.
    """
    company = make_company(people, weeks, seed, until)
    changes = make_changes(company)
    tracker, in_tracker = make_tracker(company)
    host, at_host = make_host(company)
    files = {
        "settings": out / "dottedline.toml",
        "org": out / "org",
        "repository": out / "shop.git",
        "calendars": out / "calendars",
    }
    _clear(**files)
    met = write_calendars(company, files["calendars"])
    demo = Demo(
        **files,
        truth=tuple(truth(company, changes, [*in_tracker, *at_host, *met])),
        company=company,
        tracker=tracker,
        host=host,
    )
    _write_settings(demo, f"http://127.0.0.1:{TRACKER_PORT}", f"http://127.0.0.1:{HOST_PORT}")
    write_org_files(company, demo.org)
    write_repository(company, changes, demo.repository)
    return demo


@contextmanager
def serving(demo: Demo) -> Iterator[tuple[str, str]]:
    """Answers as the company's tracker and code host until the block ends; gives both addresses.

    Where a port is taken another is used, and the settings say so.
    """
    with ExitStack() as stack:
        try:
            tracker = stack.enter_context(jira.serving(demo.tracker, port=TRACKER_PORT))
        except OSError:
            tracker = stack.enter_context(jira.serving(demo.tracker))
        try:
            host = stack.enter_context(github.serving(demo.host, port=HOST_PORT))
        except OSError:
            host = stack.enter_context(github.serving(demo.host))
        _write_settings(demo, tracker, host)
        yield tracker, host


def _write_settings(demo: Demo, tracker: str, host: str) -> None:
    write_settings(demo.company, demo.settings.parent, demo.repository.name, tracker, host)


def _clear(settings: Path, org: Path, repository: Path, calendars: Path) -> None:
    """Makes room, in an empty folder or in one that an earlier demo made."""
    folder = settings.parent
    folder.mkdir(parents=True, exist_ok=True)
    if settings.exists() and settings.read_text("utf-8").startswith(MADE_BY):
        for made in (org, repository, calendars):
            if made.exists():
                shutil.rmtree(made)
    elif any(path.exists() for path in (settings, org, repository, calendars)):
        raise SourceError(
            f"demo: {folder} holds a company that no demo made; give another folder with --out"
        )
