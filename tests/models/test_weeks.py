from datetime import UTC, date, datetime

import polars as pl
import pytest

from models.weeks import (
    iso_week,
    localized,
    minute_of_week,
    offsets,
    slot,
    utc_week,
    week_in,
    week_of,
    weeks_between,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def moments(*texts: str) -> pl.LazyFrame:
    return pl.LazyFrame(
        {"at": [at(text) for text in texts]}, schema={"at": pl.Datetime("us", "UTC")}
    )


def test_a_week_begins_on_monday_midnight_utc():
    found = moments("2026-11-15T23:59", "2026-11-16T00:00", "2026-11-22T23:59")
    assert found.select(utc_week(pl.col("at"))).collect()["at"].to_list() == [
        date(2026, 11, 9),
        date(2026, 11, 16),
        date(2026, 11, 16),
    ]


def test_a_week_in_a_zone_begins_at_its_own_midnight():
    found = moments("2026-11-15T22:59", "2026-11-15T23:00")
    weeks = found.select(week_in("Europe/Berlin", pl.col("at"))).collect()["at"].to_list()
    assert weeks == [date(2026, 11, 9), date(2026, 11, 16)]


def test_weeks_between_hold_both_ends():
    assert weeks_between(date(2026, 12, 27), date(2027, 1, 4)) == [
        date(2026, 12, 21),
        date(2026, 12, 28),
        date(2027, 1, 4),
    ]
    assert weeks_between(date(2026, 1, 5), date(2026, 1, 4)) == []


def test_an_iso_week_is_its_monday():
    assert iso_week("2026-W47") == date(2026, 11, 16)
    assert iso_week("2026-W53") == date(2026, 12, 28)


@pytest.mark.parametrize("text", ["2026-47", "2027-W53", "2026-W0", "week"])
def test_no_week_is_refused(text):
    with pytest.raises(ValueError, match="write it as 2026-W47"):
        iso_week(text)


def test_local_time_follows_the_clock_change_of_each_zone():
    zones = ["Europe/Berlin", "America/New_York", "Australia/Adelaide", "Asia/Kathmandu"]
    rows = pl.LazyFrame(
        {
            "zone": ["Europe/Berlin"] * 2 + zones[1:] + [None, "Europe/Berlin"],
            "at": [
                at("2026-10-25T00:59"),
                at("2026-10-25T01:00"),
                at("2026-10-25T14:00"),
                at("2026-10-03T16:30"),  # clocks go forward here, on a half hour of UTC
                at("2026-10-25T00:00"),
                at("2026-10-25T00:00"),
                None,
            ],
        },
        schema={"zone": pl.String, "at": pl.Datetime("us", "UTC")},
    )
    table = offsets(zones, at("2026-10-01"), at("2026-11-01"))
    found = localized(rows, "at", "zone", table).collect()
    assert found["local_at"].to_list() == [
        wall("2026-10-25T02:59"),
        wall("2026-10-25T02:00"),
        wall("2026-10-25T10:00"),
        wall("2026-10-04T03:00"),
        wall("2026-10-25T05:45"),
        None,
        None,
    ]
    assert found.columns == ["zone", "at", "local_at"]


def test_the_minute_of_a_week_counts_from_monday():
    rows = pl.LazyFrame({"local": [wall("2026-11-16T00:00"), wall("2026-11-22T23:59:59")]})
    found = rows.select(minute=minute_of_week(pl.col("local")), week=week_of(pl.col("local")))
    assert found.collect().to_dict(as_series=False) == {
        "minute": [0, 10079],
        "week": [date(2026, 11, 16)] * 2,
    }


def test_slots_and_offsets_without_rows_are_empty():
    assert moments().select(slot("at")).collect().height == 0
    assert offsets([], at("2026-01-01"), at("2026-01-02")).collect().height == 0
