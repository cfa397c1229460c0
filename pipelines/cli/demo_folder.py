"""The folder of a demo: what an earlier one left there goes, what is somebody's own stays."""

import csv
import hashlib
import os
import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.demo.org_files import MADE_BY
from models.settings import Settings
from pipelines import keys, settings_file
from pipelines.errors import UsageError
from pipelines.night import ledger_of

# What an earlier demo left; records of another company would look like records come late.
LEFT = ("lake", "published", "reports", "dagster", "ledger.sqlite", "ledger.sqlite-wal")
# What a demo writes before it runs.
WRITTEN = (settings_file.NAME, ".env", "corrections.toml", "org", "calendars", "shop.git")
MORNING = time(6)


def leave_others(out: Path) -> None:
    """Refuses a folder of somebody's own: a demo replaces or removes what it finds there.

    Raises:
        UsageError: it is one; give another folder.
    """
    settings = out / settings_file.NAME
    is_demo = settings.is_file() and settings.read_text("utf-8", "replace").startswith(MADE_BY)
    if not is_demo and any((out / name).exists() for name in (*WRITTEN, *LEFT)):
        raise UsageError(f"demo: {out} holds what no demo made; give another folder with --out")


def begin_anew(out: Path, seed: object) -> None:
    """Removes what an earlier demo computed there; the key follows from the seed, as all does."""
    for name in LEFT:
        path = out / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    key = hashlib.sha256(f"demo {seed}".encode()).hexdigest()
    path = out / keys.FILE
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{key}\n")


def preview(settings: Settings, org: Path, day: date) -> None:
    """The made-up people have had their pages since the morning of the day."""
    morning = datetime.combine(day, MORNING, ZoneInfo(settings.company.time_zone))
    with (org / "people.csv").open(encoding="utf-8", newline="") as file:
        people = sorted({row["person_id"] for row in csv.DictReader(file)})
    with ledger_of(settings) as ledger:
        for person_id in people:
            ledger.previewed(person_id, day - timedelta(weeks=1), morning)
