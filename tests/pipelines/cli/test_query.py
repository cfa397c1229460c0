"""Questions to the published files: formats, mistakes, and who asked for what."""

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

from pipelines import settings_file
from pipelines.cli import invoke
from pipelines.cli.query import csv_text
from pipelines.night import ledger_of


def ask(company: Path, *arguments: str) -> int:
    return invoke(["--config", str(company / "dottedline.toml"), "query", *arguments])


COUNT = "select kind, count(*) as acts from mart.acts group by kind order by kind"


def test_json_is_rows(company, capsys):
    assert ask(company, COUNT, "--json") == 0
    assert json.loads(capsys.readouterr().out) == [
        {"kind": "merge", "acts": 14},
        {"kind": "review", "acts": 14},
    ]


def test_csv_has_a_header(company, capsys):
    assert ask(company, COUNT, "--format", "csv") == 0
    assert capsys.readouterr().out == "kind,acts\nmerge,14\nreview,14\n"


def test_a_table_is_plain_when_piped(company, capsys):
    assert ask(company, COUNT) == 0
    assert capsys.readouterr().out == "kind\tacts\nmerge\t14\nreview\t14\n"


def test_parquet_comes_as_bytes(company, capsysbinary):
    assert ask(company, COUNT, "--format", "parquet") == 0
    assert pl.read_parquet(io.BytesIO(capsysbinary.readouterr().out)).height == 2


ODD = "select interval 1 day as a, {'b': 1} as b, ['=1', 'c'] as c, map {'k': 1} as d"


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("csv", 'a,b,c,d\n1 day,"{""b"": 1}",\'=1; c,'),
        ("table", "a\tb\tc\td\n1 day\t"),
        ("json", '"a": "1 day"'),
    ],
)
def test_intervals_and_nested_values_are_answers_too(company, capsys, shown, text):
    assert ask(company, ODD, "--format", shown) == 0
    assert text in capsys.readouterr().out


def test_a_question_may_begin_with_a_comment(company, capsys):
    assert ask(company, f"-- How many?\n{COUNT}", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)) == 2
    assert ask(company, COUNT, "--nope") == 2


@pytest.mark.parametrize("sql", ["", "  \n", ";", "--nope"])
def test_an_empty_question_says_what_to_write(company, capsys, sql):
    assert ask(company, sql) == 2
    assert "The question is empty" in capsys.readouterr().err


def test_a_question_from_a_file(company, tmp_path, capsys):
    (tmp_path / "q.sql").write_text(COUNT)
    assert ask(company, "--file", str(tmp_path / "q.sql"), "--json") == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_examples_are_listed_and_run(company, capsys):
    assert ask(company, "--example", "--json") == 0
    names = [row["name"] for row in json.loads(capsys.readouterr().out)]
    assert len(names) == 10
    for name in names:
        assert ask(company, "--example", name) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["select nothing from nowhere"], "nowhere"),
        (["--example", "freshnes"], "freshness"),
        ([], "one thing"),
        (["select 1", "--file", "x.sql"], "one thing"),
        (["--file", "nowhere.sql"], "nowhere.sql"),
        (["select 1", "--store", "restricted"], "load_review"),
        (["select 1", "--store", "restricted", "--purpose", "curiosity"], "curiosity"),
        (["select 1", "--format", "xls"], "csv"),
        (["drop table mart.teams"], "read-only"),
        (["select * from read_csv('/etc/passwd')"], "disabled"),
    ],
)
def test_a_mistake_is_exit_2_and_says_what_to_write(company, capsys, arguments, words):
    assert ask(company, *arguments) == 2
    assert words in capsys.readouterr().err


def test_a_reading_of_the_restricted_file_is_written_down_without_its_literals(company, capsys):
    sql = "select person_id from mart.people where name = 'Ada Schreiber'"
    assert ask(company, sql, "--store", "restricted", "--purpose", "audit", "--json") == 0
    [row] = json.loads(capsys.readouterr().out)
    held = settings_file.load(company / "dottedline.toml", company, {})
    with ledger_of(held) as ledger:
        entry = ledger.audited()[-1]
        assert ledger.verify() == []
    assert entry.whose == (row["person_id"],)
    assert (entry.purpose, entry.row_count) == ("audit", 1)
    assert "Ada" not in entry.what
    assert "mart.people" in entry.what


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "\0=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula_to_a_spreadsheet(text):
    [_, [cell, number]] = csv.reader(
        io.StringIO(csv_text(pl.DataFrame({"t": [text], "n": [-1]})), newline="")
    )
    assert cell == f"'{text}"
    assert number == "-1"


def test_heads_and_lists_are_no_formulas_either():
    rows = pl.DataFrame({"=head": [["a", "b"]]})
    assert csv_text(rows) == "'=head\na; b\n"


@pytest.mark.parametrize("text", ["plain", "a=b", "", 'with "quotes", and commas'])
def test_other_texts_stay_as_they_are(text):
    [_, [cell]] = csv.reader(io.StringIO(csv_text(pl.DataFrame({"t": [text]}))))
    assert cell == text
