"""A night from sources to pages: what it leaves, what it keeps when something fails."""

import hashlib
import shutil
import stat
from pathlib import Path

import polars as pl

from models.tables import acts as ledger_tables
from models.tables.registry import TABLES
from pipelines import cli, settings_file
from pipelines.assets import acts as act_assets
from pipelines.night import ledger_of
from pipelines.steps import ACTS
from tests.pipelines.conftest import run_night
from tests.pipelines.given import git
from warehouse import publish, read
from warehouse.lake import Lake
from warehouse.refresh import Step

RUN_DEPENDENT = {"metrics.coverage"}  # holds when a source was read


def tables(folder: Path) -> dict[str, pl.DataFrame]:
    lake = Lake(str(folder / "var" / "lake"))
    names = [name for name, table in TABLES.items() if table.layer != "mart"]
    return {
        name: lake.scan(TABLES[name]).collect().sort(TABLES[name].key)
        for name in names
        if name not in RUN_DEPENDENT
    }


def asked(folder: Path, sql: str) -> pl.DataFrame:
    return read.query(folder / "var" / "published" / "restricted.duckdb", sql)


def test_nobody_else_on_the_machine_reads_the_lake(company):
    assert stat.S_IMODE((company / "var" / "lake").stat().st_mode) == 0o700


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "var/published/ops.duckdb").read_bytes()).hexdigest()


def test_a_night_finds_the_acts_and_publishes_them(company):
    kinds = dict(asked(company, "select kind, count(*) from mart.acts group by kind").rows())
    assert kinds == {"review": 14, "merge": 14}
    about = asked(company, "select data_until, run_id from mart.about")
    assert str(about["data_until"][0]) == "2026-11-15 23:00:00"
    assert (company / "var/reports/project/latest.html").exists()


def test_a_night_is_written_down(company):
    held = settings_file.load(company / "dottedline.toml", company, {})
    with ledger_of(held) as ledger:
        [run] = ledger.runs()
        [publication] = ledger.publications("ops")
    assert run.status == "done"
    assert (
        run.run_id == publication.run_id == asked(company, "select run_id from mart.about").item()
    )
    assert publication.digest == digest(company)


def test_a_second_night_finds_nothing_new_and_leaves_the_same_rows(company, tmp_path, capsys):
    folder = tmp_path / "again"
    shutil.copytree(company, folder)
    before = tables(folder)
    assert run_night(folder) == 0
    assert "nothing anew" in capsys.readouterr().out
    after = tables(folder)
    assert all(before[name].equals(after[name]) for name in before)


def test_a_full_night_leaves_the_same_rows(company, tmp_path):
    folder = tmp_path / "full"
    shutil.copytree(company, folder)
    before = tables(folder)
    assert run_night(folder, "--full") == 0
    after = tables(folder)
    assert [name for name in before if not before[name].equals(after[name])] == []


def test_a_source_out_of_reach_keeps_its_rows_and_is_published_as_incomplete(
    company, tmp_path, capsys
):
    folder = tmp_path / "away"
    shutil.copytree(company, folder)
    before = tables(folder)
    (folder / "shop").rename(folder / "moved")
    code = run_night_until(folder, "2026-11-17")
    assert code == 3
    assert "could not be read" in capsys.readouterr().out
    after = tables(folder)
    assert after["raw.commits"].equals(before["raw.commits"])
    last = asked(folder, "select * from mart.coverage order by week desc limit 1")
    assert not last["is_complete"].item()
    assert last["records"].item() is None
    assert str(asked(folder, "select data_until from mart.about").item()) == "2026-11-16 23:00:00"


def test_rows_that_break_a_rule_stop_publication_and_yesterday_stays(
    company, tmp_path, monkeypatch, capsys
):
    folder = tmp_path / "broken"
    shutil.copytree(company, folder)
    before = digest(folder)

    def broken(**inputs: pl.LazyFrame) -> pl.LazyFrame:
        return REVIEWS.transform(**inputs).with_columns(kind=pl.lit("no kind at all"))

    steps = [
        Step(REVIEWS.table, broken, REVIEWS.inputs) if step is REVIEWS else step for step in ACTS
    ]
    monkeypatch.setattr(act_assets, "ACTS", steps)
    git(folder / "shop", "commit", "--allow-empty", "-q", "-m", "x", **SOMEBODY)
    assert run_night(folder, "--full") == 4
    assert digest(folder) == before
    assert "acts.reviews" in capsys.readouterr().out
    monkeypatch.undo()
    assert run_night(folder, "--full") == 0


REVIEWS = next(step for step in ACTS if step.table == ledger_tables.REVIEWS)
SOMEBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "a@example.test"))
}


def run_night_until(folder: Path, day: str) -> int:
    return cli.invoke(["--config", str(folder / "dottedline.toml"), "run", "--until", day])


def rows_of(folder: Path, store: str) -> dict[str, list[str]]:
    path = folder / "var" / "published" / f"{store}.duckdb"
    names = read.query(path, "select table_name from duckdb_tables() order by 1")["table_name"]
    run_dependent = {"about", "coverage"}
    return {
        name: sorted(map(repr, read.query(path, f"from mart.{name}").rows()))
        for name in names
        if name not in run_dependent
    }


def test_a_night_revises_what_it_published_and_leaves_the_rows_of_a_full_one(
    night, tmp_path, monkeypatch
):
    assert night() == 0
    before = rows_of(tmp_path, "restricted")
    at = {f"GIT_{role}_DATE": "2026-11-14T10:00:00+00:00" for role in ("AUTHOR", "COMMITTER")}
    message = "x\n\nReviewed-by: Bo Eigner <bo@example.test>"
    git(tmp_path / "shop", "commit", "--allow-empty", "-q", "-m", message, **SOMEBODY, **at)
    with monkeypatch.context() as patched:
        patched.setattr(publish, "build", None)
        assert night() == 0
    found = {store: rows_of(tmp_path, store) for store in ("ops", "restricted")}
    assert len(found["restricted"]["acts"]) > len(before["acts"])
    assert night() == 0  # nothing new
    assert night("--full") == 0
    assert {store: rows_of(tmp_path, store) for store in ("ops", "restricted")} == found


def test_other_settings_build_the_files_anew(night, tmp_path, monkeypatch):
    assert night() == 0
    settings = tmp_path / "dottedline.toml"
    settings.write_text(settings.read_text().replace("[privacy]", "[privacy]\nsmallest_group = 6"))
    monkeypatch.setattr(publish, "revise", None)
    assert night() == 0
