"""A revised publication holds the rows of one that is built anew."""

from dataclasses import replace
from datetime import timedelta

import duckdb
import polars as pl
import pytest

from models.tables import org
from models.tables.registry import TABLES
from tests import given
from tests.warehouse.publication import ABOUT, KEY, MONDAY, frames
from warehouse import build
from warehouse import publish as publishing
from warehouse.examples import COUNT, Example
from warehouse.publish import Changes, ChecksFailed, publish

WEEKS = [MONDAY - timedelta(weeks=n) for n in range(6)]
LAST = frozenset(WEEKS[:1])
OBJECTION = {"person_id": "ada", "valid_from": ABOUT.data_until - timedelta(days=70)}


def company(**changed):
    """The small publication, in each of six weeks."""
    whole = frames(**changed)
    back = {name: [_earlier(name, rows, n) for n in range(6)] for name, rows in whole.items()}
    return {
        name: pl.concat(parts) if TABLES[name].week or name == "mart.act_targets" else parts[0]
        for name, parts in back.items()
    }


def _earlier(name, rows, number):
    """The rows of a table, some weeks before."""
    ids = [pl.format("{}-{}", "act_id", pl.lit(number)).alias("act_id")]
    moments = [pl.col("happened_at") - pl.duration(weeks=number)]
    week = [pl.col("week") - pl.duration(weeks=number)] if TABLES[name].week else []
    return rows.with_columns(
        *week, *(ids if "act_id" in rows.collect_schema() and name != "mart.requests" else []),
        *(moments if name == "mart.acts" else []),
    )  # fmt: skip


def of_week(tables, week):
    """The frames of one week, as the lake would give them."""
    acts = tables["mart.acts"].filter(pl.col("week") == week)
    targets = tables["mart.act_targets"].join(acts, on="act_id", how="semi")
    return {
        **{
            name: rows.filter(pl.col("week") == week) if TABLES[name].week else rows
            for name, rows in tables.items()
        },
        "mart.act_targets": targets,
    }


def later(tables, **columns):
    """The same with other rows in the last week: every second act gone, the others changed."""
    is_last = pl.col("week") == MONDAY
    acts = tables["mart.acts"].with_columns(
        **{name: pl.when(is_last).then(value).otherwise(name) for name, value in columns.items()}
    )
    gone = is_last & pl.col("act_id").str.contains("[135]-0$")
    acts = acts.filter(~gone)
    targets = tables["mart.act_targets"].join(acts, on="act_id", how="semi")
    people = tables["mart.people"].with_columns(pl.col("name").str.to_uppercase())
    return {**tables, "mart.acts": acts, "mart.act_targets": targets, "mart.people": people}


def published(root, tables, changes=None, about=ABOUT, detail="pseudonyms"):
    return publish(
        tables, about, root=root, detail=detail, key=KEY, smallest_group=5, changes=changes
    )


def changes_after(done, tables, week=MONDAY):
    return Changes(of_week(tables, week), frozenset([week]), done.files, done.shown)


def rows_of(path):
    with duckdb.connect(path, read_only=True) as con:
        names = con.execute("select table_name from duckdb_tables() order by 1").fetchall()
        return {
            name: sorted(map(repr, con.execute(f"from mart.{name}").fetchall()))
            for (name,) in names
        }


@pytest.fixture
def no_build(monkeypatch):
    """Whoever builds anew fails."""

    def refused(*_args):
        raise AssertionError("built anew")

    def begin():
        monkeypatch.setattr(publishing, "build", refused)

    return begin


@pytest.mark.parametrize("detail", ["pseudonyms", "named", "teams"])
def test_a_revision_has_the_rows_of_a_build(tmp_path, detail, no_build):
    first = company()
    second = later(first, minutes=pl.lit(9.0))
    about = replace(ABOUT, run_id="run-2")
    anew = published(tmp_path / "anew", second, about=about, detail=detail)
    before = published(tmp_path / "night", first, detail=detail)
    no_build()
    done = published(
        tmp_path / "night", second, changes_after(before, second), about=about, detail=detail
    )
    assert done.row_counts == anew.row_counts
    assert done.shown == anew.shown
    for path, expected in ((done.ops, anew.ops), (done.restricted, anew.restricted)):
        assert rows_of(path) == rows_of(expected)
    assert done.row_counts["restricted"]["mart.acts"] == 33


