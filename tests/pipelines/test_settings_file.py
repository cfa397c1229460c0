from pathlib import Path
from typing import ClassVar

import pytest

from models.sources import Source, secret_name
from pipelines.settings_faults import Text
from pipelines.settings_file import SettingsError, load, missing_secrets

LEAST = '[company]\nname = "X"\n'
HOST = '[[sources]]\nname = "code"\nkind = "github"\nrepositories = ["example/shop"]\n'
CODE = '[[sources]]\nname = "code"\nkind = "git"\npaths = ["a.git"]\n'


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "dottedline.toml"
    path.write_text(text)
    return path


def faults(folder: Path, text: str) -> list[str]:
    write(folder, text)
    with pytest.raises(SettingsError) as caught:
        load(None, folder, {})
    return list(caught.value.lines)


def test_every_key_but_the_name_has_a_default(tmp_path):
    write(tmp_path, LEAST)
    settings = load(None, tmp_path, {})
    assert settings.privacy.model_dump() == {
        "ops_detail": "pseudonyms",
        "smallest_group": 5,
        "preview_working_days": 2,
        "retention_days": 400,
        "legal_basis": "",
        "assessed_on": None,
        "agreement_id": "",
        "internal_hosts": (),
    }
    assert settings.storage.root == str(tmp_path / "var")
    assert settings.storage.lake == str(tmp_path / "var" / "lake")
    assert settings.org.directory == str(tmp_path / "org")
    assert settings.sources == ()


def test_the_file_is_found_above_and_paths_begin_at_its_folder(tmp_path):
    write(tmp_path, LEAST + CODE.replace("a.git", "../a.git"))
    (tmp_path / "deep" / "er").mkdir(parents=True)
    settings = load(None, tmp_path / "deep" / "er", {})
    assert settings.folder == str(tmp_path)
    assert settings.sources[0].model_dump()["paths"] == (str(tmp_path.parent / "a.git"),)


def test_a_named_file_goes_before_the_one_in_the_folder(tmp_path):
    write(tmp_path, LEAST)
    other = write(tmp_path / "other", LEAST.replace("X", "Y"))
    assert load(other, tmp_path, {}).company.name == "Y"
    assert load(Path("other/dottedline.toml"), tmp_path, {}).company.name == "Y"


@pytest.mark.parametrize("config", [None, Path("none.toml")])
def test_no_file_is_one_line_with_a_remedy(tmp_path, config):
    with pytest.raises(SettingsError, match="`dottedline init` writes one"):
        load(config, tmp_path, {})


