"""The launch and what came after it, made once."""

import pytest

from connectors.demo import launch
from connectors.demo.launch import Launch


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Launch:
    return launch.build(tmp_path_factory.mktemp("launch"))


@pytest.fixture(scope="session")
def made_after(tmp_path_factory: pytest.TempPathFactory) -> Launch:
    return launch.build(tmp_path_factory.mktemp("launch-after"), after=True)
