"""The other verbs: what they print, what they leave, and their exit codes."""

import json
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from models.tables import org
from pipelines.cli import invoke, session
from tests.pipelines.conftest import UNTIL, run_night
from tests.pipelines.given import CANARY_ADDRESS, SETTINGS
from tests.pipelines.test_notify import Hook
from warehouse.lake import Lake
from warehouse.ledger import Ledger


def verb(folder: Path, *arguments: str) -> int:
    return invoke(["--config", str(folder / "dottedline.toml"), *arguments])


@pytest.fixture
def copy(company: Path, tmp_path: Path) -> Path:
    shutil.copytree(company, tmp_path / "company")
    return tmp_path / "company"


def test_init_writes_what_doctor_reads(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert invoke(["init", str(tmp_path)]) == 0
    assert (tmp_path / "org" / "people.csv").exists()
    capsys.readouterr()
    assert verb(tmp_path, "doctor") == 3
    told = capsys.readouterr().out
    assert "legal_basis" in told
    assert "assessed_on" in told


def test_init_leaves_what_is_there(tmp_path, capsys):
    (tmp_path / "dottedline.toml").write_text("mine")
    assert invoke(["init", str(tmp_path)]) == 0
    assert (tmp_path / "dottedline.toml").read_text() == "mine"
    assert "kept" in capsys.readouterr().out


def test_doctor_finds_a_good_company_good(company, capsys):
    assert verb(company, "doctor", "--json") == 0
    checks = json.loads(capsys.readouterr().out)
    assert {check["name"] for check in checks} == {
        "settings", "credentials", "source", "clock", "disk", "time zones", "org files",
        "lake", "published",
    }  # fmt: skip


def test_doctor_names_what_is_missing_and_shows_no_secret(copy, capsys, monkeypatch):
    (copy / "shop").rename(copy / "moved")
    (copy / "org").mkdir()
    (copy / "org" / "teams.csv").write_text("team_id,name,parent_team_id\n,Kitchen,\n")
    (copy / "var/published/ops.duckdb").write_text("no database")
    monkeypatch.setenv("DOTTEDLINE_SMTP_PASSWORD", "canarysecret")
    assert verb(copy, "doctor") == 3
    told = capsys.readouterr().out
    assert "code: " in told
    assert "org/teams.csv line 2" in told
    assert "ops.duckdb" in told
    assert "canarysecret" not in told


def test_doctor_names_the_damaged_table_and_what_to_do_works(copy, capsys):
    damaged = next((copy / "var/lake/raw/commits").glob("*/*.parquet"))
    damaged.write_bytes(b"\0" * 99 + damaged.read_bytes()[99:])
    assert verb(copy, "doctor") == 3
    told = capsys.readouterr().out
    assert "raw/commits: has a damaged file" in told
    (copy / "var/lake/raw/commits").rename(copy / "away")
    assert run_night(copy, "--full") == 0
    assert verb(copy, "doctor") == 0


def test_doctor_names_a_correction_that_the_last_run_could_not_use(copy, capsys):
    answer = '[[same_person]]\nsystem = "code"\naccount_id = "x@example.test"\nperson = "nobody"\n'
    (copy / "corrections.toml").write_text(answer)
    assert run_night(copy) == 0
    assert "Left out   1 rows" in capsys.readouterr().out
    assert verb(copy, "doctor") == 3
    assert "corrections.toml line 1: " in capsys.readouterr().out


def test_doctor_knows_people_of_commits_whom_files_name(copy, capsys):
    people = Lake(str(copy / "var/lake")).scan(org.PEOPLE).collect()
    (copy / "org").mkdir()
    (copy / "org/objections.csv").write_text(f"person_id\n{people['person_id'][0]}\n")
    assert verb(copy, "doctor") == 0
    assert "is nobody" not in capsys.readouterr().out


def test_doctor_says_settings_that_cannot_hold_line_by_line(tmp_path, capsys):
    (tmp_path / "dottedline.toml").write_text("[company]\nnaem = 'x'\n")
    assert verb(tmp_path, "doctor") == 3
    assert "dottedline.toml:2: company.naem: unknown key" in capsys.readouterr().out


def test_run_refuses_without_an_impact_assessment(tmp_path, capsys):
    text = SETTINGS.replace('legal_basis = "test"\nassessed_on = 2026-01-01\n', "")
    (tmp_path / "dottedline.toml").write_text(text)
    assert run_night(tmp_path) == 2
    told = capsys.readouterr().err
    assert "privacy.legal_basis" in told
    assert "privacy.assessed_on" in told
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("arguments", [["run"], ["doctor"], ["sync", "nosuch"]])
def test_what_is_said_of_the_settings_names_the_file_that_was_read(tmp_path, capsys, arguments):
    least = SETTINGS.partition("[privacy]")[0]
    (tmp_path / "other.toml").write_text(least)
    invoke(["--config", str(tmp_path / "other.toml"), *arguments])
    screen = capsys.readouterr()
    assert "other.toml" in screen.out + screen.err
    assert "dottedline.toml" not in screen.out + screen.err


def test_run_refuses_a_day_to_come(tmp_path, capsys):
    (tmp_path / "dottedline.toml").write_text(SETTINGS)
    assert verb(tmp_path, "run", "--until", "2999-01-01") == 2
    assert "2999-01-01" in capsys.readouterr().err


def test_run_says_what_is_missing_and_the_next_command_as_it_works_here(copy, capsys, monkeypatch):
    assert run_night(copy) == 0
    assert f"dottedline --config {copy / 'dottedline.toml'} query" in capsys.readouterr().out
    monkeypatch.chdir(copy)
    (copy / "shop").rename(copy / "moved")
    assert verb(copy, "run", "--until", "2026-11-17") == 3
    told = capsys.readouterr().out
    assert "Missing    code: could not be read since " in told
    assert "Next       dottedline doctor" in told


def test_run_names_a_source_it_could_not_read_though_all_days_asked_for_were_read_before(
    copy, capsys
):
    (copy / "shop").rename(copy / "moved")
    assert run_night(copy) == 3
    assert "Missing    code: could not be read" in capsys.readouterr().out


def test_run_without_a_source_says_so(tmp_path, capsys):
    (tmp_path / "dottedline.toml").write_text(SETTINGS[: SETTINGS.index("[[sources]]")])
    assert run_night(tmp_path) == 0
    assert "Missing    a source" in capsys.readouterr().out


def test_run_says_that_the_ledger_cannot_be_written(copy, capsys):
    (copy / "var/ledger.sqlite").write_text("no ledger")
    assert run_night(copy) == 1
    assert "Failed     ledger: " in capsys.readouterr().out


def test_a_clock_behind_the_last_run_publishes_no_less(copy, capsys, monkeypatch):
    monkeypatch.setattr(session, "now", lambda: datetime(2026, 10, 20, tzinfo=UTC))
    before = (copy / "var/published/ops.duckdb").read_bytes()
    assert verb(copy, "run") == 2
    assert "set the clock" in capsys.readouterr().err
    assert verb(copy, "sync") == 2
    assert (copy / "var/published/ops.duckdb").read_bytes() == before
    assert verb(copy, "run", "--until", "2026-10-19") == 0


def test_sync_reads_one_source_and_computes_nothing(copy, capsys):
    assert verb(copy, "sync", "code") == 0
    assert "code: " in capsys.readouterr().out
    (copy / "shop").rename(copy / "moved")
    assert verb(copy, "sync") == 3
    assert verb(copy, "sync", "cods") == 2


def test_explain_says_the_rule_of_an_act_and_what_is_near(company, capsys):
    sql = "select act_id from mart.acts limit 1"
    assert verb(company, "query", sql, "--json") == 0
    act_id = json.loads(capsys.readouterr().out)[0]["act_id"]
    assert verb(company, "explain", act_id, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["id"]) == ("act", act_id)
    assert found["rules"]
    assert verb(company, "explain", act_id) == 0
    assert "Rules that decided" in capsys.readouterr().out
    assert verb(company, "explain", "nothing-of-the-kind") == 2
    assert "--store restricted" in capsys.readouterr().err


def test_explaining_an_unknown_id_of_the_restricted_file_is_written_down(copy):
    asked = ["explain", "nobody 2026-W46", "--store", "restricted", "--purpose", "audit"]
    assert verb(copy, *asked) == 2
    with Ledger(copy / "var/ledger.sqlite") as ledger:
        entry = ledger.audited()[-1]
    assert (entry.what, entry.purpose, entry.row_count) == ("explain an unknown id", "audit", 0)


def test_report_renders_a_page_elsewhere(company, tmp_path, capsys):
    assert verb(company, "report", "--out", str(tmp_path / "pages"), "--json") == 0
    paths = [Path(path) for path in json.loads(capsys.readouterr().out)]
    assert tmp_path / "pages/project/2026-W46.html" in paths
    assert all(path.exists() for path in paths)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--week", "46"], "2026-W47"),
        (["--week", "2020-W01"], "published are 2026-W36 to 2026-W46"),
        (["--week", "2027-W01"], "published are 2026-W36 to 2026-W46"),
        (["--team", "nobody"], "nobody"),
        (["--person", "nobody"], "nobody"),
        (["--team", "a", "--person", "b"], "not both"),
    ],
)
def test_report_says_what_it_cannot_render(company, tmp_path, capsys, arguments, words):
    assert verb(company, "report", "--out", str(tmp_path), *arguments) == 2
    assert words in capsys.readouterr().err


