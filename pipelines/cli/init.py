"""`init`: settings, org files and corrections to begin with."""

import sys
from pathlib import Path
from zoneinfo import available_timezones

from pipelines import starter
from pipelines.cli import session
from pipelines.errors import UsageError


def init(folder: Path = Path()) -> None:
    """Write dottedline.toml, org/*.csv with an example row each, and corrections.toml.

    Files that are there are never touched. Asks only when a terminal answers.

    Args:
        folder: Where to write; the current folder without it.
    """
    name, zone, repository = _asked(folder) if sys.stdin.isatty() else (_name(folder), "UTC", None)
    written = starter.write(folder, starter.files(name, zone, repository))
    for path in written.new:
        session.say(f"wrote  {path}")
    for path in written.kept:
        session.say(f"kept   {path}, which was there")
    session.say(
        "\nNext: put your sources into dottedline.toml, and fill privacy.legal_basis and "
        "privacy.assessed_on;\n      dottedline doctor says what is missing, dottedline run begins."
    )


def _asked(folder: Path) -> tuple[str, str, str | None]:
    """Company, zone and clone, as somebody at the terminal answers; Enter takes what is offered."""
    console = session.console()
    name = console.input(f"Company [{_name(folder)}]: ").strip() or _name(folder)
    zone = console.input("Time zone in which dates of org files begin [UTC]: ").strip() or "UTC"
    if zone not in available_timezones():
        raise UsageError(f"'{zone}' is no time zone; write one such as Europe/Berlin")
    repository = console.input("Path of a git clone to begin with [none]: ").strip()
    return name, zone, repository or None


def _name(folder: Path) -> str:
    return folder.absolute().name or "Example"
