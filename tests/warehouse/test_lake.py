import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake
from polars.testing import assert_frame_equal

from models.tables import Table
from models.tables import columns as c
from tests.warehouse import toy
from tests.warehouse.toy import (
    AMOUNTS,
    SPANS,
    THINGS,
    rows,
    span,
    spans,
    thing,
    things,
    week,
    weeks,
)
from warehouse.lake import Lake, LakeError
from warehouse.retention import purge

HOUSE = Path(__file__).parents[2]


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


def names(lake):
    return sorted(rows(lake, THINGS)["thing_id"])


def test_a_table_not_stored_yet_is_an_empty_one_of_its_type(lake):
    assert rows(lake, THINGS).schema == toy.types(THINGS)
    assert lake.weeks(THINGS) == weeks()
    assert lake.cursor(THINGS, "toys") is None
    assert lake.duplicate_keys(THINGS) == 0


def test_exactly_the_weeks_named_are_replaced_and_those_without_rows_cleared(lake):
    lake.write_weeks(THINGS, things(*(thing(f"t{n}", n) for n in range(4))), map(week, range(4)))
    lake.write_weeks(THINGS, things(thing("new", 1)), weeks(1, 2))
    assert names(lake) == ["new", "t0", "t3"]
    assert lake.weeks(THINGS) == weeks(0, 1, 3)


def test_rows_of_other_weeks_are_refused(lake):
    with pytest.raises(LakeError, match=r"raw\.things: rows of week 2024-01-08"):
        lake.write_weeks(THINGS, things(thing("t", 1)), [week(0)])


def test_only_the_weeks_asked_for_are_read(lake):
    lake.write_weeks(THINGS, things(*(thing(f"t{n}", n) for n in range(4))), map(week, range(4)))
    some = lake.scan(THINGS, [week(1), week(9)])
    assert some.collect()["thing_id"].to_list() == ["t1"]
    assert lake.scan(THINGS, []).collect().is_empty()


def test_the_same_rows_in_another_order_are_no_change(lake):
    both = things(thing("a", 0), thing("b", 0))
    first = lake.write_weeks(THINGS, both, [week(0)])
    again = lake.write_weeks(THINGS, both.reverse(), [week(0)])
    assert (first.weeks, again.weeks) == (weeks(0), weeks())
    assert first.version == again.version


def test_rows_lie_in_the_order_of_their_key(lake):
    lake.write_weeks(THINGS, things(thing("b", 0), thing("a", 0), thing("c", 0)), [week(0)])
    assert lake.scan(THINGS).collect()["thing_id"].to_list() == ["a", "b", "c"]


def test_a_row_replaces_the_stored_one_of_its_key(lake):
    lake.upsert(THINGS, things(thing("a", 0), thing("b", 0)), source="toys", cursor={"at": 1})
    done = lake.upsert(
        THINGS, things(thing("a", 0, amount=5), thing("a", 0, amount=7)), source="toys"
    )
    assert done.weeks == weeks(0)
    assert rows(lake, THINGS)["amount"].to_list() == [7, 1]
    assert lake.cursor(THINGS, "toys") == {"at": 1}


def test_rows_and_cursor_of_a_source_move_together_and_leave_other_sources_alone(lake):
    lake.upsert(THINGS, things(thing("a", 0)), source="toys", cursor={"at": 1})
    other = things(thing("z", 0)).with_columns(source=pl.lit("other"))
    lake.upsert(THINGS, other, source="other", cursor={"page": "x"})
    lake.upsert(THINGS, things(), source="toys", cursor={"at": 2})
    assert lake.cursor(THINGS, "toys") == {"at": 2}
    assert lake.cursor(THINGS, "other") == {"page": "x"}
    delta = DeltaTable(lake.uri(THINGS))
    assert delta.transaction_version("source:toys") == 2
    assert lake.snapshot(THINGS).version == 2


def test_the_same_batch_again_commits_nothing(lake):
    first = lake.upsert(THINGS, things(thing("a", 0)), source="toys", cursor={"at": (1, 2)})
    again = lake.upsert(THINGS, things(thing("a", 0)), source="toys", cursor={"at": (1, 2)})
    assert again.version == first.version
    assert again.weeks == weeks()