def test_people_lists_accounts_that_are_nobody_s(copy, capsys):
    assert verb(copy, "people") == 0
    assert "joined" in capsys.readouterr().out
    (copy / "org").mkdir()
    (copy / "org" / "people.csv").write_text(
        "person_id,name,email,title,role_family,team_id,time_zone,contract_hours_week,"
        "working_hours,location,valid_from,valid_to\n"
        "bo,Bo Eigner,bo@example.test,,,,,,,,2026-01-01,\n"
    )
    assert run_night(copy) == 0
    capsys.readouterr()
    assert verb(copy, "people", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert CANARY_ADDRESS in {row["account_id"] for row in listed}
    assert "bo@example.test" not in {row["account_id"] for row in listed}


ANSWER = (
    '[[owner]]\nscope_type = "component"\nscope_id = "Kitchen"\nperson = "bo"\nsince = 2026-11-02\n'
)
MAIL = f"""\
From: bo@example.test
Subject: Re: week 46
Content-Type: text/plain; charset=utf-8

Hello,

> {ANSWER.replace(chr(10), chr(10) + "> ")}
Best, Bo
"""


def test_correct_takes_an_answer_out_of_a_mail_once(copy, tmp_path, capsys):
    (tmp_path / "mail.eml").write_text(MAIL)
    for said in ("took", "had already"):
        assert verb(copy, "correct", "--from-mail", str(tmp_path / "mail.eml")) == 0
        assert capsys.readouterr().out == f"{said}  [[owner]]\n"
    assert (copy / "corrections.toml").read_text() == ANSWER


def test_correct_joins_a_long_line_that_a_mail_program_has_wrapped(copy, tmp_path):
    (tmp_path / "answer").write_text(
        '> [[contested]]\n> act_id =\n> "rooms:0400@20261109T090000Z"\n'
    )
    assert verb(copy, "correct", "--from-mail", str(tmp_path / "answer")) == 0
    assert (copy / "corrections.toml").read_text() == (
        '[[contested]]\nact_id = "rooms:0400@20261109T090000Z"\n'
    )


def test_correct_keeps_what_is_there(copy, tmp_path):
    (copy / "corrections.toml").write_text("# mine\n")
    (tmp_path / "answer").write_text(ANSWER)
    assert verb(copy, "correct", "--from-mail", str(tmp_path / "answer")) == 0
    assert (copy / "corrections.toml").read_text() == f"# mine\n\n{ANSWER}"


@pytest.mark.parametrize("text", ["no answer at all", "[[owner]]\nscope_type = 'planet'\n"])
def test_correct_takes_nothing_that_cannot_be_read(copy, tmp_path, capsys, text):
    (tmp_path / "answer").write_text(text)
    assert verb(copy, "correct", "--from-mail", str(tmp_path / "answer")) == 2
    assert not (copy / "corrections.toml").exists()


@pytest.fixture
def webhook() -> Iterator[tuple[list[Any], str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.seen, f"127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_night_with_a_gap_tells_once(copy, webhook, capsys):
    seen, host = webhook
    settings = (copy / "dottedline.toml").read_text()
    (copy / "dottedline.toml").write_text(
        settings.replace("[privacy]", f'[privacy]\ninternal_hosts = ["{host}"]')
        + f'\n[notify]\nfailures_to = "http://{host}/night"\n'
    )
    (copy / "shop").rename(copy / "moved")
    assert verb(copy, "run", "--until", UNTIL) == 3
    [(_, body)] = seen
    assert body["steps"] == ["sources/code"]
    assert body["is_published"] is True
    assert "was told" in capsys.readouterr().out
