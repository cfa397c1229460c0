from datetime import UTC, datetime, timedelta

import polars as pl

from models.org.corrections import answers, contests, delegations, owners
from models.tables import org
from models.tables.columns import MOMENT
from tests import given

PEOPLE = pl.LazyFrame(
    {
        "person_id": ["ana", "bo", "cy"],
        "email": ["Ana@example.org", "both@example.org", "both@example.org"],
    }
)
SCOPES = pl.LazyFrame(
    {"scope_type": ["project", "component", "path"], "scope_id": ["LNCH", "shop", "shop"]}
)
SINCE = datetime(2026, 11, 16, tzinfo=UTC)


def handed(*rows) -> pl.LazyFrame:
    schema = {"area": pl.String(), "from": pl.String(), "to": pl.String(), "line": pl.Int64()}
    return pl.LazyFrame(list(rows), schema=schema, orient="row").with_columns(
        since=pl.lit(SINCE, MOMENT)
    )


def owned(*rows) -> pl.LazyFrame:
    schema = {
        "scope_type": pl.String(), "scope_id": pl.String(), "person": pl.String(),
        "line": pl.Int64(),
    }  # fmt: skip
    return pl.LazyFrame(list(rows), schema=schema, orient="row").with_columns(
        since=pl.lit(SINCE, MOMENT)
    )


def test_an_owner_holds_a_mandate_for_everything_there():
    found = owners(owned(("project", "LNCH", "ANA@example.org", 1)), PEOPLE)
    (row,) = found.records.collect().rows(named=True)
    assert row["mandate_id"] == "correction:project:LNCH:1"
    assert (row["holder_id"], row["mandate_kind"], row["act_kinds"]) == ("ana", "owner", "")
    assert (row["valid_from"], row["valid_to"], row["recorded_at"]) == (SINCE, None, None)
    assert found.problems.collect().height == 0


def test_an_owner_who_is_nobody_or_two_is_left_out():
    found = owners(
        owned(("project", "L", "dora", 1), ("project", "L", "both@example.org", 4)), PEOPLE
    )
    assert found.records.collect().height == 0
    assert found.problems.collect().rows() == [
        (1, '[[owner]] person "dora" is nobody; write a person_id or an address of people.csv'),
        (
            4,
            (
                '[[owner]] person "both@example.org" is nobody;'
                " write a person_id or an address of people.csv"
            ),
        ),
    ]


def test_an_area_is_a_scope_with_its_type_or_one_that_is_known_alone():
    found = delegations(
        handed(("project:X", "ana", "bo", 1), ("LNCH", "bo", "ana", 5), ("shop", "ana", "cy", 9)),
        PEOPLE,
        SCOPES,
    )
    columns = ["from_person_id", "to_person_id", "scope_type", "scope_id", "valid_from"]
    assert found.records.select(columns).collect().rows() == [
        ("ana", "bo", "project", "X", SINCE),
        ("bo", "ana", "project", "LNCH", SINCE),
    ]
    ((line, problem),) = found.problems.collect().rows()
    assert (line, problem[:32]) == (9, '[[delegated]] area "shop" is not')


def test_a_delegation_by_or_to_nobody_or_oneself_is_left_out():
    found = delegations(
        handed(("LNCH", "x", "bo", 1), ("LNCH", "ana", "y", 2), ("LNCH", "bo", "bo", 3)),
        PEOPLE,
        SCOPES,
    )
    assert found.records.collect().height == 0
    assert found.problems.collect()["line"].to_list() == [1, 2, 3]


def test_no_answers_give_no_records():
    assert owners(owned(), PEOPLE).records.collect().height == 0
    assert delegations(handed(), PEOPLE, SCOPES).records.collect().height == 0


def test_an_act_is_contested_once_and_an_id_that_no_act_has_is_said_and_kept():
    given_ids = pl.LazyFrame({"act_id": ["b", "a", "b", "x"], "line": [1, 3, 5, 7]})
    found = contests(given_ids, pl.LazyFrame({"act_id": ["a", "b", "c"]}))
    assert found.records.collect()["act_id"].to_list() == ["a", "b", "x"]
    assert found.problems.collect().rows() == [
        (7, '[[contested]] act_id "x" is no act\'s so far; copy it from your page')
    ]


def answered(done=(), not_so=(), stored=(), at=SINCE):
    moves, findings = (
        pl.LazyFrame({name: list(ids)}, schema={name: pl.String}).with_columns(line=pl.lit(1))
        for name, ids in (("move_id", done), ("finding_id", not_so))
    )
    return answers(moves, findings, given.rows(org.ANSWERS, *stored), at).collect().rows()


def test_an_answer_is_known_since_a_run_first_saw_it():
    stored = {"answer": "done", "answered_id": "M8-1", "recorded_at": SINCE}
    later = SINCE + timedelta(days=7)
    assert answered(done=["M8-1", "M8-1"], not_so=["S4-1"], stored=[stored], at=later) == [
        ("done", "M8-1", SINCE),
        ("not_so", "S4-1", later),
    ]


def test_an_answer_that_left_the_file_is_taken_back():
    stored = {"answer": "done", "answered_id": "M8-1", "recorded_at": SINCE}
    assert answered(stored=[stored]) == []
