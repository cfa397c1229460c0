"""D3's context on the launch, and one rule at a time."""

from datetime import date
from typing import Any

import pytest

from tests.models.signs.launch import at, found, meeting_hours, one, requests


def test_the_launch_is_found():
    """METHOD 8, item 2: pia's meetings 31 h against 18 h."""
    row = one(found(), "D3")
    assert (row["value"], row["unit"], row["threshold"]) == (31.0, "hours in a week", 25.5)
    assert (row["person_id"], row["status"]) == ("pia", "emerging")
    assert row["sentence"] == (
        "In the week of 21 September 2026, meetings took 31 hours of {person:pia}, a holder of "
        "project LNCH: 73 % of the working pattern, against a median of 18 hours in the 26 weeks "
        "before."
    )


@pytest.mark.parametrize(("hours", "is_found"), [(25.5, False), (25.6, True)])
def test_more_than_sixty_per_cent_of_the_pattern_is_much(hours, is_found):
    rows = [
        row | {"meeting_hours": hours} if row["week"] == date(2026, 9, 21) else row
        for row in meeting_hours()
    ]
    assert found(meeting_weeks=rows).filter(code="D3").height == is_found


def test_less_than_twelve_weeks_before_say_nothing_of_what_is_usual():
    recent = [row for row in meeting_hours() if row["week"] >= date(2026, 7, 6)]
    assert found(meeting_weeks=recent).filter(code="D3").is_empty()


def test_a_week_without_a_meeting_counts_in_the_usual():
    half = [row for n, row in enumerate(meeting_hours()[:26]) if n % 3 == 0 or n == 25]
    rows = found(meeting_weeks=[*half, *meeting_hours()[26:]])
    assert "a median of 0 hours" in one(rows, "D3")["sentence"]


def test_it_is_context_and_no_finding_by_itself():
    calm = [row for row in requests() if row["request_id"] < "r2"]
    rows = found(acts=[], requests=calm)
    assert rows.filter(code="D3").is_empty()


def test_the_meetings_counted_in_that_week_are_its_evidence():
    entry = {"source": "rooms", "meeting_id": "m@1", "utc_week": date(2026, 9, 21),
             "happened_at": at("09-22 09:00"), "entry_kind": "meeting",
             "attendee_count": 3}  # fmt: skip
    others: list[dict[str, Any]] = [
        {"is_cancelled": True},
        {"is_all_day": True},
        {"attendee_count": 31},
    ]
    uncounted: list[dict[str, Any]] = [
        {"meeting_id": f"m@{n}", **how} for n, how in enumerate(others, 2)
    ]
    asked = {"source": "rooms", "meeting_id": "m@1", "account_key": "k", "response": "accepted",
             "utc_week": date(2026, 9, 21), "happened_at": at("09-22 09:00")}  # fmt: skip
    rows = found(
        meetings=[entry, *({**entry, **how} for how in uncounted)],
        attendances=[asked, *({**asked, "meeting_id": how["meeting_id"]} for how in uncounted)],
        identities=[{"source": "rooms", "account_key": "k", "person_id": "pia", "kind": "human"}],
    )
    assert one(rows, "D3")["evidence"] == ["meeting:m@1"]
