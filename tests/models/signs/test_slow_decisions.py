"""P2 on the launch, and one rule at a time."""

from datetime import date, timedelta

import pytest

from tests.models.signs.launch import LAST_WEEK, Row, at, found, one, request, requests

USUAL = [row for row in requests() if row["request_id"] < "r20" or len(row["request_id"]) == 2]
WINDOW = [row for row in requests() if row not in USUAL]


def test_the_launch_is_found():
    """METHOD 8, item 2: 41 h against 5 h, ratio 8.2."""
    row = one(found(), "P2")
    assert (row["value"], row["unit"], row["threshold"]) == (41.0, "working hours", 10.0)
    assert (row["status"], row["person_id"], row["team_id"]) == ("emerging", None, "checkout")
    assert row["sentence"] == (
        "From 18 September to 2 October 2026, the 9 requests asked of holders of project LNCH "
        "waited a median of 41 working hours for a first answer, against 5 in the 26 weeks before "
        "(8.2 times); 4 were still open."
    )
    assert sorted(row["evidence"]) == [f"request:r{number}" for number in range(20, 29)]


def test_items_that_wait_for_anybody_and_co_hosts_are_no_requests_to_a_holder():
    others = [
        row | {"request_id": f"u{n}", "kind": kind, "waited_hours": 500.0}
        for n, row in enumerate(WINDOW)
        for kind in ("unassigned", "co_host")
    ]
    assert one(found(requests=[*requests(), *others]), "P2")["value"] == 41.0


def test_the_usual_is_of_requests_closed_before_the_window():
    late = [row | {"answered_at": at("09-18 09:00")} for row in USUAL[:3]]
    row = one(found(requests=[*late, *USUAL[3:], *WINDOW]), "P2")
    assert row["status"] == "not_assessable"  # seven are left
    old = [
        row | {"request_id": f"o{n}", "asked_at": at("03-01 09:00"), "waited_hours": 99.0}
        for n, row in enumerate(USUAL)
    ]
    assert one(found(requests=[*old, *requests()]), "P2")["threshold"] == 10.0


def test_fewer_than_eight_requests_are_not_assessable():
    row = one(found(requests=[*USUAL, *WINDOW[:7]]), "P2")
    assert (row["status"], row["value"]) == ("not_assessable", None)
    assert row["sentence"] == (
        "How long holders take is not assessable from 18 September to 2 October 2026: 7 requests "
        "around project LNCH, and 10 answered in the 26 weeks before; 8 of each are needed."
    )


def _answered(row: Row, hours: float) -> Row:
    return row | {"waited_hours": hours, "is_open": False, "answered_at": row["asked_at"]}


@pytest.mark.parametrize(("hours", "is_found"), [(9.9, False), (10.0, True)])
def test_twice_the_usual_is_slow(hours, is_found):
    rows = [*USUAL, *(_answered(row, hours) for row in WINDOW)]
    assert found(requests=rows).filter(code="P2").height == is_found


def test_what_others_took_away_counts_as_waiting_until_then_not_as_answered():
    taken = [row | {"is_open": False} for row in WINDOW if row["is_open"]]
    row = one(
        found(requests=[*USUAL, *(row for row in WINDOW if not row["is_open"]), *taken]), "P2"
    )
    assert row["value"] == 41.0  # among the answered ones alone it would be 29
    assert row["sentence"].endswith("(8.2 times).")  # none is still open


def test_half_unanswered_has_no_median():
    rows = [*USUAL, *(row | {"is_open": True, "answered_at": None} for row in WINDOW)]
    assert found(requests=rows).filter(code="P2").is_empty()


def plainly(week: date, hours: float, count: int = 8, first: int = 100) -> list[Row]:
    """Requests in the weeks to a week, none in a declared window."""
    start = at("01-01 09:00").replace(month=week.month, day=week.day)
    return [
        request(first + n, asked, hours, asked + timedelta(days=1))
        for n in range(count)
        for asked in [start - timedelta(weeks=n % 4)]
    ]


def plain(rows, **more):
    return found(requests=rows, windows=[], **more).filter(code="P2").rows(named=True)


def test_without_an_event_the_eight_weeks_to_a_week_are_looked_at():
    usual = plainly(date(2026, 7, 6), 5.0)
    [row] = plain([*usual, *plainly(LAST_WEEK, 12.0, first=200)])
    assert (row["value"], row["threshold"], row["status"]) == (12.0, 10.0, "emerging")
    assert (row["window_start"], row["window_end"]) == (date(2026, 8, 10), date(2026, 10, 3))


def test_slow_for_the_second_time_is_established():
    rows = [
        *plainly(date(2026, 6, 1), 5.0),
        *plainly(date(2026, 8, 3), 30.0, first=200),
        *plainly(LAST_WEEK, 80.0, first=300),
    ]
    [row] = plain(rows)
    assert row["status"] == "established"


def test_requests_of_two_weeks_are_too_few_weeks():
    crowded = [row | {"asked_at": at("09-29 09:00")} for row in plainly(LAST_WEEK, 12.0)]
    assert plain([*plainly(date(2026, 7, 6), 5.0, first=300), *crowded]) == []


def test_what_lies_in_a_declared_window_is_told_of_there_only():
    after = found(weeks=[date(2026, 10, 12)], until=at("10-18 22:00"))
    assert after.filter(code="P2").is_empty()
