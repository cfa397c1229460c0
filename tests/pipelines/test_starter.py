import csv
import tomllib

import pytest

from connectors import corrections, org_files
from connectors.org_shapes import FILES
from pipelines.settings_file import load
from pipelines.starter import EXAMPLES, files, write

COLUMNS = {
    "people": "person_id, name, email, title, role_family, team_id, time_zone,"
    " contract_hours_week, working_hours, location, valid_from, valid_to",
    "teams": "team_id, name, parent_team_id",
    "accounts": "person_id, system, account_id, kind",
    "reporting_lines": "person_id, manager_id, line_type, valid_from, valid_to, recorded_at",
    "mandates": "mandate_id, holder_type, holder_id, mandate_kind, scope_type, scope_id,"
    " act_kinds, compensated, time_budget_hours_week, valid_from, valid_to, recorded_at,"
    " confirmed_on",
    "delegations": "from_person_id, to_person_id, act_kinds, scope_type, scope_id, valid_from,"
    " valid_to, recorded_at",
    "scopes": "object_kind, object_id, scope_type, scope_id, valid_from, valid_to",
    "rotas": "mandate_id, person_id, valid_from, valid_to",
    "absences": "person_id, valid_from, valid_to",
    "objections": "person_id, valid_from",
    "agreements": "team_id, act_kinds, scope_type, scope_id, rule, valid_from, valid_to,"
    " recorded_at",
    "no_owner": "scope_type, scope_id, valid_from, valid_to",
    "handoffs": "project, from_status, to_status, next_role",
    "required_steps": "project, status, before_status",
    "windows": "kind, scope_type, scope_id, valid_from, valid_to",
}


def test_every_org_file_has_the_columns_of_the_contract_and_one_example(tmp_path):
    write(tmp_path, files("X"))
    found = {}
    for path in (tmp_path / "org").glob("*.csv"):
        header, example = csv.reader(path.read_text().splitlines())
        assert len(header) == len(example)
        found[path.stem] = ", ".join(header)
    assert found == COLUMNS


def test_what_is_written_is_read_without_a_word_and_nobody_is_made_up(tmp_path):
    write(tmp_path, files('The "X" \\ Company', "Europe/Berlin"))
    settings = load(None, tmp_path, {})
    assert settings.company.name == 'The "X" \\ Company'
    assert settings.sources == ()
    org = org_files.read(tmp_path / "org", settings.company.time_zone, is_git_only=True)
    assert (org.problems.height, org.notes, org.has_people) == (0, (), False)
    assert all(frame.is_empty() for frame in org.frames.values())
    answers = corrections.read(tmp_path / "corrections.toml", "UTC")
    assert answers.problems.height == sum(frame.height for frame in answers.frames.values()) == 0


def test_examples_hold_together_once_there_is_a_manager(tmp_path):
    write(tmp_path, files("X"))
    folder = tmp_path / "org"
    for path in folder.glob("*.csv"):
        path.write_text(path.read_text().replace("\n#", "\n"))
    with (folder / "people.csv").open("a") as file:
        file.write("bo.example" + "," * 11 + "\n")
    with (folder / "mandates.csv").open("a") as file:
        file.write("checkout-on-call,rota,,on_call,component,Checkout" + "," * 7 + "\n")
    org = org_files.read(folder, "UTC", sources=["code"])
    assert [org_files.problem_line(*row) for row in org.problems.rows()] == []
    assert {file.name for file in FILES if org.frames[file.name].is_empty()} == set()
    assert set(EXAMPLES) == {file.name for file in FILES}


def test_the_whole_settings_hold_once_taken_out_of_the_comments(tmp_path):
    lines = files("X", repository="../shop.git")["dottedline.toml"].splitlines()
    live = [line[2:] if line.startswith(("# ", "#\t")) and "=" in line else line for line in lines]
    live = ["[" + line.split("[", 1)[1] if line.startswith("# [") else line for line in live]
    (tmp_path / "dottedline.toml").write_text("\n".join(live))
    needed = ("TRACKER_USER", "TRACKER_TOKEN", "HOST_TOKEN")
    settings = load(None, tmp_path, {f"DOTTEDLINE_{name}": "made-up" for name in needed})
    assert settings.sources[0].model_dump()["paths"] == (str(tmp_path.parent / "shop.git"),)
    assert [source.kind for source in settings.sources] == ["git", "jira", "github", "ics"]
    assert settings.locations[0].holidays == "DE-BE"
    assert settings.privacy.retention_days == 400


def test_answers_hold_once_taken_out_of_the_comments():
    text = files("X")["corrections.toml"]
    entries = text.split("\n\n", 1)[1]
    live = "\n".join(line.removeprefix("# ") for line in entries.splitlines())
    assert set(tomllib.loads(live)) == set(corrections.KINDS)


@pytest.mark.parametrize("name", ["dottedline.toml", "org/people.csv", "corrections.toml"])
def test_a_file_that_is_there_is_never_touched(tmp_path, name):
    (tmp_path / "org").mkdir()
    (tmp_path / name).write_text("mine")
    done = write(tmp_path, files("X"))
    assert (tmp_path / name).read_text() == "mine"
    assert done.kept == (tmp_path / name,)
    assert len(done.new) == len(files("X")) - 1
    assert write(tmp_path, files("X")).new == ()
