"""`schema` and `docs`: the settings and the tables, written down from their declarations."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from pipelines.cli import session


def schema() -> None:
    """Print the JSON schema of dottedline.toml."""
    from models.settings import json_schema

    session.say_json(json_schema())


def docs(
    *, out: Annotated[Path, Parameter(allow_leading_hyphen=True)] = Path("docs/tables.md")
) -> None:
    """Write the data dictionary as a page.

    Args:
        out: File to write; - prints the page.
    """
    from models.tables.registry import TABLES
    from pipelines.dictionary import page

    text = page(TABLES.values())
    if str(out) == "-":
        session.say(text)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    session.say(f"Wrote {len(TABLES)} tables to {out}")
