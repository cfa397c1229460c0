from datetime import UTC, datetime

import polars as pl

from models.org.lines import managers
from models.tables.org import REPORTING_LINES


def day(number: int | None) -> datetime | None:
    return datetime(2026, 1, number, tzinfo=UTC) if number else None


def line(person, manager, start=1, end=None, *, kind="solid", recorded=1, superseded=None):
    return {
        "person_id": person,
        "manager_id": manager,
        "line_type": kind,
        "valid_from": day(start),
        "valid_to": day(end),
        "recorded_at": day(recorded),
        "superseded_at": day(superseded),
    }


def above(*lines, columns=("person_id", "manager_id", "depth")):
    rows = pl.LazyFrame(list(lines), schema=REPORTING_LINES.schema.create_empty().schema)
    return managers(rows).select(columns).collect().sort(columns).rows()


def test_everybody_up_the_solid_line_is_above():
    assert above(line("d", "c"), line("c", "b"), line("b", "a")) == [
        ("b", "a", 1), ("c", "a", 2), ("c", "b", 1), ("d", "a", 3), ("d", "b", 2), ("d", "c", 1),
    ]  # fmt: skip


def test_a_dotted_line_reaches_one_step():
    assert above(line("c", "b", kind="dotted"), line("b", "a"), line("d", "c")) == [
        ("b", "a", 1),
        ("c", "b", 1),
        ("d", "c", 1),
    ]


def test_a_chain_holds_while_all_its_lines_hold():
    found = above(
        line("c", "b", 1, 10),
        line("b", "a", 5),
        line("b", "z", 1, 3),
        columns=("person_id", "manager_id", "valid_from", "valid_to"),
    )
    assert [row for row in found if row[0] == "c"] == [
        ("c", "a", day(5), day(10)),
        ("c", "b", day(1), day(10)),
        ("c", "z", day(1), day(3)),
    ]


def test_lines_that_never_hold_together_make_no_chain():
    assert above(line("c", "b", 1, 5), line("b", "a", 5)) == [("b", "a", 1), ("c", "b", 1)]


def test_a_chain_is_known_from_its_last_line_until_the_first_is_superseded():
    columns = ("person_id", "manager_id", "recorded_at", "superseded_at")
    found = above(
        line("c", "b", recorded=2, superseded=9), line("b", "a", recorded=4), columns=columns
    )
    assert ("c", "a", day(4), day(9)) in found
    apart = above(line("c", "b", recorded=2, superseded=4), line("b", "a", recorded=4))
    assert apart == [("b", "a", 1), ("c", "b", 1)]


def test_a_circle_comes_to_an_end():
    found = above(line("a", "b"), line("b", "a"))
    assert {row[:2] for row in found} == {("a", "b"), ("b", "a")}


def test_no_lines_put_nobody_above():
    assert above() == []
