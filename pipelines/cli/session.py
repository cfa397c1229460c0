"""What all verbs share: which settings file, which folder and environment, how it is printed."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from models.settings import Settings
from pipelines import settings_file

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


def console() -> Console:
    """Standard output: coloured on a terminal, plain and unwrapped when piped."""
    is_terminal = sys.stdout.isatty()
    return Console(
        file=sys.stdout,
        highlight=False,
        soft_wrap=not is_terminal,
        width=None if is_terminal else 10_000,
    )


def say(text: str) -> None:
    """One line for the reader; brackets in it are no markup."""
    console().print(text, markup=False)


def say_error(text: str) -> None:
    """One or more lines on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)


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
    table = Table(*columns, header_style="bold", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(_escaped(_cell(value)) for value in row))
    console().print(table)


def _cell(value: object) -> str:
    """A value in one line; what would move the cursor of a terminal is taken out."""
    text = "" if value is None else str(value)
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """A line that says what long work is at; silent where there is no terminal."""
    shown = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with shown:
        task = shown.add_task(what, total=None)
        yield lambda text: shown.update(task, description=text)
