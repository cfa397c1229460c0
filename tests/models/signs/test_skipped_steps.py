"""W2 on the launch, and one rule at a time."""

from datetime import date

import pytest

from models.signs.proportions import fisher, interval
from tests.models.signs.launch import at, found, one, steps


def test_the_launch_is_found_and_nobody_is_blamed():
    """METHOD 8, item 4."""
    row = one(found(), "W2")
    assert (row["value"], row["unit"], row["threshold"]) == (3.0, "tickets", 2.0)
    assert row["sentence"] == "3 tickets skipped QA Review; too few to link to who assigned them."
    assert row["person_id"] is None
    assert row["evidence"] == [f"skipped_step:LNCH-{key}" for key in (102, 105, 108)]


def test_the_comparison_behind_it_is_that_of_the_launch():
    """3 of 9 (13 to 60 %), 0 of 3 (0 to 44 %), p = 0.51."""
    assert [round(100 * bound) for bound in interval(3, 9)] == [13, 60]
    assert [round(100 * bound) for bound in interval(0, 3)] == [0, 44]
    assert fisher(3, 9, 0, 3) == pytest.approx(0.51, abs=0.005)


def test_one_skipped_step_is_no_sign():
    rows = [row | {"is_skipped": row["object_id"] == "LNCH-102"} for row in steps()]
    assert found(finished_steps=rows).filter(code="W2").is_empty()


def test_enough_tickets_compare_how_they_were_given_out_not_by_whom():
    given = {row["object_id"]: row["assigned_by_act_id"] for row in steps()}
    rows = [
        row | {
            "ticket_id": f"{row['ticket_id']}-{n}", "object_id": f"{row['object_id']}-{n}",
            "is_skipped": int(row["object_id"][-3:]) < 110,
            "assigned_by_act_id": given[row["object_id"]],
        }
        for row in steps()
        for n in range(2)
    ]  # fmt: skip
    sentence = one(found(finished_steps=rows), "W2")["sentence"]
    assert sentence == (
        "18 tickets skipped QA Review: 18 of the 18 that were given out outside recorded roles, "
        "0 of the 6 others."
    )


def test_each_step_is_a_finding_of_its_own():
    legal = [row | {"step": "Legal Review"} for row in steps()]
    rows = found(finished_steps=[*steps(), *legal]).filter(code="W2")
    assert rows["finding_id"].n_unique() == rows.height == 2


def later(skipped_on, looked_in):
    rows = [row | {"reached_at": at(f"{skipped_on} 14:00")} for row in steps()]
    return found(
        finished_steps=rows, windows=[], weeks=[looked_in], until=at("11-01 23:00")
    ).filter(code="W2")


def test_without_an_event_the_week_of_the_last_one_tells_of_eight_weeks():
    [row] = later("09-30", date(2026, 9, 28)).rows(named=True)
    assert (row["value"], row["window_start"]) == (3.0, date(2026, 8, 10))
    assert later("09-30", date(2026, 10, 5)).is_empty()


def test_what_lies_in_a_declared_window_is_told_of_there_only():
    after = found(weeks=[date(2026, 10, 5)], until=at("10-11 22:00"))
    assert after.filter(code="W2").is_empty()
