"""Where pages lie: one folder a reader that only its owner may open, one file a week and format.

`<root>/reports/<reader>/2026-W47.html`, `.json` and `latest.html`, which is that of the last week
that was rendered, in whatever order; a person's own page lies in their folder too, as
`own-2026-W47.html`. No index across readers.
"""

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from reports import page
from reports.facts import Terms, Weekly
from reports.groups import PROJECT, ReportError, managers
from reports.own import own
from reports.own_facts import Own
from reports.rows import read_rows
from reports.weekly import page_of, weekly
from warehouse.audit import Entry

Format = Literal["html", "json", "pdf"]
READABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def render(
    store: Path,
    root_reports: Path,
    week: date,
    *,
    terms: Terms,
    rendered_at: datetime,
    opens_on: Mapping[str, date] | None = None,
    formats: tuple[Format, ...] = ("html", "json"),
) -> list[Path]:
    """The pages of a week for every line manager and for everyone, as files.

    `opens_on` is, by line manager, the day from which their page may name people; a manager who is
    not in it gets the page without names.
    """
    rows = read_rows(store, week)
    readers = [*managers(rows, rendered_at), PROJECT]
    folders = [folder_of(root_reports, reader) for reader in readers]
    if len({str(folder).casefold() for folder in folders}) < len(folders):
        raise ReportError(
            f"{root_reports}: two readers' ids differ only in upper and lower case, and would "
            "share a folder; change one of the ids in org/people.csv"
        )
    days = opens_on or {}
    written: list[Path] = []
    for reader, folder in zip(readers, folders, strict=True):
        made = page_of(
            rows, reader, terms=terms, rendered_at=rendered_at, opens_on=days.get(reader)
        )
        written += _write(folder, made.iso_week, "latest.html", made, page.html(made), formats)
    return written


def render_one(
    store: Path,
    root_reports: Path,
    week: date,
    *,
    terms: Terms,
    rendered_at: datetime,
    reader: str | None = None,
    team_id: str | None = None,
    opens_on: date | None = None,
    formats: tuple[Format, ...] = ("html", "json"),
) -> list[Path]:
    """The page of one reader, or of a team's manager, as files.

    Raises:
        ReportError: as `weekly`.
    """
    made = weekly(
        store,
        week=week,
        terms=terms,
        rendered_at=rendered_at,
        reader=reader,
        team_id=team_id,
        opens_on=opens_on,
    )
    folder = folder_of(root_reports, made.reader)
    return _write(folder, made.iso_week, "latest.html", made, page.html(made), formats)


def render_own(
    store: Path,
    root_reports: Path,
    week: date,
    *,
    person_id: str,
    terms: Terms,
    rendered_at: datetime,
    opens_on: date | None = None,
    readings: Sequence[Entry] = (),
    formats: tuple[Format, ...] = ("html", "json"),
) -> list[Path]:
    """A person's own page as files in their own folder; `readings` as in `own`.

    Raises:
        ReportError: nobody has that id.
    """
    made = own(
        store,
        person_id=person_id,
        week=week,
        terms=terms,
        rendered_at=rendered_at,
        opens_on=opens_on,
        readings=readings,
    )
    folder = folder_of(root_reports, person_id, is_person=True)
    text = page.own_html(made)
    return _write(folder, f"own-{made.iso_week}", "own-latest.html", made, text, formats)


def folder_of(root_reports: Path, reader: str, *, is_person: bool = False) -> Path:
    """The folder of a reader: the id where it is a plain name, else a digest of it.

    An id comes from a file and may be anything; it never leads out of the folder, and a person
    called like the page for everyone does not share its folder.
    """
    is_plain = READABLE.fullmatch(reader) and not (is_person and reader.casefold() == PROJECT)
    digest = hashlib.sha256(reader.encode()).hexdigest()[:32]
    return root_reports / (reader if is_plain else f"id-{digest}")


def _write(
    folder: Path,
    stem: str,
    latest: str,
    values: Weekly | Own,
    text: str,
    formats: tuple[Format, ...],
) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for private in (folder.parent, folder):
        private.chmod(0o700)
    written = []
    if "json" in formats:
        written.append(_file(folder / f"{stem}.json", page.as_json(values).encode()))
    if "pdf" in formats:
        written.append(_file(folder / f"{stem}.pdf", page.pdf(text)))
    if "html" in formats:
        week = _file(folder / f"{stem}.html", text.encode())
        written.append(week)
        if week.name == max(
            path.name for path in folder.glob(latest.replace("latest", "????-W??"))
        ):
            written.append(_file(folder / latest, text.encode()))
    return written


def _file(path: Path, content: bytes) -> Path:
    """The file with its content, whole or not at all, for its owner only."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    part.replace(path)
    return path
