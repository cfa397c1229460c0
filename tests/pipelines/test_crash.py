"""A run killed anywhere and run again leaves the rows of a run that was never killed."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.pipelines.conftest import make_company
from tests.pipelines.nights import night, rows, whole
from warehouse import storage


class Killed(BaseException):
    """The process is gone: nothing catches this."""


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh")
    make_company(folder)
    night(folder)  # makes the key, so that all copies make the same rows
    return folder


@pytest.fixture(scope="module")
def expected(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("expected") / "company"
    shutil.copytree(fresh, folder)
    whole(night(folder))
    return rows(night(folder))


@pytest.mark.parametrize("commits", [0, 4, 9, 20])
@pytest.mark.parametrize("is_done", [True, False], ids=["after", "before"])
def test_killed_at_any_commit_the_next_run_leaves_the_same_rows(
    fresh, expected, tmp_path, monkeypatch, commits, is_done
):
    folder = tmp_path / "company"
    shutil.copytree(fresh, folder)
    left = [commits]

    def dying(write):
        def once(*arguments, **keywords):
            if left[0] == 0 and not is_done:
                raise Killed
            result = write(*arguments, **keywords)
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return result

        return once

    with monkeypatch.context() as patched:
        for name in ("create", "overwrite", "remark"):
            patched.setattr(storage, name, dying(getattr(storage, name)))
        with pytest.raises(Killed):
            whole(night(folder))
    whole(night(folder))
    found = rows(night(folder))
    assert [name for name in expected if not expected[name].equals(found[name])] == []
