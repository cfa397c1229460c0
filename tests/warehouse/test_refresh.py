import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.tables import columns as c
from tests.warehouse import toy
from tests.warehouse.toy import (
    AMOUNTS,
    MADE,
    SPANS,
    STEPS,
    SUMS,
    THINGS,
    TOPS,
    UNTIL,
    refreshed,
    rows,
    span,
    spans,
    sums,
    thing,
    things,
    week,
    weeks,
    weeks_of,
)
from warehouse.lake import Lake, LakeError
from warehouse.refresh import Step, refresh

HOUSE = Path(__file__).parents[2]


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def filled(lake: Lake) -> Lake:
    lake.upsert(
        THINGS, things(*(thing(f"t{n}", n, amount=n + 1) for n in range(10))), source="toys"
    )
    lake.write_whole(SPANS, spans(span("ada", 2, 4, 10)))
    return lake


def test_the_first_run_computes_every_week(lake):
    done = refreshed(filled(lake))
    assert done[0].row_count == 10
    assert rows(lake, AMOUNTS)["amount"].to_list() == [1, 2, 30, 40, 5, 6, 7, 8, 9, 10]
    assert rows(lake, SUMS).filter(pl.col("week") == week(4))["amount"].item() == 30 + 40 + 5 + 6


def test_a_week_of_a_persons_own_zone_may_begin_before_the_first_of_utc(lake):
    lake.upsert(THINGS, things(thing("sunday in the west", 3, 2, "ben", 7)), source="toys")
    refreshed(lake)
    assert lake.weeks(AMOUNTS) == weeks(3)
    assert rows(lake, SUMS)["week"].to_list() == [week(n) for n in (2, 3, 4)]


def test_without_a_change_nothing_is_computed_or_committed(lake):
    first = refreshed(filled(lake))
    again = refreshed(lake)
    assert [done.weeks for done in again] == [(), (), ()]
    assert [done.version for done in again] == [done.version for done in first]


def test_a_late_row_concerns_the_weeks_that_read_it_and_no_other(lake):
    refreshed(filled(lake))
    lake.upsert(THINGS, things(thing("late", 5, amount=100)), source="toys")
    done = refreshed(lake)
    assert done[0].weeks == (week(5),)
    assert done[1].weeks == tuple(week(n) for n in range(3, 9))
    assert done[1].changed == weeks(4, 5, 6, 7)
    assert done[2].weeks == tuple(week(n) for n in range(4, 10))


def test_a_change_that_comes_to_nothing_goes_no_further(lake):
    refreshed(filled(lake))
    lake.upsert(THINGS, things(thing("nought", 5, amount=0)), source="toys")
    done = refreshed(lake)
    assert [len(one.changed or ()) for one in done] == [1, 0, 0]
    assert done[2].weeks == ()


def test_sparse_changes_do_not_compute_what_lies_between(lake):
    refreshed(filled(lake))
    lake.upsert(THINGS, things(thing("a", 0), thing("b", 9)), source="toys")
    assert refreshed(lake)[0].weeks == (week(0), week(9))


def test_weeks_without_rows_of_what_is_needed_are_not_computed(lake):
    lake.upsert(THINGS, things(thing("first", 0), thing("last", 11)), source="toys")
    done = refreshed(lake)
    assert done[1].weeks == tuple(week(n) for n in (-1, 0, 1, 2, 3, 9, 10, 11, 12))
    assert rows(lake, SUMS)["week"].to_list() == [week(n) for n in (-1, 0, 1, 2, 10, 11, 12)]


def test_rows_go_with_the_last_of_what_they_need(lake):
    refreshed(filled(lake))
    lake.write_weeks(THINGS, things(), weeks(*range(10)))
    refreshed(lake)
    assert rows(lake, SUMS).is_empty()


