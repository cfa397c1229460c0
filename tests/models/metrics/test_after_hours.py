"""After hours at the edges: of a pattern, of a day, of a week, of a clock change and of a year."""

from datetime import date

import pytest

from tests.models.metrics.test_effort import measured, person
from tests.models.world import act


def outside(when: str) -> tuple[bool, float]:
    """Whether the act is after hours in Berlin, and the share of its minutes that is."""
    row = measured(act(when=when), people=person("Europe/Berlin")).row(0, named=True)
    return row["is_after_hours"], row["after_hours_minutes"] / row["credited_minutes"]


@pytest.mark.parametrize(
    ("when", "is_after", "share"),
    [
        ("2026-03-04 08:00", False, 1.0),  # 09:00: the pattern begins, the minutes lie before it
        ("2026-03-04 07:59", True, 1.0),
        ("2026-03-04 08:10", False, 0.0),
        ("2026-03-04 16:29", False, 0.0),
        ("2026-03-04 16:30", True, 0.0),  # 17:30: the pattern has ended, the minutes lie in it
        ("2026-03-04 23:01", True, 1.0),  # 00:01 on Thursday
        ("2026-03-08 23:01", True, 1.0),  # 00:01 on Monday: the minutes begin on Sunday
    ],
)
def test_a_pattern_holds_from_its_first_minute_to_before_its_last(when, is_after, share):
    found = outside(when)
    assert found[0] is is_after
    assert found[1] == pytest.approx(share)


@pytest.mark.parametrize(
    ("when", "is_after"),
    # Berlin goes from UTC+1 to UTC+2 on 29 March 2026 and back on 25 October.
    [("2026-03-27 08:30", False), ("2026-03-30 07:30", False), ("2026-03-30 06:59", True),
     ("2026-10-23 07:30", False), ("2026-10-26 07:30", True), ("2026-10-26 08:00", False)],
)  # fmt: skip
def test_the_zone_knows_its_clock_changes(when, is_after):
    assert outside(when)[0] is is_after


@pytest.mark.parametrize("when", ["2026-10-25 00:30", "2026-10-25 01:30", "2026-03-29 01:30"])
def test_nights_of_a_clock_change_are_after_hours_and_lose_nothing(when):
    found = measured(act(when=when), people=person("Europe/Berlin")).row(0, named=True)
    assert found["after_hours_minutes"] == found["credited_minutes"] > 0


@pytest.mark.parametrize(
    ("when", "zone", "week"),
    [
        ("2026-10-25 22:59", "Europe/Berlin", date(2026, 10, 19)),  # Sunday 23:59, a 25-hour day
        ("2026-10-25 23:00", "Europe/Berlin", date(2026, 10, 26)),
        ("2026-01-01 12:00", "Europe/Berlin", date(2025, 12, 29)),
        ("2026-03-09 03:59", "America/New_York", date(2026, 3, 2)),  # Sunday 23:59, in summer time
        ("2026-03-09 04:00", "America/New_York", date(2026, 3, 9)),
    ],
)
def test_a_week_begins_on_monday_where_the_actor_is(when, zone, week):
    assert measured(act(when=when), people=person(zone))["week"].to_list() == [week]


def test_an_act_of_nobody_has_the_week_of_the_company():
    assert measured(act(by=None, when="2026-03-08 23:30"))["week"].to_list() == [date(2026, 3, 2)]