def test_all_faults_come_in_one_pass_in_the_order_of_the_file(tmp_path):
    text = """\
[company]
name = "X"
time_zone = "Europe/Berln"
[[locations]]
id = "berlin"
holidays = "DE_BE"
[privacy]
smallest_group = 4
retention_days = 500
preview_working_days = "2"
ops_detail = "Pseudonyms"
[[sources]]
name = "code"
kind = "git"
pathes = ["a.git"]
paths = []
since = 2020-01-01T00:00:00
owners = "CODEOWNER"
[[sources]]
name = "tracker"
kind = "scim"
url = "https://example.atlassian.net"
[sauces]
"""
    assert faults(tmp_path, text) == [
        (
            "dottedline.toml:3: company.time_zone: 'Europe/Berln' is no time zone."
            " Did you mean 'Europe/Berlin'?"
        ),
        (
            "dottedline.toml:6: locations.berlin.holidays: 'DE_BE' is no calendar of public"
            " holidays; write a country or country-part, such as DE or DE-BE. Did you mean 'DE-BE'?"
        ),
        (
            "dottedline.toml:8: privacy.smallest_group: 4 is too small;"
            " it may be raised, never lowered below 5"
        ),
        (
            "dottedline.toml:9: privacy.retention_days: 500 is not from 1 to 400;"
            " it may be lowered, not raised"
        ),
        (
            "dottedline.toml:10: privacy.preview_working_days: wrong type:"
            " expected a whole number, found '2'"
        ),
        (
            "dottedline.toml:11: privacy.ops_detail: 'Pseudonyms' is not one of"
            " teams, pseudonyms, named. Did you mean 'pseudonyms'?"
        ),
        "dottedline.toml:15: sources.code.pathes: unknown key. Did you mean 'paths'?",
        "dottedline.toml:16: sources.code.paths: is empty; name at least one",
        (
            "dottedline.toml:17: sources.code.since: expected a date such as 2026-01-31,"
            " found a moment"
        ),
        (
            "dottedline.toml:18: sources.code.owners: 'CODEOWNER' is not one of"
            " auto, CODEOWNERS, OWNERS, MAINTAINERS, none. Did you mean 'CODEOWNERS'?"
        ),
        (
            "dottedline.toml:21: sources.tracker.kind: kind 'scim' is not available yet."
            " Available: git, jira, github, ics"
        ),
        "dottedline.toml:23: sauces: unknown key. Did you mean 'sources'?",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "dottedline.toml:1: company: missing. Add it"),
        ("[company]\n", "dottedline.toml:1: company.name: missing. Add it"),
        ("[company]\nname = ''\n", "dottedline.toml:2: company.name: is empty. Fill it in"),
        (
            LEAST + CODE.replace('kind = "git"', ""),
            "dottedline.toml:3: sources.code.kind: missing. Write one of git, jira",
        ),
        (
            LEAST + CODE.replace('"git"', "3"),
            "dottedline.toml:5: sources.code.kind: is no text. Write one of git, jira",
        ),
        ("sources = ['x']\n" + LEAST, "dottedline.toml:1: sources.0: wrong type: expected a table"),
        (LEAST + "x = \n", "dottedline.toml:3: not TOML: invalid value."),
        (LEAST + CODE + CODE, "dottedline.toml:8: sources.code.name: 'code' is there twice"),
        (
            LEAST + CODE.replace('"code"', '"a-b"') + CODE.replace('"code"', '"A_b"'),
            "dottedline.toml:8: sources.A_b.name: 'A_b' and 'a-b' would name the same secrets; ren",
        ),
        (
            LEAST + "[privacy]\nops_detail = 'named'\n",
            "dottedline.toml:3: privacy.agreement_id: is empty, and ops_detail = 'named' needs it",
        ),
        (LEAST + "[storage]\nlake = 'gs://b'\n", "dottedline.toml:4: storage.lake: 'gs://b' is"),
        (LEAST + "[storage]\nroot = 's3://b'\n", "dottedline.toml:4: storage.root: 's3://b' is no"),
        (
            LEAST + "[privacy]\ninternal_hosts = ['http://a']\n",
            "dottedline.toml:4: privacy.internal_hosts.0: 'http://a' is no host",
        ),
        (LEAST + "[reports]\nmail_from = 'me'\n", "dottedline.toml:4: reports.mail_from: 'me' is"),
        (LEAST + "sources = 3\n", "dottedline.toml:3: company.sources: unknown key."),
        (
            LEAST + HOST.replace("repositories", "repositorys") + "repositories = ['a/b']\n",
            (
                "dottedline.toml:6: sources.code.repositorys: unknown key."
                " Did you mean 'repositories'?"
            ),
        ),
        ("sources = 3\n" + LEAST, "dottedline.toml:1: sources: wrong type: expected a list"),
        (
            LEAST + CODE.replace('"code"', '"co de"'),
            "dottedline.toml:4: sources.co de.name: 'co de' may hold letters",
        ),
    ],
)
def test_a_fault_names_line_and_key(tmp_path, text, fault):
    (line,) = faults(tmp_path, text)
    assert line.startswith(fault)


def test_a_file_that_is_not_utf_8_names_the_line(tmp_path):
    (tmp_path / "dottedline.toml").write_bytes(b"[company]\nname = '\xe9'\n")
    with pytest.raises(SettingsError, match=r"^dottedline\.toml:2: not UTF-8"):
        load(None, tmp_path, {})


