"""A made-up company with planted truth: files and a git repository that the connectors then read.

`build` is all there is to call. It needs git, and neither network nor clock.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from connectors.connector import SourceError
from connectors.demo.changes import make_changes
from connectors.demo.founding import make_company
from connectors.demo.org_files import MADE_BY, write_org_files, write_settings
from connectors.demo.repository import write_repository
from connectors.demo.truth import Planted, truth

__all__ = ["Demo", "Planted", "build"]


@dataclass(frozen=True)
class Demo:
    """Where the made-up company lies, and what is planted in it."""

    settings: Path
    org: Path
    repository: Path
    truth: tuple[Planted, ...]


def build(out: Path, *, people: int = 24, weeks: int = 12, seed: int = 1, until: datetime) -> Demo:
    """Settings, org files and repository of the made-up company under `out`, and its truth.

    A history of `weeks` weeks, and 14 more of lead-in, ends before `until`. What an earlier call
    wrote there is replaced; what a later step made there (lake, published files) stays.

    Raises:
        ValueError: an argument is out of its range; the message names the range.
        SourceError: git is missing, or the folder holds something that no demo made.
    """
    company = make_company(people, weeks, seed, until)
    changes = make_changes(company)
    demo = Demo(
        settings=out / "dottedline.toml",
        org=out / "org",
        repository=out / "shop.git",
        truth=tuple(truth(company, changes)),
    )
    _clear(demo)
    write_settings(company, out, demo.repository.name)
    write_org_files(company, demo.org)
    write_repository(company, changes, demo.repository)
    return demo


def _clear(demo: Demo) -> None:
    """Makes room, in an empty folder or in one that an earlier demo made."""
    folder = demo.settings.parent
    folder.mkdir(parents=True, exist_ok=True)
    if demo.settings.exists() and demo.settings.read_text("utf-8").startswith(MADE_BY):
        for made in (demo.org, demo.repository):
            if made.exists():
                shutil.rmtree(made)
    elif demo.settings.exists() or demo.org.exists() or demo.repository.exists():
        raise SourceError(
            f"demo: {folder} holds a company that no demo made; give another folder with --out"
        )
