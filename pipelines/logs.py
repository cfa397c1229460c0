"""Logs: lines for a reader in a terminal, JSON lines elsewhere, each with the run's id.

Counts, ids of runs and names of tables and sources only. Of an unexpected error the kind and the
places in the code are kept, never its message: libraries quote values in theirs.
"""

import json
import os
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

NAME = "log.jsonl"
MOST_BYTES = 5_000_000  # some years of nights; then the older half goes to log.jsonl.1

Event = MutableMapping[str, Any]


def logger() -> Any:
    """The logger of this run."""
    return structlog.get_logger()


def configure(*, stream: TextIO | None, folder: Path | None, run_id: str) -> None:
    """Send what is logged to `stream` (None: nowhere), and as JSON lines to a file in `folder`.

    A terminal hears of warnings and errors only: progress is drawn there.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _places,
            _Write(stream, folder),
        ],
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(run_id=run_id)


def places(error: BaseException) -> list[str]:
    """Where in the code an error came up, outermost first: file, line and function."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _places(_logger: Any, _method: str, event: Event) -> Event:
    error = event.pop("error", None)
    if isinstance(error, BaseException):
        event["kind"], event["places"] = type(error).__name__, places(error)
    return event


class _Write:
    """The last processor: writes, and lets nothing further."""

    def __init__(self, stream: TextIO | None, folder: Path | None) -> None:
        self.stream = stream
        self.path = folder / NAME if folder is not None else None
        self.is_terminal = stream is not None and stream.isatty()
        self.console = structlog.dev.ConsoleRenderer(colors=self.is_terminal)

    def __call__(self, logger: Any, method: str, event: Mapping[str, Any]) -> str:
        line = json.dumps(dict(event), default=str)
        if self.path is not None:
            try:
                _append(self.path, line)
            except OSError as error:  # a full disk must not hide what is being logged
                sys.stderr.write(f"{self.path}: not written: {error.strerror}\n")
        if self.stream is None:
            raise structlog.DropEvent
        if not self.is_terminal:
            print(line, file=self.stream, flush=True)
        elif method in ("warning", "error", "critical"):
            seen = {
                name: value for name, value in event.items() if name not in ("places", "run_id")
            }
            print(self.console(logger, method, seen), file=self.stream)
        raise structlog.DropEvent


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > MOST_BYTES:
        path.replace(path.with_name(f"{NAME}.1"))
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(line + "\n")