def test_an_empty_table_takes_columns_declared_since_without_what_it_needs(lake):
    refreshed(lake)
    other = replace(SUMS, schema=type("Other", (SUMS.schema,), {"note": c.text("Note")}))
    step = Step(other, sums, (AMOUNTS,), needs=(AMOUNTS,))
    refresh(lake, step, {}, fingerprint="2", until=UNTIL)
    assert lake.snapshot(other).is_as_declared


def test_what_is_needed_is_an_input():
    with pytest.raises(ValueError, match="needs a table that is none of its inputs"):
        Step(SUMS, sums, (AMOUNTS,), needs=(THINGS,))


def test_a_changed_span_concerns_its_own_weeks(lake):
    refreshed(filled(lake))
    before, after = span("ada", 2, 4, 10), span("ada", 3, 4, 10)
    lake.write_whole(SPANS, spans(after), weeks_of(before, after))
    assert refreshed(lake)[0].changed == weeks(2)
    assert rows(lake, AMOUNTS)["amount"].to_list()[2:4] == [3, 40]


def test_a_small_table_that_does_not_say_what_it_touched_concerns_all_weeks(lake):
    refreshed(filled(lake))
    lake.write_whole(SPANS, spans(span("ada", 2, 4, 11)))
    assert len(refreshed(lake)[0].weeks) == 12


def test_another_fingerprint_computes_all_weeks(lake):
    refreshed(filled(lake))
    done = refreshed(lake, fingerprint="2")
    assert len(done[0].weeks) == 12
    assert done[0].changed == weeks()
    assert lake.snapshot(AMOUNTS).state.fingerprint == "2"


def test_a_table_put_up_anew_concerns_all_weeks(lake, tmp_path):
    refreshed(filled(lake))
    things_now = rows(lake, THINGS)
    (tmp_path / "raw" / "things").rename(tmp_path / "gone")
    lake.upsert(THINGS, things_now.head(3), source="toys")
    refreshed(lake)
    assert rows(lake, AMOUNTS).height == 3


def test_acts_from_until_on_do_not_count(lake):
    refreshed(filled(lake), until=UNTIL - timedelta(weeks=6))
    assert rows(lake, AMOUNTS).height == 6
    refreshed(lake, until=UNTIL - timedelta(weeks=5))
    assert rows(lake, AMOUNTS).height == 7
    refreshed(lake, until=UNTIL - timedelta(weeks=10))
    assert rows(lake, AMOUNTS).height == 2


def test_no_rows_make_empty_tables(lake):
    lake.upsert(THINGS, things(), source="toys")
    assert [done.row_count for done in refreshed(lake)] == [0, 0, 0]
    assert rows(lake, TOPS).schema == toy.types(TOPS)


def test_a_transform_says_which_weeks_it_was_asked_for(lake):
    def counted(things, weeks, until):
        return things.select(week=pl.lit(weeks[0]), amount=pl.lit(len(weeks), pl.Int64)).head(1)

    step = Step(TOPS, counted, (THINGS,), ("weeks", "until"))
    refresh(filled(lake), step, {}, fingerprint="", until=UNTIL)
    assert rows(lake, TOPS).row(0) == (week(-1), 14)


def test_a_missing_parameter_is_named(lake):
    with pytest.raises(LakeError, match=r"acts\.amounts: the run has no parameter scale"):
        refresh(filled(lake), STEPS[0], {}, fingerprint="", until=UNTIL)


def test_two_inputs_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two arguments of one name"):
        Step(TOPS, toy.tops, (SUMS, SUMS))


def test_a_failing_transform_leaves_the_table_as_it_was(lake):
    refreshed(filled(lake))
    before = rows(lake, TOPS)

    def broken(sums):
        return sums.select("week", amount=pl.lit("many"))

    with pytest.raises(LakeError, match=r"metrics\.tops: amount is String, declared Int64"):
        refresh(lake, Step(TOPS, broken, (SUMS,)), {}, fingerprint="2", until=UNTIL)
    assert_frame_equal(rows(lake, TOPS), before)