def test_a_restart_removes_what_was_stored_of_the_source(lake):
    lake.upsert(THINGS, things(thing("a", 0), thing("b", 1)), source="toys")
    other = things(thing("z", 0)).with_columns(source=pl.lit("other"))
    lake.upsert(THINGS, other, source="other")
    done = lake.upsert(THINGS, things(thing("c", 2)), source="toys", restart=True)
    assert names(lake) == ["c", "z"]
    assert done.weeks == weeks(0, 1, 2)


def test_a_small_table_is_written_only_if_it_differs(lake):
    both = spans(span("ada", 0, 2, 1), span("ben", 0, 2, 1))
    first = lake.write_whole(SPANS, both)
    again = lake.write_whole(SPANS, both.reverse())
    other = lake.write_whole(SPANS, both.head(1), [week(0), week(1)])
    assert (first.weeks, again.weeks, other.weeks) == (None, weeks(), weeks(0, 1))
    assert (first.version, again.version, other.version) == (0, 0, 1)


def test_the_history_tells_which_weeks_were_touched(lake):
    lake.write_weeks(THINGS, things(thing("a", 0)), [week(0)])
    mark = lake.snapshot(THINGS).mark
    lake.write_weeks(THINGS, things(thing("b", 1), thing("c", 5)), [week(1), week(5)])
    lake.upsert(THINGS, things(), source="toys", cursor={"at": 1})
    assert lake.touched_since(THINGS, mark) == weeks(1, 5)
    assert lake.touched_since(THINGS, "") == weeks(0, 1, 5)
    assert lake.touched_since(THINGS, lake.snapshot(THINGS).mark) == weeks()
    assert lake.touched_since(THINGS, f"{'0' * 36}@0") is None


def test_a_commit_of_somebody_else_may_have_touched_any_week(lake):
    lake.write_weeks(THINGS, things(thing("a", 0)), [week(0)])
    mark = lake.snapshot(THINGS).mark
    write_deltalake(lake.uri(THINGS), things(thing("b", 1)), mode="append")
    assert lake.touched_since(THINGS, mark) is None


def test_rows_that_break_a_rule_are_set_aside_and_counted(lake):
    bad = things(thing("a", 0), thing("b", 0, amount=-1), thing("c", 0) | {"person_id": None})
    done = lake.upsert(THINGS, bad, source="toys")
    assert names(lake) == ["a"]
    assert done.row_count == 1
    assert done.quarantined == {"amount|min": 1, "person_id|nullability": 1}
    aside = lake.quarantine.rows(THINGS).sort("thing_id")
    assert aside["thing_id"].to_list() == ["b", "c"]
    assert aside["broken_rules"].to_list() == ["amount|min", "person_id|nullability"]


def test_a_row_set_aside_comes_back_when_it_is_mended(lake):
    lake.upsert(THINGS, things(thing("b", 0, amount=-1), thing("c", 1, amount=-1)), source="toys")
    lake.upsert(THINGS, things(thing("b", 0, amount=1)), source="toys")
    assert names(lake) == ["b"]
    assert lake.quarantine.rows(THINGS)["thing_id"].to_list() == ["c"]


def test_repeated_keys_are_counted(lake):
    lake.write_weeks(THINGS, things(*[thing("a", 0)] * 3, thing("b", 0)), [week(0)])
    assert lake.duplicate_keys(THINGS) == 2
    assert lake.duplicate_keys(THINGS, [week(1)]) == 0


def test_rows_are_counted_without_reading_them(lake):
    assert lake.row_count(THINGS) == 0
    lake.write_weeks(THINGS, things(*(thing(f"t{n}", n % 3) for n in range(7))), weeks(0, 1, 2))
    lake.write_weeks(THINGS, things(thing("t", 1)), weeks(1))
    for day in range(12):  # past a checkpoint
        lake.upsert(THINGS, things(), source="toys", cursor={"day": day})
    assert lake.row_count(THINGS) == 6


def test_a_frame_of_another_shape_is_refused_by_column(lake):
    wrong = things(thing("a", 0)).drop("person_id").with_columns(pl.col("amount").cast(pl.Int32))
    with pytest.raises(LakeError, match="person_id is missing, declared String; amount is Int32"):
        lake.write_weeks(THINGS, wrong, [week(0)])


class WiderSchema(toy.ThingsSchema):
    note = c.text("Declared later", nullable=True)


class StricterSchema(toy.ThingsSchema):
    note = c.text("Declared later")


