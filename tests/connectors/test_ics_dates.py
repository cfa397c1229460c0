"""Dates as odd calendars give them: zones of their own, and first starts in another shape."""

import pytest

from connectors.ics_rows import merged
from tests.connectors.calendars import entries, event, found, starts

WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=4"
BERLIN = ";TZID=Europe/Berlin:"
SERIES = event(WEEKLY, start=f"{BERLIN}20261005T090000")
OURS = ";TZID=Customized Time Zone:20260923T090000"


def zone(offset: str) -> str:
    return (
        "BEGIN:VTIMEZONE\nTZID:Customized Time Zone\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        f"TZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n"
    )


@pytest.mark.parametrize("is_first", [True, False])
def test_a_zone_of_a_calendar_s_own_holds_in_that_calendar_alone(is_first):
    """Programs give the same name to whatever zone somebody made up."""
    day = event(start=OURS)
    given = [((zone("+0300"), day), "06:00"), ((zone("-0500"), day), "14:00"), ((day,), "09:00")]
    for parts, hour in given if is_first else reversed(given):
        assert starts(*parts) == [f"2026-09-23 {hour}"]
    assert found(day).unzoned == 1


def test_the_zone_of_a_calendar_may_have_the_name_that_windows_gives_it():
    [only] = entries("X-WR-TIMEZONE:W. Europe Standard Time", event(start=":20260923T090000"))
    assert (f"{only.starts_at:%H:%M}", only.time_zone) == ("07:00", "Europe/Berlin")


@pytest.mark.parametrize("name", ["Nowhere/Land", ""])
def test_a_zone_of_a_calendar_that_nobody_knows_costs_no_entry(name):
    zoned, plain = event(start=f"{BERLIN}20260923T090000"), event(uid="v", start=":20260923T090000")
    read = found(f"X-WR-TIMEZONE:{name}", zoned, plain)
    assert [f"{one.starts_at:%H:%M}" for one in read.entries] == ["07:00", "09:00"]
    assert (read.skipped, read.unzoned) == ({}, 1)


def test_each_date_after_a_change_of_all_later_ones_is_a_meeting_of_its_own():
    """Under one id only one of them would be left."""
    name = "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261019T090000"
    both = entries(SERIES, event(name, start=f"{BERLIN}20261020T100000"))
    assert [one.meeting_id for one in merged(both)] == [
        "u@20261005T070000Z", "u@20261012T070000Z", "u@20261019T070000Z", "u@20261026T080000Z",
    ]  # fmt: skip
    assert [f"{one.starts_at:%m-%d %H:%M}" for one in both] == [
        "10-05 07:00", "10-12 07:00", "10-20 08:00", "10-27 09:00",
    ]  # fmt: skip
    assert [one.is_moved for one in both] == [False, False, True, True]


@pytest.mark.parametrize("first", [";VALUE=DATE:20261019", ":20261019T090000", ":20261019T070000Z"])
def test_a_moved_date_is_counted_once_however_its_first_start_is_written(first):
    both = entries(SERIES, event(f"RECURRENCE-ID{first}", start=f"{BERLIN}20261020T100000"))
    assert [one.meeting_id for one in both] == [
        "u@20261005T070000Z", "u@20261012T070000Z", "u@20261019T070000Z", "u@20261026T080000Z",
    ]  # fmt: skip
    assert f"{both[2].starts_at:%m-%d %H:%M}" == "10-20 08:00"


def test_a_moved_day_is_the_same_day_where_its_first_start_has_an_hour():
    days = event("RRULE:FREQ=WEEKLY;COUNT=2", start=";VALUE=DATE:20261005")
    moved = event(f"RECURRENCE-ID{BERLIN}20261012T000000", start=";VALUE=DATE:20261013")
    assert [one.meeting_id for one in entries(days, moved)] == ["u@20261005", "u@20261012"]


@pytest.mark.parametrize(("said", "is_all_day"), [("TRUE", True), ("FALSE", False)])
def test_midnights_that_exchange_calls_days_are_days(said, is_all_day):
    """A holiday of 24 hours would else be the longest meeting of the week."""
    lines = ("DTEND;TZID=Europe/Berlin:20260924T000000", f"X-MICROSOFT-CDO-ALLDAYEVENT:{said}")
    [only] = entries(event(*lines, start=f"{BERLIN}20260923T000000"))
    assert only.is_all_day == is_all_day
