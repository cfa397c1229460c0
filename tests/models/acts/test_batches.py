"""Bulk changes are one act (METHOD 4.2): five of a kind by one actor within 60 seconds."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from models.acts.guards import one_act_a_batch
from models.tables import acts
from tests.models.world import act, at, rows

START = at("2026-03-04 10:00")


def series(seconds: list[float], by: str | None = "ann", **more: Any) -> list[dict[str, Any]]:
    return [
        {**act(f"{by}{n:02}", by=by), "happened_at": START + timedelta(seconds=second), **more}
        for n, second in enumerate(seconds)
    ]


def counted(*given: dict[str, Any]) -> dict[str, int]:
    """Acts that are not excluded, with their number of items, in the order of their ids."""
    found = one_act_a_batch(rows(acts.REVIEWS, *given)).collect(engine="streaming")
    assert found.height == len(given)
    kept = found.filter(pl.col("exclusion").is_null()).sort("act_id")
    return dict(kept.select("act_id", "item_count").iter_rows())


@pytest.mark.parametrize(
    ("seconds", "kept"),
    [
        ([0, 15, 30, 45, 60], {"ann00": 5}),
        ([0, 15, 30, 45, 61], {f"ann0{n}": 0 for n in range(5)}),
        ([0, 1, 2, 3], {f"ann0{n}": 0 for n in range(4)}),
        ([0, 0, 0, 0, 0], {"ann00": 5}),
        ([0, 15, 30, 45, 60, 75, 90], {"ann00": 7}),  # any five neighbours within a minute
        ([0, 10, 20, 30, 40, 100, 110, 120, 130, 140], {"ann00": 5, "ann05": 5}),
        ([0, 10, 20, 30, 40, 300], {"ann00": 5, "ann05": 0}),
        ([0, 300, 310, 320, 330, 340], {"ann00": 0, "ann01": 5}),
        ([0, 10, 20, 30, 40, 300, 600, 610, 620, 630, 640],
         {"ann00": 5, "ann05": 0, "ann06": 5}),
    ],
)  # fmt: skip
def test_five_within_sixty_seconds_are_one(seconds, kept):
    assert counted(*series(seconds)) == kept


def test_acts_of_others_between_do_not_break_a_batch_nor_make_one():
    mine, theirs = series([0, 10, 20, 30, 40]), series([5, 15, 25, 35], by="ben")
    assert counted(*mine, *theirs) == {"ann00": 5, **{f"ben0{n}": 0 for n in range(4)}}


@pytest.mark.parametrize(
    "more", [{"is_moment_own": False}, {"exclusion": "self"}, {"actor_id": None}]
)
def test_acts_without_a_moment_of_their_own_or_already_out_are_no_batch(more):
    found = one_act_a_batch(rows(acts.REVIEWS, *series([0, 1, 2, 3, 4], **more))).collect()
    assert found["exclusion"].to_list() == [more.get("exclusion")] * 5


def test_an_excluded_act_between_does_not_count_towards_five():
    given = series([0, 10, 20, 30, 40])
    given[2]["exclusion"] = "self"
    assert len(counted(*given)) == 4


def test_the_order_of_rows_does_not_matter():
    given = series([0, 10, 20, 30, 40, 41, 200, 201])
    assert counted(*given) == counted(*given[::-1])
