"""A manager's page names people only once these have had their own pages long enough."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.previews import after_working_days, opening_days
from pipelines.reporting import TOLD_OF
from tests.reports.given_launch import LAUNCH_READ_AT, LAUNCH_WEEK, PEOPLE, launch
from tests.reports.given_mart import Story
from warehouse.ledger import Ledger
from warehouse.read import query

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


def told_of(folder: Path, story: Story) -> set[str]:
    moment = LAUNCH_READ_AT.replace(tzinfo=None)
    return set(
        query(story.write(folder), TOLD_OF.format(week=LAUNCH_WEEK, now=moment))["person_id"]
    )


def test_a_page_also_waits_for_those_of_whom_a_finding_tells(tmp_path):
    reports = set(PEOPLE) - {"m", "p"}
    assert told_of(tmp_path, launch()) == {*reports, "p"}
    said_no_more = launch().change("findings", lambda row: True, status="not_assessable")
    assert told_of(tmp_path, said_no_more) == reports
    other_team = launch().change("findings", lambda row: True, team_id="web")
    assert told_of(tmp_path, other_team) == reports


def test_who_answered_late_is_told_of_too(tmp_path):
    story = launch().drop("findings", lambda row: row["code"] != "P2")
    assert "p" in told_of(tmp_path, story)


def test_nobody_is_waited_for_who_has_no_page_of_that_week(tmp_path):
    story = launch().drop(
        "person_weeks", lambda row: (row["person_id"], row["week"]) == ("p", LAUNCH_WEEK)
    )
    assert "p" not in told_of(tmp_path, story)