def test_a_night_that_finds_nothing_new_keeps_all_weeks(tmp_path, no_build):
    first = company()
    before = published(tmp_path, first)
    kept = {path: rows_of(path) for path in (before.ops, before.restricted)}
    no_build()
    nothing = {name: rows.clear() if TABLES[name].week else rows for name, rows in first.items()}
    nothing["mart.act_targets"] = first["mart.act_targets"].clear()
    done = published(tmp_path, first, Changes(nothing, frozenset(), before.files, before.shown))
    assert done.row_counts == before.row_counts
    for path, rows in zip((done.ops, done.restricted), kept.values(), strict=True):
        found = rows_of(path)
        assert {name for name in found if found[name] != rows[name]} <= {"about"}


def test_objections_hold_in_a_revision(tmp_path, no_build):
    objections = given.rows(org.OBJECTIONS, OBJECTION)
    first = {**company(), "org.objections": objections}
    second = {**later(first), "org.objections": objections}
    anew = published(tmp_path / "anew", second)
    before = published(tmp_path / "night", first)
    no_build()
    done = published(tmp_path / "night", second, changes_after(before, second))
    assert rows_of(done.restricted) == rows_of(anew.restricted)
    assert rows_of(done.ops) == rows_of(anew.ops)


def test_where_other_teams_may_be_named_all_is_built_anew(tmp_path):
    whole = company()
    seen = pl.col("is_observed") & (pl.col("week") == MONDAY)
    weeks = whole["mart.person_weeks"].with_columns(is_observed=seen)
    first = {**whole, "mart.person_weeks": weeks}
    second = {**whole, "mart.person_weeks": weeks.with_columns(is_observed=pl.lit(value=False))}
    before = published(tmp_path, first)
    done = published(tmp_path, second, changes_after(before, second))
    assert done.shown != before.shown
    anew = published(tmp_path / "anew", second)
    assert rows_of(done.ops) == rows_of(anew.ops)
    assert rows_of(done.restricted) == rows_of(anew.restricted)


def test_of_somebody_who_is_gone_no_byte_is_left(tmp_path):
    first = company()
    before = published(tmp_path, first)
    assert b"flo@example.com" in before.restricted.read_bytes()
    staying = first["mart.people"].filter(pl.col("person_id") != "flo")
    second = {**first, "mart.people": staying}
    done = published(tmp_path, second, changes_after(before, second))
    assert b"flo@example.com" not in done.restricted.read_bytes()


def test_other_files_than_those_that_changed_are_not_revised(tmp_path):
    first = company()
    before = published(tmp_path, first)
    published(tmp_path, later(first), about=replace(ABOUT, run_id="run-2"))
    done = published(tmp_path, first, changes_after(before, first))
    assert (
        rows_of(done.restricted)["acts"]
        == rows_of(published(tmp_path / "anew", first).restricted)["acts"]
    )
    assert done.row_counts["restricted"]["mart.acts"] == 36


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"minutes_low": pl.lit(99.0)}, "restricted: mart.acts: minutes_low is above minutes_high"),
        ({"source": pl.lit("x@example.com")}, "ops: mart.acts: source looks like a mail"),
        ({"act_id": pl.lit("act-000-1")}, "restricted: mart.acts: 1 keys"),
    ],
)
def test_a_revision_that_breaks_a_rule_leaves_the_earlier_files(tmp_path, changed, fault):
    before = published(tmp_path, company())
    held = rows_of(before.restricted)
    second = later(company(), **changed)
    with pytest.raises(ChecksFailed, match=fault):
        published(tmp_path, second, changes_after(before, second))
    assert rows_of(before.restricted) == held
    names = sorted(path.name for path in before.ops.parent.iterdir())
    assert names == ["ops.duckdb", "restricted.duckdb"]


def test_a_revision_with_an_example_that_does_not_fit_is_not_published(tmp_path, monkeypatch):
    before = published(tmp_path, company())
    wrong = Example("wrong", "Does it fit?", "select nothing from mart.acts")
    monkeypatch.setattr(build, "_examples", lambda *_: [wrong] * COUNT)
    with pytest.raises(ChecksFailed, match="example wrong does not run: Binder Error"):
        published(tmp_path, later(company()), changes_after(before, later(company())))


def test_everything_keeps_its_comment_and_every_view_runs(tmp_path, no_build):
    first = company()
    before = published(tmp_path, first)
    no_build()
    done = published(tmp_path, later(first), changes_after(before, later(first)))
    with duckdb.connect(done.ops, read_only=True) as con:
        assert con.execute("select count(*) from mart.team_hidden_load").fetchall() != []
        (silent,) = con.execute(
            "select count(*) from duckdb_columns() where schema_name = 'mart' and comment is null"
        ).fetchall()[0]
    assert silent == 0