@pytest.mark.parametrize(
    "line",
    [
        'token = "hunter2"',
        'api_key = "hunter2"',
        'password = "hunter2"',
        'url = "https://me:hunter2@example.org/x.git"',
        'url = "https://hunter2@example.org/x.git"',
        'since = "ghp_hunter2hunter2hunter2"',
        'paths = ["xoxb-123-hunter2"]',
        'owners = "AKIAHUNTER2HUNTER2"',
        'more = { deep = ["eyJhunter2xxxx.abc.def"] }',
        'url = "https://example.org/feed?token=hunter2"',
    ],
)
def test_a_secret_is_refused_and_never_shown(tmp_path, line):
    (fault, *more) = faults(tmp_path, LEAST + CODE.replace('paths = ["a.git"]\n', "") + line)
    told = "\n".join([fault, *more])
    assert "hunter2" not in told.lower()
    assert "dottedline.toml:6: sources.code." in told
    assert "set DOTTEDLINE_CODE_TOKEN in the environment or .env" in told


def test_a_source_named_like_a_secret_is_not_shown(tmp_path):
    told = faults(tmp_path, LEAST + CODE.replace('"code"', '"ghp_hunter2hunter2hunter2"'))
    assert "hunter2" not in "\n".join(told)
    assert told[0].startswith("dottedline.toml:4: sources.0.name: a secret must not stand")


def test_the_key_of_the_pseudonyms_is_refused_with_its_own_variable(tmp_path):
    (told,) = faults(tmp_path, LEAST + '[privacy]\npseudonym_key = "hunter2"\n')
    assert "set DOTTEDLINE_PSEUDONYM_KEY" in told
    assert "hunter2" not in told


def test_an_ssh_login_is_no_secret(tmp_path):
    write(tmp_path, LEAST + CODE.replace("a.git", "ssh://git@example.org/a.git"))
    assert load(None, tmp_path, {}).sources[0].name == "code"


def test_secrets_come_from_the_environment_before_the_file_beside(tmp_path):
    write(tmp_path, LEAST + CODE)
    (tmp_path / ".env").write_text("DOTTEDLINE_CODE_TOKEN=file\nDOTTEDLINE_CODE_USER='me'\nA=1\n")
    settings = load(None, tmp_path, {"DOTTEDLINE_CODE_TOKEN": "shell", "PATH": "/bin"})
    token, user = settings.secret("code"), settings.secret("code", "USER")
    assert token is not None
    assert user is not None
    assert (token.get_secret_value(), user.get_secret_value()) == ("shell", "me")
    assert sorted(settings.secrets) == ["DOTTEDLINE_CODE_TOKEN", "DOTTEDLINE_CODE_USER"]
    assert settings.secret("other") is None


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_variable_hides_no_filled_one_of_the_file_beside(tmp_path, empty):
    write(tmp_path, LEAST + HOST)
    (tmp_path / ".env").write_text("DOTTEDLINE_CODE_TOKEN=file\n")
    token = load(None, tmp_path, {"DOTTEDLINE_CODE_TOKEN": empty}).secret("code")
    assert token is not None
    assert token.get_secret_value() == "file"


def test_secrets_are_in_no_print_and_no_dump(tmp_path):
    write(tmp_path, LEAST)
    settings = load(None, tmp_path, {"DOTTEDLINE_CODE_TOKEN": "hunter2"})
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert "secrets" not in settings.model_dump()
    assert "folder" not in settings.model_dump()


class Tracker(Source):
    secrets: ClassVar[tuple[str, ...]] = ("TOKEN",)


def test_a_secret_that_a_source_needs_is_asked_for_by_name():
    text = Text("dottedline.toml", {"sources": [{"name": "my-tracker"}]}, {("sources", 0): 23})
    sources = [Tracker(name="my-tracker")]
    assert missing_secrets(sources, {}, text) == [
        (
            "dottedline.toml:23: sources.my-tracker: missing secret."
            " Set DOTTEDLINE_MY_TRACKER_TOKEN in the environment or .env"
        )
    ]
    assert missing_secrets(sources, {secret_name("my-tracker"): "x"}, text) == []
