"""`schema` and `docs`: the settings and the tables, written down from their declarations."""

from pathlib import Path

from pipelines.cli import session


def schema() -> None:
    """Print the JSON schema of dottedline.toml."""
    from models.settings import json_schema

    session.say_json(json_schema())


def docs(*, out: Path = Path("docs")) -> None:
    """Write the pages about tables, views and examples, and signs and moves.

    Args:
        out: Folder to write tables.md, queries.md and signs.md to.
    """
    from models.tables.registry import TABLES
    from pipelines.dictionary import page
    from pipelines.signs_page import page as signs
    from warehouse.dictionary import page as queries
    from warehouse.examples import GENERAL, NAMED

    out.mkdir(parents=True, exist_ok=True)
    pages = {
        "tables.md": page(TABLES.values()),
        "queries.md": queries([*NAMED, *GENERAL]),
        "signs.md": signs(),
    }
    for name, text in pages.items():
        (out / name).write_text(text, encoding="utf-8")
        session.say(f"Wrote {out / name}")
