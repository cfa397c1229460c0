from datetime import timedelta

import polars as pl
import pytest

from models.tables import mart
from tests import given
from tests.warehouse.publication import MONDAY, published
from warehouse.read import PURPOSES, QueryError, Reading, audited_query, connect, example, query


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return published(tmp_path_factory.mktemp("root"))


def test_an_answer_is_a_frame_with_whole_numbers(files):
    found = query(files.ops, "select sum(act_count) as acts, count(*) as n from mart.person_weeks")
    assert found.schema == {"acts": pl.Int64, "n": pl.Int64}
    assert found.row(0) == (7, 7)


def test_values_are_bound_and_never_part_of_the_query(files):
    found = query(files.ops, "select ? as word", ["'; drop table mart.acts; --"])
    assert found.item() == "'; drop table mart.acts; --"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select happened from mart.acts", r'"happened_at".*\nLINE 1: select happened'),
        ("select * from mart.act", r'Did you mean "acts"\?\nLINE 1'),
        ("select from where", r'syntax error at or near "where"\nLINE 1'),
        ("create table mart.mine as select 1", "read-only"),
        ("copy mart.acts to 'out.csv'", "disabled by configuration"),
        ("select * from read_csv('in.csv')", "disabled by configuration"),
        ("attach 'other.duckdb' as other", "disabled by configuration"),
        ("set enable_external_access = true", "locked"),
        ("install httpfs", "disabled"),
    ],
)
def test_what_cannot_be_asked_is_said_with_its_place(files, sql, said):
    with pytest.raises(QueryError, match=said) as caught:
        query(files.ops, sql)
    assert caught.value.__cause__ is None
    assert "\n\n" not in str(caught.value)


def test_a_name_in_python_is_no_table(files):
    mine = pl.DataFrame({"a": [1]})
    with pytest.raises(QueryError, match="mine does not exist"):
        query(files.ops, "select * from mine")
    assert mine.height == 1


def test_a_statement_without_an_answer_gives_an_empty_frame(files):
    assert query(files.ops, "create temp table t as select 1").shape == (0, 0)


def test_a_missing_file_says_how_to_get_it(tmp_path):
    with pytest.raises(QueryError, match="dottedline run"):
        query(tmp_path / "ops.duckdb", "select 1")


def test_a_file_of_something_else_is_named(tmp_path):
    path = tmp_path / "ops.duckdb"
    path.write_text("not a database")
    with pytest.raises(QueryError, match="cannot be opened"):
        query(path, "select 1")


def test_every_example_of_both_stores_runs(files):
    for path in (files.ops, files.restricted):
        names = query(path, "select name from mart.examples")["name"].to_list()
        assert len(names) == len(set(names)) == 10
        for name in names:
            query(path, example(path, name))


def test_examples_about_a_week_show_one_in_which_that_person_led(tmp_path):
    led = [("zoe", MONDAY), ("ada", MONDAY - timedelta(weeks=1))]
    weeks = ({"person_id": who, "week": week, "act_count": 1} for who, week in led)
    done = (
        {"act_id": who, "actor_id": who, "week": week, "authority_class": "informal"}
        for who, week in led
    )
    files = published(
        tmp_path,
        person_weeks=given.rows(mart.PERSON_WEEKS, *weeks),
        acts=given.rows(mart.ACTS, *done),
    )
    for name in ("why_a_week", "evidence_of_a_week"):
        assert query(files.restricted, example(files.restricted, name)).height == 1


def test_examples_of_ops_ask_for_no_names(files):
    asked = query(files.ops, "select string_agg(sql, ' ') from mart.examples").item()
    assert "people" not in asked
    assert "person_load" not in asked


def test_an_unknown_example_names_near_ones(files):
    with pytest.raises(QueryError, match="Did you mean freshness"):
        example(files.ops, "freshnes")


def test_a_reading_is_written_down_before_it_is_given_out(files):
    log: list[Reading] = []
    answer = audited_query(
        files.restricted,
        "select person_id, name from mart.people where person_id in ('ada', 'ben')",
        purpose="load_review",
        reader="lead",
        audit=log.append,
    )
    assert answer.height == 2
    (reading,) = log
    assert (reading.reader, reading.purpose, reading.row_count) == ("lead", "load_review", 2)
    assert reading.person_ids == ("ada", "ben")


def test_a_reading_that_fails_is_written_down_for_its_error_may_quote_a_value(files):
    log: list[Reading] = []
    with pytest.raises(QueryError, match="Ada"):
        audited_query(
            files.restricted,
            "select name::int from mart.people where person_id = 'ada'",
            purpose="audit",
            reader="lead",
            audit=log.append,
        )
    assert [(reading.purpose, reading.row_count) for reading in log] == [("audit", 0)]


def test_no_rows_are_given_out_when_the_log_cannot_be_written(files):
    def broken(reading):
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 (any failure of the log)
        audited_query(files.restricted, "select 1", purpose="audit", reader="lead", audit=broken)


def test_a_purpose_that_is_not_on_the_list_is_refused(files):
    log: list[Reading] = []
    with pytest.raises(QueryError, match=PURPOSES[0]):
        audited_query(
            files.restricted, "select 1", purpose="curiosity", reader="lead", audit=log.append
        )
    assert log == []


def test_a_connection_stays_with_the_file_as_it_was(files):
    with connect(files.ops) as con:
        assert con.execute("select count(*) from mart.acts").fetchall() == [(6,)]
