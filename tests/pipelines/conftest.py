"""A made-up company on which one night was run, for tests that only look at it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from pipelines import cli
from tests.pipelines.given import SETTINGS, shop

UNTIL = "2026-11-16"


@pytest.fixture(autouse=True)
def _plain_log() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(autouse=True)
def _own_dagster_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)


@pytest.fixture
def night(tmp_path: Path) -> Callable[..., int]:
    """A fresh company; called, it runs `dottedline run` there and gives the exit code."""
    make_company(tmp_path)
    return lambda *more: run_night(tmp_path, *more)


def make_company(folder: Path, settings: str = SETTINGS) -> None:
    """Settings and a repository with a change a day, in the six weeks before the night."""
    first = datetime(2026, 10, 5, 10, tzinfo=UTC)
    shop(folder, [first + timedelta(days=number) for number in range(0, 42, 3)])
    (folder / "dottedline.toml").write_text(settings)


def run_night(folder: Path, *more: str) -> int:
    """The exit code of one night."""
    return cli.invoke(["--config", str(folder / "dottedline.toml"), "run", "--until", UNTIL, *more])


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a company after one good night; not to be changed."""
    folder = tmp_path_factory.mktemp("company")
    make_company(folder)
    assert run_night(folder) == 0
    return folder
