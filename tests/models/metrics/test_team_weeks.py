"""Teams and everybody together: what is observed, what was read and empty, and what was not."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from models.metrics.concentration import EVERYBODY, team_weeks
from models.tables import metrics
from tests.given import rows

WEEKS = [date(2026, 3, 2) + timedelta(weeks=n) for n in range(8)]
LAST = WEEKS[-1]


def present(person: str, team: str | None = "red", week: date = LAST, *, seen: bool = True):
    return {"person_id": person, "week": week, "team_id": team, "present_days": 5.0,
            "is_observed": seen}  # fmt: skip


def hidden(person: str, minutes: float, team: str | None = "red", **more: Any):
    return {"person_id": person, "week": LAST, "kind": "merge", "team_id": team,
            "minutes": minutes, "variance": 1.0, "informal_act_count": 3, **more}  # fmt: skip


def act(person: str | None, team: str | None = "red", **more: Any):
    return {"actor_id": person, "team_id": team, "week": LAST, "authority_class": "informal",
            **more}  # fmt: skip


def read(week: date = LAST, source: str = "code", *, whole: bool = True):
    return {"source": source, "week": week, "is_complete": whole}


def measured(
    *, people=(), minutes=(), acts=(), coverage=(), grades=()
) -> dict[Any, dict[str, Any]]:
    found = team_weeks(
        rows(metrics.ACTS, *acts),
        present_weeks=rows(metrics.PRESENT_WEEKS, *people),
        hidden_minutes=rows(metrics.HIDDEN_MINUTES, *minutes),
        register_weeks=rows(metrics.REGISTER_WEEKS, *grades),
        coverage=rows(metrics.COVERAGE, *coverage),
    ).collect(engine="streaming")
    metrics.TEAM_WEEKS.schema.validate(found)
    return {(row["team_id"], row["week"]): row for row in found.rows(named=True)}


def test_a_week_read_whole_in_which_nobody_did_anything_is_zero():
    row = measured(coverage=[read()])[EVERYBODY, LAST]
    assert row["is_observed"]
    measures = (
        "people_count",
        "hidden_hours",
        "hidden_hours_low",
        "hidden_hours_high",
        "act_count",
    )
    assert [row[name] for name in measures] == [0] * 5
    assert row["informal_share"] is None


def test_a_week_of_which_one_source_is_missing_is_a_gap():
    row = measured(coverage=[read(), read(source="more", whole=False)])[EVERYBODY, LAST]
    assert not row["is_observed"]
    assert (row["hidden_hours"], row["act_count"]) == (None, None)


def test_everybody_is_all_people_with_a_team_or_without():
    found = measured(
        people=[present("ann"), present("ben", "blue"), present("cai", None)],
        minutes=[hidden("ann", 60.0), hidden("ben", 30.0, "blue"), hidden("cai", 30.0, None)],
        acts=[act("ann"), act("ben", "blue"), act("cai", None, authority_class="formal")],
        coverage=[read()],
        grades=[{"team_id": "", "week": LAST, "grade": "B"}],
    )
    row = found[EVERYBODY, LAST]
    assert (row["people_count"], row["act_count"], row["evidence_grade"]) == (3, 3, "B")
    assert row["hidden_hours"] == pytest.approx(2.0)
    assert row["informal_share"] == pytest.approx(2 / 3)
    assert found["red", LAST]["hidden_hours"] == pytest.approx(1.0)


def test_the_range_of_everybody_is_narrower_than_that_of_one():
    names = [f"p{n}" for n in range(20)]
    many = measured(
        people=[present(name) for name in names],
        minutes=[hidden(name, 60.0) for name in names],
        coverage=[read()],
    )[EVERYBODY, LAST]
    one = measured(people=[present("ann")], minutes=[hidden("ann", 60.0)], coverage=[read()])[
        EVERYBODY, LAST
    ]
    widths = [(row["hidden_hours_high"] - row["hidden_hours_low"]) / row["hidden_hours"]
              for row in (many, one)]  # fmt: skip
    assert widths[0] < 0.8 * widths[1]


def test_concentration_is_asked_of_teams_only():
    names = [f"p{n}" for n in range(6)]
    found = measured(
        people=[present(name, week=week) for name in names for week in WEEKS],
        minutes=[hidden("p0", 60.0, informal_act_count=30)],
        coverage=[read()],
    )
    assert found["red", LAST]["top_share"] == 1.0
    assert found[EVERYBODY, LAST]["top_share"] is None
    assert found[EVERYBODY, LAST]["gini_excess"] is None


def test_who_objected_counts_as_a_member_and_in_no_measure():
    found = measured(
        people=[present("ann"), present("ben", seen=False)],
        minutes=[hidden("ann", 60.0), hidden("ben", 600.0)],
        acts=[act("ann"), act("ben")],
        coverage=[read()],
    )
    for key in (("red", LAST), (EVERYBODY, LAST)):
        row = found[key]
        assert (row["people_count"], row["act_count"]) == (2, 1)
        assert row["hidden_hours"] == pytest.approx(1.0)


def test_who_is_not_observed_does_not_look_like_one_without_acts():
    """Five who do alike and one who objected: as even as five."""
    names = [f"p{n}" for n in range(5)]
    people = [present(name) for name in names]
    minutes = [hidden(name, 60.0, informal_act_count=10) for name in names]
    five = measured(people=people, minutes=minutes, coverage=[read()])["red", LAST]
    six = measured(people=[*people, present("p5", seen=False)], minutes=minutes, coverage=[read()])[
        "red", LAST
    ]
    assert five["gini_excess"] == six["gini_excess"] < 0


def test_acts_of_nobody_known_are_no_ones_load():
    row = measured(acts=[act(None, None)], coverage=[read()])[EVERYBODY, LAST]
    assert row["act_count"] == 0


def test_the_order_of_rows_does_not_matter():
    names = [f"p{n}" for n in range(9)]
    people = [present(name, week=week) for name in names for week in WEEKS]
    minutes = [hidden(name, 7.3 * n, informal_act_count=n) for n, name in enumerate(names)]
    acts = [act(name) for name in names]
    frames = {"people": people, "minutes": minutes, "acts": acts, "coverage": [read()]}
    backward = {name: given[::-1] for name, given in frames.items()}
    assert (
        pl.DataFrame(list(measured(**frames).values()))
        .sort("team_id", "week")
        .equals(pl.DataFrame(list(measured(**backward).values())).sort("team_id", "week"))
    )
