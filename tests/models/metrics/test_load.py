"""Hours of a person and week: what is hidden, over eight weeks too, and what is unfunded."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from models.metrics.load import hidden_minutes, person_weeks
from models.tables import metrics, org
from tests import given
from tests.models.world import at, rows

WEEKS = [date(2026, 3, 2) + timedelta(weeks=n) for n in range(9)]


def act(week: date = WEEKS[7], minutes: float = 60.0, kind: str = "informal", **more: Any):
    return {
        "actor_id": "ann", "week": week, "kind": "merge", "authority_class": kind,
        "credited_minutes": minutes, "held_minutes": 0.0, "minutes_low": 1.0, "minutes_high": 9.0,
        **more,
    }  # fmt: skip


def measured(
    *acts: dict[str, Any],
    gaps: tuple[date, ...] = (),
    mandates: tuple[dict[str, Any], ...] = (),
    meetings: tuple[dict[str, Any], ...] = (),
) -> dict[date, dict[str, Any]]:
    present = given.rows(
        metrics.PRESENT_WEEKS,
        *({"person_id": "ann", "week": week, "is_observed": week not in gaps} for week in WEEKS),
    )
    ledger = given.rows(metrics.ACTS, *acts)
    found = person_weeks(
        ledger,
        present_weeks=present,
        hidden_minutes=hidden_minutes(ledger, present_weeks=present),
        mandates=rows(org.MANDATES, *mandates),
        register_weeks=given.rows(metrics.REGISTER_WEEKS),
        meeting_weeks=given.rows(metrics.MEETING_WEEKS, *meetings),
    ).collect(engine="streaming")
    metrics.PERSON_WEEKS.schema.validate(found)
    return {row["week"]: row for row in found.rows(named=True)}


def test_a_week_without_acts_is_zero_and_one_not_observed_is_null():
    found = measured(gaps=(WEEKS[3],))
    assert (found[WEEKS[2]]["hidden_hours"], found[WEEKS[2]]["act_count"]) == (0.0, 0)
    for name in ("hidden_hours", "hidden_hours_8w", "act_count", "formal_hours", "unfunded_hours"):
        assert found[WEEKS[3]][name] is None


def test_the_mean_is_over_the_observed_weeks_of_eight():
    acts = [act(week) for week in WEEKS]
    gaps = (WEEKS[1], WEEKS[4])
    row = measured(*acts, gaps=gaps)[WEEKS[7]]
    assert row["hidden_hours_8w"] == pytest.approx(1.0)  # six hours in six weeks
    row = measured(*acts[:1], gaps=gaps)[WEEKS[7]]
    assert row["hidden_hours_8w"] == pytest.approx(1 / 6)
    assert measured(*acts[:1])[WEEKS[8]]["hidden_hours_8w"] == 0.0


def test_the_interval_of_the_mean_is_its_own():
    found = measured(*(act(week) for week in WEEKS))[WEEKS[7]]
    assert found["hidden_hours_low"] < found["hidden_hours_8w_low"]
    assert found["hidden_hours_8w_high"] < found["hidden_hours_high"]
    assert found["hidden_hours_8w_low"] < 1.0 < found["hidden_hours_8w_high"]


def test_only_informal_minutes_are_hidden():
    kinds = ("formal", "deliberate", "ordinary", "unknown")
    row = measured(*(act(kind=kind, minutes=30.0) for kind in (*kinds, "informal")))[WEEKS[7]]
    assert [row[f"{kind}_hours"] for kind in kinds] == [0.5] * 4
    assert row["hidden_hours"] == pytest.approx(0.5)
    assert row["act_count"] == 5


def test_excluded_acts_count_nowhere():
    row = measured(act(kind="excluded", exclusion="batch", minutes=0.0))[WEEKS[7]]
    assert row["act_count"] == 0


@pytest.mark.parametrize(
    ("compensated", "budget", "unfunded"),
    [("none", None, 3.0), ("none", 2.0, 3.0), ("time", 2.0, 1.0), ("time", None, 0.0),
     ("pay", None, 0.0), ("pay", 2.0, 1.0), ("time", 9.0, 0.0)],
)  # fmt: skip
def test_unfunded_is_deliberate_work_beyond_what_the_duty_gives(compensated, budget, unfunded):
    duty = {"holder_id": "ann", "scope_id": "pay", "mandate_kind": "delegated_duty",
            "compensated": compensated, "time_budget_hours_week": budget}  # fmt: skip
    row = measured(act(kind="deliberate", minutes=180.0), mandates=(duty,))[WEEKS[7]]
    assert row["unfunded_hours"] == pytest.approx(unfunded)


def test_a_duty_that_ended_gives_nothing():
    duty = {"holder_id": "ann", "scope_id": "pay", "mandate_kind": "delegated_duty",
            "compensated": "pay", "valid_to": at(str(WEEKS[7]))}  # fmt: skip
    row = measured(act(kind="deliberate"), mandates=(duty,))[WEEKS[7]]
    assert row["unfunded_hours"] == pytest.approx(1.0)


def test_after_hours_are_those_of_informal_acts():
    row = measured(act(after_hours_minutes=30.0), act(kind="formal", after_hours_minutes=60.0))
    assert row[WEEKS[7]]["after_hours_hours"] == pytest.approx(0.5)


def test_the_order_of_acts_does_not_matter():
    acts = [act(week, 7.1 * n + 0.3, authority="cover") for n, week in enumerate(WEEKS)] * 3
    forward, backward = (pl.DataFrame(list(measured(*order).values())).sort("week")
                         for order in (acts, acts[::-1]))  # fmt: skip
    assert forward.equals(backward)


def test_meeting_hours_are_not_known_of_who_was_in_no_meeting_for_eight_weeks():
    assert measured()[WEEKS[7]]["meeting_hours"] is None
    met = {"person_id": "ann", "week": WEEKS[0], "meeting_hours": 2.5}
    found = measured(meetings=(met,))
    hours = [found[week]["meeting_hours"] for week in (WEEKS[0], WEEKS[1], WEEKS[7], WEEKS[8])]
    assert hours == [2.5, 0.0, 0.0, None]


def test_time_by_the_clock_makes_an_interval_narrower():
    desk = measured(act())[WEEKS[7]]
    clock = measured(act(kind="informal", held_minutes=50.0))[WEEKS[7]]
    assert clock["hidden_hours"] == desk["hidden_hours"]
    assert desk["hidden_hours_low"] < clock["hidden_hours_low"]
    assert clock["hidden_hours_high"] < desk["hidden_hours_high"]
