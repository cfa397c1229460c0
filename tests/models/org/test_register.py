from datetime import UTC, date, datetime

import polars as pl
import pytest

from models.org.register import recorded
from models.tables.org import DELEGATIONS, MANDATES, REPORTING_LINES


def day(number):
    return datetime(2026, 1, number, tzinfo=UTC) if number else None


SCHEMA = REPORTING_LINES.schema.create_empty().schema
EMPTY = pl.LazyFrame(schema=SCHEMA)


def file(*rows) -> pl.LazyFrame:
    """Person, manager, first and last day, and what the file gives as recorded_at."""
    lines = [(p, m, "solid", day(f), day(t), day(r)) for p, m, f, t, r in rows]
    schema = {name: kind for name, kind in SCHEMA.items() if name != "superseded_at"}
    return pl.LazyFrame(lines, schema=schema, orient="row")


def night(new, stored=EMPTY, *, first=False, seen=20):
    return recorded(new, stored, first_import=first, seen_at=day(seen)).collect().lazy()


def known(records):
    columns = ["person_id", "manager_id", "valid_to", "recorded_at", "superseded_at"]
    return [
        (p, m, *(moment and moment.day for moment in moments))
        for p, m, *moments in records.select(columns).collect().rows()
    ]


def test_the_first_import_takes_what_is_given_else_the_first_day():
    assert known(night(file(("a", "b", 5, None, None), ("c", "b", 5, None, 9)), first=True)) == [
        ("a", "b", None, 5, None),
        ("c", "b", None, 9, None),
    ]


@pytest.mark.parametrize(("given", "since"), [(None, 20), (3, 20), (25, 25)])
def test_a_later_row_is_known_since_it_was_seen_at_the_earliest(given, since):
    assert known(night(file(("a", "b", 5, None, given)))) == [("a", "b", None, since, None)]


def test_an_unchanged_row_keeps_its_date_even_if_the_file_gives_another():
    first = night(file(("a", "b", 5, None, None)), first=True)
    assert known(night(file(("a", "b", 5, None, 2)), first)) == known(first)


def test_a_changed_row_ends_the_old_record_and_begins_a_new_one():
    first = night(file(("a", "b", 5, None, None)), first=True)
    assert known(night(file(("a", "b", 5, 15, None)), first)) == [
        ("a", "b", None, 5, 20),
        ("a", "b", 15, 20, None),
    ]


def test_a_row_that_is_gone_is_kept_as_superseded():
    first = night(file(("a", "b", 5, None, None), ("c", "b", 5, None, None)), first=True)
    second = night(file(("c", "b", 5, None, None)), first)
    assert known(second) == [("a", "b", None, 5, 20), ("c", "b", None, 5, None)]
    assert known(night(file(("c", "b", 5, None, None)), second, seen=22)) == known(second)


def test_a_row_that_comes_back_is_a_new_record():
    first = night(file(("a", "b", 5, None, None)), first=True)
    back = night(file(("a", "b", 5, None, None)), night(file(), first), seen=25)
    assert known(back) == [("a", "b", None, 5, 20), ("a", "b", None, 25, None)]


def test_the_same_night_again_changes_nothing():
    first = night(file(("a", "b", 5, None, None)), first=True)
    second = night(file(("a", "c", 5, None, None)), first)
    assert known(night(file(("a", "c", 5, None, None)), second)) == known(second)


def test_a_record_replaced_before_it_was_known_leaves_no_trace():
    first = night(file(("a", "b", 5, None, None)))
    assert known(night(file(("a", "c", 5, None, None)), first)) == [("a", "c", None, 20, None)]


def test_a_renewed_confirmation_keeps_the_record():
    empty = MANDATES.schema.create_empty()
    row = {
        "mandate_id": "m", "holder_type": "person", "holder_id": "a", "mandate_kind": "lead",
        "scope_type": "project", "scope_id": "L", "act_kinds": "", "valid_from": day(1),
        "is_self_confirming": False,
    }  # fmt: skip

    def given(confirmed: date) -> pl.LazyFrame:
        return pl.LazyFrame([row | {"confirmed_on": confirmed}], schema=empty.schema)

    first = night(given(date(2026, 1, 1)), empty.lazy(), first=True)
    second = night(given(date(2026, 1, 19)), first).collect()
    assert second.select("recorded_at", "superseded_at", "confirmed_on").rows() == [
        (day(1), None, date(2026, 1, 19))
    ]
    assert MANDATES.schema.validate(second, cast=False).height == 1


def test_no_rows_give_no_records():
    assert known(night(file())) == []
    nothing = DELEGATIONS.schema.create_empty()
    assert night(nothing.lazy(), nothing.lazy()).collect().schema == nothing.schema
