"""What a run says when it is over: what is new, what is missing, what to do next."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from models.settings import Settings
from pipelines import logs
from pipelines.errors import is_safe
from warehouse import read

if TYPE_CHECKING:  # importing it imports Dagster
    from pipelines.launch import Outcome

ROWS = "dagster/row_count"
QUESTION = '"select * from mart.readme"'
GAPS = """
    select source, string_agg(distinct problem, '; ')
    from mart.coverage
    where problem is not null and source not like '%.%'  -- org files are counted by row
    group by source
    order by source
"""


def summary(settings: Settings, until: date, outcome: "Outcome") -> Iterator[str]:
    """One line a matter; counts, tables and paths only."""
    root = Path(settings.storage.root)
    counts = outcome.counts
    new = sum(
        count
        for step, numbers in counts.items()
        if step.startswith("sources/")
        for name, count in numbers.items()
        if name.startswith("new rows")
    )
    weeks = max((numbers.get("weeks computed", 0) for numbers in counts.values()), default=0)
    acts = counts.get("metrics/acts", {}).get(ROWS, 0)
    yield f"Run {outcome.run_id}, acts before {until} 00:00 {settings.company.time_zone}"
    yield f"Read       {new} new or changed rows" if new else "Read       nothing new"
    yield f"Computed   {weeks} weeks; {acts} acts in all" if weeks else "Computed   nothing anew"
    if "published/files" in counts:
        yield f"Published  {root / 'published'}/ops.duckdb and restricted.duckdb"
    else:
        yield "Published  nothing; readers still see what was published before"
    if "reported/manager_pages" in counts:
        yield f"Pages      {root / 'reports'}"
    if not settings.sources:
        yield f"Missing    a source; name one in {settings.file_name} as [[sources]]"
    gaps = dict(_unread(outcome))
    if "published/files" in counts:
        gaps |= dict(_gaps(root))
    for source, problem in sorted(gaps.items()):
        yield f"Missing    {source}: {problem}"
    yield from _faults(outcome)


def _gaps(root: Path) -> Iterator[tuple[str, str]]:
    """Sources of which something is missing, as the published files say it."""
    for source, problem in read.query(root / "published" / "ops.duckdb", GAPS).rows():
        yield str(source), str(problem)


def _unread(outcome: "Outcome") -> Iterator[tuple[str, str]]:
    for step in outcome.unread:
        yield step.removeprefix("sources/"), f"could not be read; {logs.NAME} says why"


def _faults(outcome: "Outcome") -> Iterator[str]:
    for table, rules in outcome.broken.items():
        found = "; ".join(f"{count} {rule}" for rule, count in rules.items())
        yield f"Check      {table}: {found}"
    for step, error in outcome.errors.items():
        said = str(error) if is_safe(error) else f"{type(error).__name__}; {logs.NAME} says where"
        yield f"Failed     {step}: {said}"
    left_out = outcome.counts.get("org/problems", {}).get(ROWS, 0)
    if left_out:
        yield f"Left out   {left_out} rows of org files or corrections"


def next_steps(settings: Settings, outcome: "Outcome", command: str) -> Iterator[str]:
    """What to do next, by how the run ended; `command` is how these settings are asked."""
    has_problems = outcome.counts.get("org/problems", {}).get(ROWS, 0)
    if outcome.code or has_problems or not settings.sources:
        yield f"Next       {command} doctor says what to mend"
    else:
        yield f"Next       {command} query {QUESTION}"