WIDER = Table("raw.things", WiderSchema, "one thing", "Things", week="utc_week")
STRICTER = Table("raw.things", StricterSchema, "one thing", "Things", week="utc_week")


def test_a_column_declared_later_is_null_in_older_rows(lake):
    lake.write_weeks(THINGS, things(thing("a", 0), thing("b", 1)), [week(0), week(1)])
    assert rows(lake, WIDER)["note"].to_list() == [None, None]
    noted = things(thing("b", 1)).with_columns(note=pl.lit("x"))
    lake.write_weeks(WIDER, noted, [week(1)])
    assert rows(lake, WIDER)["note"].to_list() == [None, "x"]
    assert names(lake) == ["a", "b"]


def test_a_column_that_may_not_be_null_needs_the_table_anew(lake):
    lake.write_weeks(THINGS, things(thing("a", 0)), [week(0)])
    with pytest.raises(LakeError, match=r"note is stored as nothing .* --full"):
        lake.scan(STRICTER)
    noted = things(thing("a", 0)).with_columns(note=pl.lit("x"))
    lake.write_weeks(STRICTER, noted, [week(0)])
    assert rows(lake, STRICTER)["note"].to_list() == ["x"]


def test_a_writer_in_between_makes_the_other_look_again(lake, monkeypatch):
    lake.upsert(THINGS, things(thing("a", 0)), source="toys", cursor={"at": 1})
    look, late = lake.opened, Lake(lake.root)

    def overtaken(table):
        seen = look(table)
        monkeypatch.setattr(lake, "opened", look)
        late.upsert(THINGS, things(thing("b", 0)), source="late", cursor={"at": 9})
        return seen

    monkeypatch.setattr(lake, "opened", overtaken)
    lake.upsert(THINGS, things(thing("c", 0)), source="toys", cursor={"at": 2})
    assert names(lake) == ["a", "b", "c"]
    assert lake.cursor(THINGS, "late") == {"at": 9}


def test_two_writers_who_create_a_table_both_have_their_rows(lake, monkeypatch):
    look, late = lake.opened, Lake(lake.root)

    def overtaken(table):
        seen = look(table)
        monkeypatch.setattr(lake, "opened", look)
        late.upsert(THINGS, things(thing("b", 0)), source="late")
        return seen

    monkeypatch.setattr(lake, "opened", overtaken)
    lake.upsert(THINGS, things(thing("c", 0)), source="toys")
    assert names(lake) == ["b", "c"]


def everything_on_disk(lake):
    return b"".join(path.read_bytes() for path in Path(lake.root).rglob("*") if path.is_file())


def test_a_purge_leaves_no_byte_of_old_rows(lake):
    old = [thing("oldthing", 0, person="olda"), thing("badthing", 0, person="oldb", amount=-1)]
    lake.upsert(THINGS, things(*old, thing("newthing", 5)), source="toys", cursor={"at": 1})
    lake.write_whole(SPANS, spans(span("oldc", 0, 1, 1)))
    lake.write_whole(SPANS, spans(span("ada", 0, 1, 1)))
    mark = lake.snapshot(THINGS).mark
    assert b"oldthing" in everything_on_disk(lake)
    assert purge(lake, [THINGS, SPANS], week(5)) == {"raw.things": 1, "org.spans": 0}
    left = everything_on_disk(lake)
    gone = [b"oldthing", b"badthing", b"olda", b"oldb", b"oldc"]
    assert [word for word in gone if word in left] == []
    assert b"newthing" in left
    assert names(lake) == ["newthing"]
    assert lake.touched_since(THINGS, mark) == weeks()
    assert lake.cursor(THINGS, "toys") == {"at": 1}


def test_a_purge_keeps_public_histories_and_touches_what_it_took_from_others(lake):
    lake.upsert(THINGS, things(thing("a", 0), thing("b", 1)), source="toys")
    other = things(thing("z", 0)).with_columns(source=pl.lit("other"))
    lake.upsert(THINGS, other, source="other")
    toy.refreshed(lake)
    mark = lake.snapshot(THINGS).mark
    assert purge(lake, [THINGS, AMOUNTS], week(5), kept_sources=["toys"])["raw.things"] == 1
    assert names(lake) == ["a", "b"]
    assert lake.touched_since(THINGS, mark) == weeks(0)
    toy.refreshed(lake)
    assert rows(lake, AMOUNTS)["thing_id"].to_list() == ["a", "b"]


