import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipelines.keys import VARIABLE, pseudonym_key
from pipelines.settings_file import SettingsError


def test_a_key_is_made_once_and_closed_to_others(tmp_path):
    root = tmp_path / "var"
    made = pseudonym_key(root, {})
    assert len(made) == 32
    assert pseudonym_key(root, {}) == made
    assert [path.name for path in root.iterdir()] == ["pseudonym.key"]
    assert (root / "pseudonym.key").stat().st_mode & 0o777 == 0o600


def test_many_at_once_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: pseudonym_key(tmp_path, {}), range(16)))
    assert len(keys) == 1


def test_another_root_has_another_key(tmp_path):
    assert pseudonym_key(tmp_path / "a", {}) != pseudonym_key(tmp_path / "b", {})


@pytest.mark.parametrize(
    ("given", "key"), [("ab" * 16, b"\xab" * 16), ("x" * 32, b"x" * 32), ("a" * 33, b"a" * 33)]
)
def test_the_environment_goes_before_the_file(tmp_path, given, key):
    assert pseudonym_key(tmp_path, {VARIABLE: given}) == key
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", ["", "short", "ab" * 15])
def test_a_short_key_is_refused_and_not_shown(tmp_path, given):
    with pytest.raises(SettingsError, match="at least 32") as caught:
        pseudonym_key(tmp_path, {VARIABLE: given})
    assert not given or given not in str(caught.value)


def test_a_key_open_to_others_is_closed_and_kept(tmp_path, capsys):
    made = pseudonym_key(tmp_path, {})
    (tmp_path / "pseudonym.key").chmod(0o644)
    assert pseudonym_key(tmp_path, {}) == made
    assert (tmp_path / "pseudonym.key").stat().st_mode & 0o777 == 0o600
    assert "0600" in capsys.readouterr().out


def test_a_damaged_key_file_is_an_error_and_not_a_new_key(tmp_path):
    (tmp_path / "pseudonym.key").write_text("abc\n")
    (tmp_path / "pseudonym.key").chmod(0o600)
    with pytest.raises(SettingsError, match=re.escape("pseudonym.key: has 3 characters")):
        pseudonym_key(tmp_path, {})
