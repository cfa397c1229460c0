"""Names, addresses and subjects stay where they belong, also when a step fails with them."""

import json
import shutil
import sqlite3
from pathlib import Path

import duckdb
import polars as pl
import pytest

from models.tables.registry import TABLES
from pipelines.assets import acts as act_assets
from pipelines.steps import ACTS
from tests.pipelines.conftest import run_night
from tests.pipelines.given import CANARY_ADDRESS, CANARY_NAME, CANARY_SUBJECT
from warehouse.lake import Lake
from warehouse.refresh import Step

PERSONAL = (CANARY_NAME, CANARY_ADDRESS)
NAMED = {"raw.accounts", "org.people"}  # the only tables of the lake with names in them


def traces(text: str, canaries: tuple[str, ...]) -> list[str]:
    return [canary for canary in canaries if canary.lower() in text.lower()]


def in_tables(folder: Path) -> dict[str, list[str]]:
    """Canaries by table of the lake, also among rows set aside."""
    lake = Lake(str(folder / "var" / "lake"))
    found = {}
    for name, table in TABLES.items():
        if table.layer != "mart":
            frames = (lake.scan(table).collect(), lake.quarantine.rows(table))
            text = "".join(frame.write_json() for frame in frames)
            found[name] = traces(text, (*PERSONAL, CANARY_SUBJECT))
    return {name: canaries for name, canaries in found.items() if canaries}


def in_store(path: Path) -> list[str]:
    with duckdb.connect(path, read_only=True) as con:
        names = con.execute(
            "select table_name from duckdb_tables() where schema_name = 'mart'"
        ).fetchall()
        text = "".join(pl.DataFrame(con.table(f"mart.{name}")).write_json() for (name,) in names)
    return traces(text, (*PERSONAL, CANARY_SUBJECT))


def in_files(folder: Path) -> dict[str, list[str]]:
    """Canaries by file, as bytes and as what SQLite holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            if path.suffix in (".db", ".sqlite"):
                with sqlite3.connect(path) as connection:
                    text += "\n".join(connection.iterdump())
                connection.close()
            found[str(path.relative_to(folder))] = traces(text, (*PERSONAL, CANARY_SUBJECT))
    return {name: canaries for name, canaries in found.items() if canaries}


def test_names_are_in_accounts_and_people_alone_and_subjects_nowhere(company):
    found = in_tables(company)
    assert set(found) == NAMED
    assert all(CANARY_SUBJECT not in canaries for canaries in found.values())


def test_the_ops_file_names_nobody(company):
    assert in_store(company / "var/published/ops.duckdb") == []


def test_the_restricted_file_names_people_and_no_subject(company):
    assert CANARY_SUBJECT not in in_store(company / "var/published/restricted.duckdb")


def test_dagster_holds_nothing_personal_and_no_pickle(company, tmp_path, monkeypatch):
    folder = tmp_path / "watched"
    shutil.copytree(company, folder)
    home = tmp_path / "dagster-home"
    home.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    run_night(folder)
    assert in_files(home) == {}
    kept = {path.suffix for path in home.rglob("*") if path.is_file()}
    assert ".db" in kept
    assert not kept & {".pkl", ".pickle", ""}


def test_ledger_and_log_hold_nothing_personal(company):
    root = company / "var"
    for name in ("ledger.sqlite", "log.jsonl"):
        assert traces((root / name).read_bytes().decode("utf-8", "replace"), PERSONAL) == []


def test_no_file_but_the_restricted_one_and_pages_shows_a_canary(company):
    found = in_files(company / "var")
    places = {name.split("/")[0] for name in found}
    assert places <= {"published", "reports", "lake"}
    assert not any(name.startswith("published/ops") for name in found)
    allowed = ("lake/raw/accounts/", "lake/org/people/")
    assert all(name.startswith(allowed) for name in found if name.startswith("lake/"))
    assert all(CANARY_SUBJECT not in canaries for canaries in found.values())


def test_a_step_that_fails_with_a_name_in_its_message_tells_it_to_nobody(
    company, tmp_path, monkeypatch, capsys
):
    folder = tmp_path / "failing"
    shutil.copytree(company, folder)
    home = tmp_path / "dagster-home"
    home.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(home))

    def failing(**inputs: pl.LazyFrame) -> pl.LazyFrame:
        try:
            raise KeyError(CANARY_ADDRESS)
        except KeyError as error:
            raise ValueError(f"{CANARY_NAME} <{CANARY_ADDRESS}>") from error

    step = ACTS[0]
    monkeypatch.setattr(act_assets, "ACTS", [Step(step.table, failing, step.inputs), *ACTS[1:]])
    assert run_night(folder, "--full") == 1
    screen = capsys.readouterr()
    assert traces(screen.out + screen.err, PERSONAL) == []
    assert in_files(home) == {}
    assert any(
        "StepError" in path.read_bytes().decode("utf-8", "replace") for path in home.rglob("*.db")
    )
    log = (folder / "var" / "log.jsonl").read_text()
    assert traces(log, PERSONAL) == []
    entry = next(entry for line in log.splitlines() if "kind" in (entry := json.loads(line)))
    assert entry["kind"] == "ValueError"
    assert entry["step"] == step.table.name
    assert any("failing" in place for place in entry["places"])


@pytest.mark.parametrize("text", ["", "nothing of the kind"])
def test_the_search_itself_finds_nothing_in_nothing(text):
    assert traces(text, PERSONAL) == []
    assert traces(f"x {CANARY_NAME.upper()} x", PERSONAL) == [CANARY_NAME]