@pytest.mark.parametrize(
    ("new", "terms", "gone"),
    [
        ([], (week(5), ["toys"]), 0),
        ([thing("y", 1)], (week(5), ["toys"]), 1),
        ([], (week(7), ["toys"]), 1),
        ([], (week(5), ["others"]), 2),
        ([], (week(5), []), 2),
    ],
)
def test_a_later_purge_takes_what_came_since_and_what_is_no_longer_kept(lake, new, terms, gone):
    lake.upsert(THINGS, things(thing("a", 0), thing("b", 1)), source="toys")
    other = pl.lit("other")
    lake.upsert(THINGS, things(thing("x", 6)).with_columns(source=other), source="other")
    purge(lake, [THINGS], week(5), ["toys"])
    lake.upsert(THINGS, things(*new).with_columns(source=other), source="other")
    assert purge(lake, [THINGS], *terms) == {"raw.things": gone}


def test_a_purge_looks_only_where_something_may_have_come(lake, monkeypatch):
    lake.upsert(THINGS, things(thing("a", 0), thing("b", 1)), source="toys")
    purge(lake, [THINGS], week(5), ["toys"])
    lake.upsert(THINGS, things(thing("c", 1)), source="toys")
    looked = []
    scan = lake.scan

    def seen(table, weeks=None):
        looked.append(weeks)
        return scan(table, weeks)

    monkeypatch.setattr(lake, "scan", seen)
    purge(lake, [THINGS], week(5), ["toys"])
    assert looked == [weeks(1)]


def test_a_snapshot_is_opened_once_a_version(lake):
    assert lake.snapshot(THINGS) is lake.snapshot(THINGS)
    lake.upsert(THINGS, things(thing("a", 0)), source="toys")
    first = lake.snapshot(THINGS)
    assert lake.snapshot(THINGS) is first
    Lake(lake.root).upsert(THINGS, things(thing("b", 0)), source="toys")
    assert (first.version, first.scan().collect().height) == (0, 1)
    assert names(lake) == ["a", "b"]
    shutil.rmtree(lake.uri(THINGS))
    lake.upsert(THINGS, things(thing("c", 0)), source="toys")
    assert names(lake) == ["c"]


def test_a_second_purge_commits_nothing(lake):
    lake.upsert(THINGS, things(thing("a", 0), thing("b", 5)), source="toys")
    purge(lake, [THINGS], week(5))
    version = lake.snapshot(THINGS).version
    purge(lake, [THINGS], week(5))
    assert lake.snapshot(THINGS).version == version


FULL_DISK = """
import resource, sys
from tests.warehouse.toy import THINGS, thing, things
from warehouse.lake import Lake, LakeError
lake = Lake(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    many = [thing(f"{n * n * 7919:x}", 1) for n in range(9000)]
    lake.upsert(THINGS, things(*many), source="toys")
except LakeError as error:
    print(error)
"""


def test_a_full_disk_leaves_what_was_there_and_says_what_to_do(lake):
    lake.upsert(THINGS, things(thing("a", 0)), source="toys")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, lake.root],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "raw/things: not written" in done.stdout
    assert "Free space on the disk and run again; what was there before stays" in done.stdout
    assert names(lake) == ["a"]


def test_a_table_that_cannot_be_read_is_named(lake):
    lake.upsert(THINGS, things(thing("a", 0)), source="toys")
    log = Path(lake.uri(THINGS)) / "_delta_log" / "00000000000000000000.json"
    log.write_text("{broken")
    with pytest.raises(LakeError, match=r"raw/things: cannot be read"):
        lake.scan(THINGS)


def test_sums_of_stored_counts_pass_32_bits(lake):
    big = 2**31
    lake.write_weeks(
        THINGS, things(thing("a", 0, amount=big), thing("b", 0, amount=big)), [week(0)]
    )
    assert rows(lake, THINGS)["amount"].sum() == 2 * big


def test_moments_and_days_come_back_as_they_were(lake):
    row = thing("a", 0) | {"happened_at": datetime(2024, 1, 3, 4, 5, 6, 789, tzinfo=UTC)}
    lake.write_weeks(THINGS, things(row), [date(2024, 1, 1)])
    assert_frame_equal(rows(lake, THINGS), things(row))
