"""How long what was asked of holders waited, in their own working hours."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from models.metrics.requests import requests
from models.tables import acts, metrics, org
from models.working_time import work_stretches
from tests.models.world import at, rows


def waits(*asked: dict[str, Any], until: str = "2026-03-06 12:00") -> dict[str, tuple[Any, ...]]:
    people = [
        {"person_id": name, "time_zone": "UTC", "working_hours": "Mo-Fr 09:00-17:00"}
        for name in ("pia", "bo")
    ]
    work = work_stretches(
        rows(org.PEOPLE, *people).collect(),
        rows(org.ABSENCES).collect(),
        pl.DataFrame(schema={"location": pl.String, "on": pl.Date}),
        "UTC",
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    found = requests(
        rows(acts.REQUESTS, *asked),
        mandates=rows(org.MANDATES, {"holder_id": "pia", "scope_id": "pay"}),
        rotas=rows(org.ROTAS),
        people=rows(org.PEOPLE, *people),
        scopes=rows(org.SCOPES),
        teams=rows(org.TEAMS),
        work_stretches=work.lazy(),
        until=at(until),
    ).collect(engine="streaming")
    assert found.columns == metrics.REQUESTS.columns
    return {
        row["request_id"]: (row["waited_hours"], row["is_open"]) for row in found.rows(named=True)
    }


def asked(of: str | None = "pia", answered: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "request_id": "r", "holder_id": of, "asked_at": at("2026-03-04 10:00"),
        "answered_at": at(answered) if answered else None, **more,
    }  # fmt: skip


def test_an_answered_request_waited_the_holders_working_hours():
    assert waits(asked(answered="2026-03-05 11:00")) == {"r": (pytest.approx(9.0), False)}


@pytest.mark.parametrize("answered", [None, "2026-03-06 12:00", "2026-03-09 09:00"])
def test_what_is_not_answered_when_the_data_end_is_open_and_waits_until_then(answered):
    assert waits(asked(answered=answered)) == {"r": (pytest.approx(18.0), True)}


def test_what_others_took_away_waited_until_then_and_is_neither_open_nor_answered():
    taken = asked(withdrawn_at=at("2026-03-05 11:00"))
    assert waits(taken) == {"r": (pytest.approx(9.0), False)}
    assert waits(taken, until="2026-03-05 11:00") == {"r": (pytest.approx(9.0), True)}
    assert waits(taken, until="2026-03-04 16:00") == {"r": (pytest.approx(6.0), True)}


def test_only_who_holds_something_there_keeps_others_waiting():
    assert waits(asked(of="bo")) == {}
    assert waits(asked(scope_chain="component:other")) == {}


def test_an_item_that_nobody_was_asked_for_and_a_shared_meeting_are_no_request():
    assert waits(asked(of=None, kind="unassigned")) == {}
    assert waits(asked(kind="co_host")) == {}


def test_no_requests_give_no_rows():
    assert waits() == {}
