"""The demo finds all that it planted, shows it to the manager, and comes out the same."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.cli import invoke, session
from pipelines.cli.demo import last_day
from warehouse import read

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("DAGSTER_HOME", raising=False)
        patched.setattr(session, "now", lambda: NOW)
        assert invoke(["demo", "--out", str(folder), "--weeks", "8"]) == 0
    return folder


def acts(folder: Path) -> list[tuple[object, ...]]:
    sql = "select * from mart.acts order by act_id"
    return read.query(folder / "published" / "restricted.duckdb", sql).rows()


def test_all_that_is_planted_is_found(demo, capsys, monkeypatch):
    before = acts(demo)
    monkeypatch.setattr(session, "now", lambda: NOW)
    assert invoke(["demo", "--out", str(demo), "--weeks", "8", "--truth"]) == 0
    out = capsys.readouterr().out
    planted = [line.split("\t") for line in out.splitlines() if line.count("\t") == 3]
    assert len(planted) > 5
    assert [row for row in planted[1:] if row[1] != row[2]] == []
    assert acts(demo) == before


@pytest.mark.parametrize("scenario", [[], ["--scenario", "launch"]])
@pytest.mark.parametrize("own", ["lake", ".env", "corrections.toml", "dottedline.toml"])
def test_what_no_demo_made_is_left_alone(tmp_path, capsys, scenario, own):
    (tmp_path / own).write_text("mine")
    assert invoke(["demo", "--out", str(tmp_path), *scenario]) == 2
    assert "--out" in capsys.readouterr().err
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(own, "mine")]


def test_the_manager_s_page_names_people(demo):
    pages = [
        json.loads(path.read_text())
        for path in demo.glob("reports/*/2026-W46.json")
        if path.parent.name != "project"
    ]
    assert any(page["allowed"]["people"] for page in pages)


def test_the_three_commands_work(demo, capsys):
    settings = str(demo / "dottedline.toml")
    for arguments in (
        ["query", "--example"],
        ["query", "--example", "team_load"],
        ["explain", "Payments"],
    ):
        assert invoke(["--config", settings, *arguments]) == 0, arguments


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 22, tzinfo=UTC), date(2026, 11, 16)),  # a Sunday
        (datetime(2026, 11, 23, 9, tzinfo=UTC), date(2026, 11, 16)),  # Monday: still in preview
        (datetime(2026, 11, 25, 9, tzinfo=UTC), date(2026, 11, 23)),
    ],
)
def test_it_ends_where_the_preview_is_over(now, day):
    assert last_day(now, 2) == day


def test_a_wrong_number_is_exit_2(tmp_path, capsys):
    assert invoke(["demo", "--out", str(tmp_path), "--people", "1"]) == 2
    assert "people 1" in capsys.readouterr().err
