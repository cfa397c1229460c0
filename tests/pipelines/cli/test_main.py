"""What all verbs have in common: exit codes, errors in one line, nothing personal in logs."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from connectors.connector import SourceError
from models.tables.registry import TABLES
from pipelines import cli
from pipelines.cli import app, invoke, session
from pipelines.dictionary import page
from pipelines.errors import UsageError
from pipelines.logs import NAME
from pipelines.signs_page import page as signs_page

ROOT = Path(__file__).parents[3]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A verb `fail` that raises what the test puts in."""
    raised: list[Exception] = []

    def fail() -> None:
        session.log_folder.set(tmp_path)
        raise raised[0]

    app.command(fail)
    yield raised
    del app["fail"]
    session.log_folder.set(None)


@pytest.mark.parametrize(
    ("error", "code"),
    [(UsageError("x"), 2), (SourceError("x"), 3), (RuntimeError("x"), 1)],
)
def test_an_error_means_its_exit_code(failing, error, code):
    failing.append(error)
    assert invoke(["fail"]) == code


def test_an_unexpected_error_keeps_its_message_out_of_screen_and_log(failing, tmp_path, capsys):
    failing.append(ValueError("dana.canary@example.test"))
    assert invoke(["fail"]) == 1
    screen = capsys.readouterr()
    log = (tmp_path / NAME).read_text()
    assert "canary" not in screen.out + screen.err + log
    assert str(tmp_path / NAME) in screen.err
    assert "Traceback" not in screen.err
    entry = json.loads(log)
    assert entry["kind"] == "ValueError"
    assert any("fail" in place for place in entry["places"])


def test_debug_shows_the_whole_error(failing, monkeypatch):
    failing.append(ValueError("all of it"))
    monkeypatch.setenv("DOTTEDLINE_DEBUG", "1")
    with pytest.raises(ValueError, match="all of it"):
        invoke(["fail"])


@pytest.mark.parametrize("arguments", [["nosuch"], ["schema", "--nosuch"], ["--config"]])
def test_wrong_usage_is_exit_2_with_a_line(arguments, capsys):
    assert invoke(arguments) == 2
    assert "--help" in capsys.readouterr().err


def test_version_is_the_package_s(capsys):
    assert invoke(["--version"]) == 0
    assert capsys.readouterr().out.strip() == version("dottedline")


def test_help_names_every_verb(capsys):
    assert invoke(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(verb in text for verb in cli.VERBS)


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["schema"]])
def test_a_reader_who_stops_reading_is_no_failure(arguments):
    reads, writes = os.pipe()
    os.close(reads)
    code = f"from pipelines.cli import main; main({arguments})"
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=writes, stderr=subprocess.PIPE, check=False
    )
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("verb", sorted(cli.VERBS))
def test_every_verb_has_help_for_itself_and_all_its_parameters(verb, capsys):
    assert invoke([verb, "--help"]) == 0
    assert cli.VERBS[verb][1].split()[0] in capsys.readouterr().out
    command = app[verb]
    undocumented = [
        argument.name
        for argument in command.assemble_argument_collection(parse_docstring=True)
        if not argument.parameter.help
    ]
    assert undocumented == []


def test_schema_is_json(capsys):
    assert invoke(["schema"]) == 0
    assert "company" in json.loads(capsys.readouterr().out)["properties"]


def test_docs_writes_every_table_and_example(tmp_path):
    assert invoke(["docs", "--out", str(tmp_path)]) == 0
    text = (tmp_path / "tables.md").read_text()
    assert all(f"## {name}\n" in text for name in TABLES)
    assert "freshness" in (tmp_path / "queries.md").read_text()


def test_the_page_of_tables_is_current(tmp_path):
    written = (ROOT / "docs" / "tables.md").read_text("utf-8")
    assert written == page(TABLES.values()), "docs/tables.md is old: make docs"


def test_the_page_of_signs_is_current():
    written = (ROOT / "docs" / "signs.md").read_text("utf-8")
    assert written == signs_page(), "docs/signs.md is old: make docs"


def test_a_question_does_not_load_dagster():
    code = (
        "import sys; from pipelines.cli import invoke; code = invoke(['query', '--help']); "
        "sys.exit(3 if 'dagster' in sys.modules else code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
