"""Which stretches of time are looked at."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from models.signs.company import Company
from models.signs.windows import declared, plain, surges
from tests.models.signs.launch import at, tables

UNTIL = datetime(2026, 10, 3, 22, tzinfo=UTC)


def company(until=UNTIL, weeks=(date(2026, 9, 28),), **changed):
    read = tables(**changed)
    frames = {name: frame for name, frame in read.items() if name not in ("objections", "answers")}
    return Company(
        **frames,
        holiday_dates=pl.LazyFrame(),
        company_zone="Europe/Berlin",
        weeks=list(weeks),
        until=until,
    )


def window(kind="release", start="10-01 22:00", end="10-02 22:00", scope="LNCH"):
    return {
        "kind": kind, "scope_type": "project", "scope_id": scope, "valid_from": at(start),
        "valid_to": None if end is None else at(end),
    }  # fmt: skip


def spans(found):
    rows = found.sort("scope_id", "window_start").collect()
    return rows.select("window_start", "window_end", "is_over").rows()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("10-01 22:00", "10-02 22:00"),  # the day
        ("09-17 22:00", "10-02 22:00"),  # the stretch up to and with the day
        ("10-01 22:00", None),
    ],
)
def test_a_release_is_looked_at_from_ten_working_days_before_it(start, end):
    found = declared(company(windows=[window(start=start, end=end)]))
    assert spans(found) == [(date(2026, 9, 18), date(2026, 10, 2), True)]


def test_a_window_begins_at_midnight_of_the_company():
    [row] = declared(company()).collect().rows(named=True)
    assert (row["starts_at"], row["ends_at"]) == (at("09-17 22:00"), at("10-02 22:00"))
    assert row["week"] == date(2026, 9, 28)


def test_an_incident_is_looked_at_as_declared_and_until_now_while_it_lasts():
    over = window("incident", "09-21 08:00", "09-23 10:00")
    lasting = window("incident", "10-01 08:00", None, scope="OTHER")
    assert spans(declared(company(windows=[over, lasting]))) == [
        (date(2026, 9, 21), date(2026, 9, 23), True),
        (date(2026, 10, 1), date(2026, 10, 3), False),
    ]


def test_windows_of_one_scope_that_overlap_are_one():
    incident = window("incident", "09-30 08:00", "10-05 10:00")
    found = declared(company(windows=[window(), incident]))
    assert spans(found) == [(date(2026, 9, 18), date(2026, 10, 3), False)]


def test_what_is_still_to_come_is_not_looked_at():
    assert spans(declared(company(until=at("09-17 22:00")))) == []
    running = declared(company(until=at("09-25 22:00")))
    assert spans(running) == [(date(2026, 9, 18), date(2026, 9, 25), False)]


def test_of_a_long_incident_the_last_eight_weeks_count():
    [(start, end, _)] = spans(
        declared(company(windows=[window("incident", "01-05 08:00", "09-30 08:00")]))
    )
    assert end - start == timedelta(days=55)


def opened(counts, last=date(2026, 9, 28)):
    return [
        {
            "source": "tracker", "event_id": f"{project}{back}-{n}", "field": "created",
            "utc_week": last - timedelta(weeks=back), "scope_chain": f"project:{project}",
            "happened_at": at("09-01 09:00"), "created_at": at("09-01 09:00"),
        }
        for project, weekly in counts.items()
        for back, count in enumerate(weekly)
        for n in range(count)
    ]  # fmt: skip


def test_a_week_far_above_the_usual_inflow_is_a_surge():
    rows = opened({"A": [20, 4, 5, 4, 6, 5, 4, 5, 6], "B": [8, 4, 5, 4, 6, 5, 4, 5, 6]})
    found = surges(company(ticket_events=rows, windows=[])).collect()
    assert found.select("scope_id", "window_start", "window_end").rows() == [
        ("A", date(2026, 9, 28), date(2026, 10, 3))
    ]


def test_seven_weeks_are_too_few_to_know_a_usual_inflow():
    rows = opened({"A": [20, 4, 5, 4, 6, 5, 4, 5]})
    assert spans(surges(company(ticket_events=rows, windows=[]))) == []


def test_weeks_without_a_ticket_count_as_usual():
    rows = opened({"A": [4, 0, 0, 0, 0, 0, 0, 0, 4]})
    assert len(spans(surges(company(ticket_events=rows, windows=[])))) == 1


def test_a_surge_within_a_declared_window_is_none_of_its_own():
    rows = opened({"LNCH": [20, 4, 5, 4, 6, 5, 4, 5, 6]})
    assert spans(surges(company(ticket_events=rows))) == []


def test_a_plain_window_is_the_eight_weeks_to_a_week_and_the_one_before_it_ends_there():
    scopes = pl.LazyFrame({"scope_type": ["project"], "scope_id": ["LNCH"]})
    week = date(2026, 9, 21)
    now = plain(scopes, company(weeks=[week])).collect().row(0, named=True)
    before = plain(scopes, company(weeks=[week]), before=True).collect().row(0, named=True)
    assert (now["window_start"], now["window_end"]) == (date(2026, 8, 3), date(2026, 9, 27))
    assert before["ends_at"] == now["starts_at"]
    assert now["week"] == before["week"] == week
