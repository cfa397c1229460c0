from datetime import UTC, date, datetime

import pytest

from models.marts import SOURCES, marts
from models.tables import mart, org
from models.tables.registry import TABLES
from tests import given

UNTIL = datetime(2026, 11, 23, tzinfo=UTC)
LAKE = {name: given.rows(TABLES[name]) for name in SOURCES.values() if name in TABLES}


def day(number):
    return datetime(2026, 11, number, tzinfo=UTC)


def test_every_published_table_has_its_columns_even_without_rows():
    found = marts(LAKE, UNTIL)
    for name, frame in found.items():
        assert frame.collect().columns == TABLES[name].columns
    assert len(found) == len(mart.MART) - 3


def test_a_computed_table_that_is_missing_is_not_taken_for_empty():
    with pytest.raises(KeyError, match=r"metrics\.areas"):
        marts({name: frame for name, frame in LAKE.items() if name != "metrics.areas"}, UNTIL)


def test_people_stand_with_their_last_data():
    people = given.rows(
        org.PEOPLE,
        {"person_id": "ada", "team_id": "blue", "valid_from": day(10), "valid_to": day(20)},
        {"person_id": "ada", "team_id": "red", "valid_from": day(1), "valid_to": day(10)},
        {"person_id": "ada", "team_id": "new", "valid_from": day(25)},
    )
    found = marts({**LAKE, "org.people": people}, UNTIL)["mart.people"].collect()
    assert found.select("person_id", "team_id").rows() == [("ada", "blue")]


def test_only_records_that_stand_are_the_register():
    mandates = given.rows(
        org.MANDATES, {"mandate_id": "a"}, {"mandate_id": "b", "superseded_at": day(20)}
    )
    found = marts({**LAKE, "org.mandates": mandates}, UNTIL)["mart.mandates"].collect()
    assert found["mandate_id"].to_list() == ["a"]


def test_areas_end_with_the_last_week_that_has_a_day_of_data():
    until = datetime(2026, 11, 15, 23, tzinfo=UTC)  # Monday 00:00 in Berlin
    found = marts(
        LAKE
        | {
            "metrics.areas": given.rows(
                TABLES["metrics.areas"], {"week": date(2026, 11, 9)}, {"week": date(2026, 11, 16)}
            )
        },
        until,
    )
    assert found["mart.areas"].collect()["week"].to_list() == [date(2026, 11, 9)]
