"""A manager's page names people only once these have had their own pages long enough."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.previews import after_working_days, opening_days
from warehouse.ledger import Ledger

WEEK = date(2026, 11, 16)
MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "count", "opens"),
    [
        (date(2026, 11, 23), 2, date(2026, 11, 25)),
        (date(2026, 11, 26), 2, date(2026, 11, 30)),  # over a weekend
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_working_days_are_monday_to_friday(day, count, opens):
    assert after_working_days(day, count) == opens


def opens(tmp_path: Path, had: dict[str, datetime], reports: list[str]) -> dict[str, date]:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        for person, moment in had.items():
            ledger.previewed(person, WEEK, moment)
        return opening_days(ledger, WEEK, {"mo": reports}, "Europe/Berlin", 2)


def test_the_last_page_to_come_decides(tmp_path):
    had = {"ada": MONDAY, "bo": THURSDAY}
    assert opens(tmp_path, had, ["ada", "bo"]) == {"mo": date(2026, 11, 30)}


def test_a_page_made_again_opens_no_later(tmp_path):
    opens(tmp_path, {"ada": MONDAY}, ["ada"])
    assert opens(tmp_path, {"ada": THURSDAY}, ["ada"]) == {"mo": date(2026, 11, 25)}


@pytest.mark.parametrize("reports", [["ada", "bo"], []])
def test_it_stays_closed_while_somebody_had_no_page(tmp_path, reports):
    assert opens(tmp_path, {"ada": MONDAY}, reports) == {}
