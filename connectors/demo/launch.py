"""The launch: a company of nine and two weeks before a release, exactly as METHOD 8 tells it.

    made = launch.build(folder)
    with launch.serving(made):
        ...                                  # run until `made.until`

With `after` it goes on for two weeks: S holds a mandate for what S did anyway, and does the same
again. Run it until `launch.UNTIL` first: the answer to a move needs the move.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from connectors.connector import SourceError
from connectors.demo import launch_org
from connectors.demo.launch_meetings import write_calendars
from connectors.demo.launch_tickets import TOKEN, USER, make_tracker
from connectors.demo.org_files import MADE_BY
from connectors.demo.services import jira

UNTIL = date(2026, 10, 5)  # acts before that day, 00:00 in Berlin
UNTIL_AFTER = date(2026, 10, 19)
PORT = 8071  # the same each time, so that the settings are the same too


@dataclass(frozen=True)
class Launch:
    """Where the company lies; `site` is the tracker to serve while anything is read."""

    settings: Path
    org: Path
    calendars: Path
    corrections: Path
    site: jira.JiraSite
    until: date


def build(out: Path, *, after: bool = False) -> Launch:
    """Settings, secrets, org files and calendars under `out`, and the tracker to serve.

    What an earlier call wrote there is replaced; what a later step made there stays.

    Raises:
        SourceError: the folder holds something that no demo made; give another one.
    """
    made = Launch(
        settings=out / "dottedline.toml",
        org=out / "org",
        calendars=out / "calendars",
        corrections=out / "corrections.toml",
        site=make_tracker(after=after),
        until=UNTIL_AFTER if after else UNTIL,
    )
    _clear(made)
    launch_org.write_settings(out, f"http://127.0.0.1:{PORT}")
    launch_org.write_org_files(made.org, after=after)
    write_calendars(made.calendars, after=after)
    made.corrections.write_text(f"{MADE_BY}\n", encoding="utf-8")
    secrets = out / ".env"
    prefix = f"DOTTEDLINE_{launch_org.TRACKER.upper()}"
    secrets.write_text(f"{prefix}_USER={USER}\n{prefix}_TOKEN={TOKEN}\n", encoding="utf-8")
    secrets.chmod(0o600)
    return made


@contextmanager
def serving(made: Launch) -> Iterator[str]:
    """Answers as the company's tracker until the block ends; gives its address.

    Where the port is taken another is used, and the settings say so.
    """
    with ExitStack() as stack:
        try:
            url = stack.enter_context(jira.serving(made.site, port=PORT))
        except OSError:
            url = stack.enter_context(jira.serving(made.site))
        launch_org.write_settings(made.settings.parent, url)
        yield url


def answer_done(made: Launch, move_id: str) -> None:
    """A reader's answer in corrections.toml: this move is done."""
    text = f'{MADE_BY}\n[[done]]\nmove_id = "{move_id}"\n'
    made.corrections.write_text(text, encoding="utf-8")


def _clear(made: Launch) -> None:
    """Makes room, in an empty folder or in one that an earlier demo made."""
    folder = made.settings.parent
    folder.mkdir(parents=True, exist_ok=True)
    parts = (made.org, made.calendars)
    if made.settings.exists() and made.settings.read_text("utf-8").startswith(MADE_BY):
        for part in parts:
            if part.exists():
                shutil.rmtree(part)
    elif made.settings.exists() or any(part.exists() for part in parts):
        raise SourceError(
            f"demo: {folder} holds a company that no demo made; give another folder with --out"
        )
