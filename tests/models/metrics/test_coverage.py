"""A week is complete when it was read whole; a gap is empty, never zero."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from models.metrics.coverage import coverage
from models.tables.metrics import CoverageSchema

UNTIL = datetime(2026, 11, 18, tzinfo=UTC)  # a Wednesday
MONDAYS = [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
MOMENT = pl.Datetime("us", "UTC")


def covered(
    *,
    counts: dict[date, int],
    read_until: datetime | None,
    problem: str | None = None,
    zone: str = "UTC",
) -> pl.DataFrame:
    records = pl.LazyFrame(
        [("code", week, count) for week, count in counts.items()],
        schema={"source": pl.String, "week": pl.Date, "count": pl.Int64},
        orient="row",
    )
    readings = pl.LazyFrame(
        [("code", datetime(2026, 11, 3, tzinfo=UTC), read_until, read_until, problem)],
        schema={
            "source": pl.String,
            "since": MOMENT,
            "read_until": MOMENT,
            "last_sync_at": MOMENT,
            "problem": pl.String,
        },
        orient="row",
    )
    return CoverageSchema.validate(coverage(records, readings, UNTIL, zone).collect()).sort("week")


def test_every_week_since_the_source_is_read_has_a_row():
    rows = covered(counts={MONDAYS[0]: 4}, read_until=UNTIL)
    assert rows["week"].to_list() == MONDAYS
    assert rows["records"].to_list() == [4, 0, 0]
    assert rows["is_complete"].all()


def test_weeks_after_the_last_sync_are_gaps():
    rows = covered(
        counts={MONDAYS[0]: 4}, read_until=datetime(2026, 11, 9, tzinfo=UTC), problem="away"
    )
    assert rows["records"].to_list() == [4, None, None]
    assert rows["is_complete"].to_list() == [True, False, False]
    assert rows["problem"].to_list() == [None, "away", "away"]


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Tokyo", 15), ("Europe/Berlin", 23)])
def test_the_week_read_whole_on_monday_stays_whole_in_nights_that_read_nothing(zone, hour):
    midnight = datetime(2026, 11, 15, hour, tzinfo=UTC)
    counts = {MONDAYS[0]: 4, MONDAYS[1]: 2}
    rows = covered(counts=counts, read_until=midnight, problem="away", zone=zone)
    assert rows["records"].to_list() == [4, 2, None]
    assert rows["is_complete"].to_list() == [True, True, False]
    assert rows["problem"].to_list() == [None, None, "away"]


def test_a_week_read_in_part_keeps_its_records_and_is_not_complete():
    rows = covered(counts={MONDAYS[1]: 2}, read_until=datetime(2026, 11, 12, tzinfo=UTC))
    assert rows["records"].to_list() == [0, 2, None]
    assert rows["is_complete"].to_list() == [True, False, False]


def test_weeks_before_the_first_record_are_what_is_known_to_be_missing():
    rows = covered(counts={MONDAYS[1]: 2}, read_until=UNTIL, problem="history is cut")
    assert rows["is_complete"].to_list() == [False, True, True]
    assert rows["problem"].to_list() == ["history is cut", None, "history is cut"]


@pytest.mark.parametrize("problem", [None, "was never read"])
def test_a_source_never_read_is_nowhere_complete(problem):
    rows = covered(counts={}, read_until=None, problem=problem)
    assert not rows["is_complete"].any()
    assert rows["records"].is_null().all()
