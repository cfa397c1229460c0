"""What all verbs share: which settings file, which folder and environment, how it is printed.

Rich is imported where there is a terminal to draw on.
"""

import json
import os
import shlex
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.settings import Settings
from pipelines import settings_file

if TYPE_CHECKING:
    from rich.console import Console

config_file: ContextVar[Path | None] = ContextVar("config_file", default=None)
log_folder: ContextVar[Path | None] = ContextVar("log_folder", default=None)


def settings() -> Settings:
    """The settings that `--config` names, else those of the current folder or above.

    Raises:
        SettingsError: none, or faults in them.
    """
    held = settings_file.load(config_file.get(), Path.cwd(), os.environ)
    log_folder.set(Path(held.storage.root))
    return held


def now() -> datetime:
    """The moment, in UTC: the clock is read here and in the schedules only."""
    return datetime.now(UTC)


def console() -> "Console":
    """Standard output: coloured on a terminal, plain and unwrapped when piped."""
    from rich.console import Console

    is_terminal = sys.stdout.isatty()
    return Console(
        file=sys.stdout,
        highlight=False,
        soft_wrap=not is_terminal,
        width=None if is_terminal else 10_000,
    )


def say(text: str) -> None:
    """One or more lines for the reader."""
    sys.stdout.write(f"{_lines(text)}\n")


def command(config: Path) -> str:
    """How settings are asked from here: `--config` only where they would not be found without."""
    here = Path.cwd()
    path = here / config
    found = (folder / settings_file.NAME for folder in (here, *here.parents))
    if path == next((each for each in found if each.is_file()), None):
        return "dottedline"
    return f"dottedline --config {shlex.quote(str(near(path)))}"


def near(path: Path) -> Path:
    """The path from here, where that is shorter."""
    here = Path.cwd()
    return path.absolute().relative_to(here) if path.absolute().is_relative_to(here) else path


def say_error(text: str) -> None:
    """One or more lines on standard error."""
    sys.stderr.write(f"{_lines(text)}\n")


def wait() -> None:
    """Waits for Ctrl-C."""
    say("Stop with Ctrl-C.")
    with suppress(KeyboardInterrupt):
        threading.Event().wait()


def say_json(value: object) -> None:
    """A value as JSON, for another program."""
    text = json.dumps(value, default=_plain, ensure_ascii=False, indent=2)
    sys.stdout.write(text + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def say_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows as a table on a terminal, separated by tabs when piped; a gap is left empty."""
    if not sys.stdout.isatty():
        for row in [columns, *rows]:
            sys.stdout.write("\t".join(_cell(value) for value in row) + "\n")
        return
    from rich.table import Table

    table = Table(*columns, header_style="bold", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(_escaped(_cell(value)) for value in row))
    console().print(table)


def _cell(value: object) -> str:
    """A value in one line; what would move the cursor of a terminal is taken out."""
    text = "" if value is None else str(value)
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _lines(text: str) -> str:
    """The same for a text of several lines: errors quote file names and values of strangers."""
    return "\n".join(map(_cell, text.split("\n")))


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """A line that says what long work is at; silent where there is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    shown = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with shown:
        task = shown.add_task(what, total=None)
        yield lambda text: shown.update(task, description=text)
