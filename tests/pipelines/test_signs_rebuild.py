"""Signs and moves after late changes are those of a rebuild: the launch, told piece by piece."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.working_time import holiday_dates
from pipelines.steps import SIGNS
from pipelines.touched import touched_weeks
from tests.models.moves.given_moves import IDENTITIES, attendances
from tests.models.signs import launch
from tests.models.signs.launch import READ, at, tables
from warehouse.lake import Lake
from warehouse.refresh import refresh

PARAMETERS = {
    "company_zone": "Europe/Berlin",
    "holiday_dates": holiday_dates({}, [2026]).lazy(),
}
AFTER = [
    launch.act(f"10-{day:02d} 08:00", 400 + day, "sven", "d1", "assign", "formal_mandate")
    for day in (6, 7, 13)
]
RELEASE = {
    "kind": "release", "scope_type": "project", "scope_id": "LNCH",
    "valid_from": at("10-08 22:00"), "valid_to": at("10-09 22:00"),
}  # fmt: skip
INCIDENT = {
    "kind": "incident", "scope_type": "project", "scope_id": "LNCH",
    "valid_from": at("09-22 08:00"), "valid_to": at("10-05 08:00"),
}  # fmt: skip


def frames(**changed):
    given = {"attendances": attendances(), "identities": IDENTITIES, **changed}
    return {name: frame.collect() for name, frame in tables(**given).items()}


NOTHING = frames(**{name: [] for name in READ})


def tell(lake: Lake, before: dict[str, pl.DataFrame], now: dict[str, pl.DataFrame], until) -> None:
    """Writes what differs, and touches the weeks that this concerns."""
    for name, table in READ.items():
        old, new = before[name], now[name]
        if table.week is None:
            touched = touched_weeks(lake, table, old, new, until)
            lake.write_whole(table, new, touched)
            continue
        differs = pl.concat(
            [
                new.join(old, on=new.columns, how="anti", nulls_equal=True),
                old.join(new, on=new.columns, how="anti", nulls_equal=True),
            ]
        )
        weeks = set(differs[table.week])
        if weeks:
            lake.write_weeks(table, new.filter(pl.col(table.week).is_in(sorted(weeks))), weeks)


def night(lake: Lake, until: datetime) -> dict[str, pl.DataFrame]:
    for step in SIGNS:
        refresh(lake, step, PARAMETERS, fingerprint="same", until=until)
    return {step.table.name: lake.scan(step.table).collect().sort(step.table.key) for step in SIGNS}


def acts(*more):
    return [*launch.window_acts(), *launch.baseline_acts(), *launch.meeting_acts(), *more]


NIGHTS = {
    "the window runs": [(at("09-22 22:00"), {}), (at("09-27 22:00"), {}), (at("10-05 22:00"), {})],
    "acts come late": [
        (at("10-04 22:00"), {"acts": launch.baseline_acts()}),
        (at("10-04 22:00"), {"acts": acts()}),
        (at("10-18 22:00"), {"acts": acts(*AFTER)}),
    ],
    "requests are answered": [
        (at("10-04 22:00"), {"requests": [*launch.requests()[:14]]}),
        (at("10-10 22:00"), {}),
    ],
    "the release is put off": [
        (at("10-10 22:00"), {}),
        (at("10-10 22:00"), {"windows": [RELEASE]}),
        (at("10-18 22:00"), {"windows": []}),
    ],
    "an incident is declared late": [
        (at("10-10 22:00"), {"windows": []}),
        (at("10-12 22:00"), {"windows": [RELEASE, INCIDENT]}),
    ],
    "readers answer": [
        (at("10-04 22:00"), {}),
        (at("10-04 22:00"), {"answers": [{"answer": "not_so", "answered_id": "S4-d2fcd7d3aa68"}]}),
        (at("10-05 22:00"), {"answers": [{"answer": "done", "answered_id": "M8-6a107e648a16"}]}),
    ],
}


@pytest.mark.parametrize("nights", NIGHTS.values(), ids=NIGHTS)
def test_late_changes_give_the_findings_and_moves_of_a_rebuild(tmp_path: Path, nights):
    lake, before = Lake(str(tmp_path / "kept")), NOTHING
    found: dict[str, pl.DataFrame] = {}
    for until, changed in nights:
        now = frames(**changed)
        tell(lake, before, now, until)
        found, before = night(lake, until), now
    anew = Lake(str(tmp_path / "anew"))
    tell(anew, NOTHING, before, nights[-1][0])
    for name, expected in night(anew, nights[-1][0]).items():
        assert_frame_equal(found[name], expected)
    assert found["signs.findings"].height > 0


def test_a_night_in_which_nothing_changed_computes_nothing(tmp_path):
    lake = Lake(str(tmp_path))
    tell(lake, NOTHING, frames(), launch.UNTIL)
    night(lake, launch.UNTIL)
    again = [refresh(lake, step, PARAMETERS, fingerprint="same", until=launch.UNTIL)
             for step in SIGNS]  # fmt: skip
    assert [done.weeks for done in again] == [()] * len(SIGNS)