names = st.sampled_from([f"t{n}" for n in range(6)])
people = st.sampled_from(["ada", "ben"])
hours = st.integers(0, 167)
a_change = st.one_of(
    st.tuples(
        st.just("put"), st.tuples(names, st.integers(0, 17), hours, people, st.integers(1, 900))
    ),
    st.tuples(st.just("take"), st.one_of(names, st.sampled_from([f"b{n}" for n in range(20)]))),
    st.tuples(st.just("span"), st.tuples(people, st.integers(6, 15), st.integers(1, 4))),
    st.tuples(st.just("until"), st.tuples(st.integers(9, 17), hours)),
)
nights = st.lists(st.lists(a_change, min_size=1, max_size=3), min_size=2, max_size=4)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(nights)
def test_after_any_late_changes_the_rows_are_those_of_a_rebuild(nights):
    company = Company()
    with tempfile.TemporaryDirectory() as kept, tempfile.TemporaryDirectory() as rebuilt:
        lake = Lake(kept)
        company.store(lake)
        refreshed(lake, company.until)
        for changes in nights:
            for change in changes:
                company.apply(change, lake)
            refreshed(lake, company.until)
        anew = Lake(rebuilt)
        company.store(anew)
        refreshed(anew, company.until)
        for table in MADE:
            assert_frame_equal(rows(lake, table), rows(anew, table))
            assert lake.weeks(table) == anew.weeks(table)


class Company:
    """What is true now, and how a change of it reaches a lake."""

    def __init__(self):
        base = [
            (f"b{n}", 8 + n // 2, 8 * n, "ada" if n % 2 else "ben", 2 ** (20 - n))
            for n in range(20)
        ]
        self.things = {row[0]: thing(*row) for row in base}
        self.spans = {"ada": span("ada", 9, 11, 3)}
        self.until = toy.START + timedelta(weeks=15, hours=90)

    def store(self, lake):
        lake.upsert(THINGS, things(*self.things.values()), source="toys")
        lake.write_whole(SPANS, spans(*self.spans.values()))

    def apply(self, change, lake):
        kind, value = change
        if kind == "until":
            self.until = toy.START + timedelta(weeks=value[0], hours=value[1])
        elif kind == "span":
            person, first, length = value
            before = self.spans.get(person)
            self.spans[person] = span(person, first, first + length, length)
            touched = weeks_of(self.spans[person], *([before] if before else []))
            lake.write_whole(SPANS, spans(*self.spans.values()), touched)
        else:
            self._move(kind, value, lake)

    def _move(self, kind, value, lake):
        before = self.things.pop(value[0] if kind == "put" else value, None)
        weeks = {before["utc_week"]} if before else set()
        if kind == "put":
            self.things[value[0]] = thing(*value)
            weeks.add(self.things[value[0]]["utc_week"])
        left = things(*(row for row in self.things.values() if row["utc_week"] in weeks))
        lake.write_weeks(THINGS, left, weeks)


@pytest.mark.parametrize(
    ("write", "moment"),
    [(0, "during"), (2, "before"), (2, "during"), (3, "after")],
)
def test_a_run_that_was_killed_is_continued_by_the_next(tmp_path, whole, write, moment):
    root = str(tmp_path / "lake")
    command = [sys.executable, "-m", "tests.warehouse.toy", root, str(write), moment]
    assert subprocess.run(command, cwd=HOUSE, check=False).returncode == -signal.SIGKILL
    assert {rows(Lake(root), table).height for table in (THINGS, AMOUNTS)} <= {0, 400}
    continued = toy.brought_up_to_date(root)
    for table in (THINGS, SPANS, *MADE):
        assert not rows(whole, table).is_empty()
        assert_frame_equal(rows(continued, table), rows(whole, table))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return toy.brought_up_to_date(str(tmp_path_factory.mktemp("whole")))
