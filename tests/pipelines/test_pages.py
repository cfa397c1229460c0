"""People have their own pages first; their manager's page names them two working days later."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from pipelines import settings_file
from pipelines.definitions import build
from pipelines.publishing import publish_lake
from pipelines.reporting import manager_pages, people_pages
from tests.pipelines.conftest import make_company
from tests.pipelines.nights import night, whole
from tests.pipelines.test_register import MANDATES, PEOPLE, TEAMS

MONDAY = datetime(2026, 11, 16, 5, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 17, 5, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 18, 5, tzinfo=UTC)
LINES = "person_id,manager_id,line_type,valid_from,valid_to\nada,bo,solid,2026-01-01,\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    make_company(folder)
    (folder / "org").mkdir()
    for name, text in {
        "people": PEOPLE,
        "teams": TEAMS,
        "reporting_lines": LINES,
        "mandates": MANDATES.format(start="2026-01-01"),
    }.items():
        (folder / "org" / f"{name}.csv").write_text(text)
    opened = night(folder, now=MONDAY)
    whole(opened)
    publish_lake(opened)
    return folder


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    shutil.copytree(published, tmp_path / "company")
    return tmp_path / "company"


def closed_because(folder: Path, now: datetime) -> str:
    manager_pages(night(folder, now=now))
    page = json.loads((folder / "var/reports/bo/2026-W46.json").read_text())
    return str(page["allowed"]["closed_because"])


def test_own_pages_come_first_and_open_the_manager_s_two_working_days_later(folder):
    assert "once they had their own pages" in closed_because(folder, MONDAY)
    people_pages(night(folder, now=MONDAY))
    assert (folder / "var/reports/ada/own-2026-W46.html").exists()
    assert "18 November" in closed_because(folder, TUESDAY)
    assert "own page" not in closed_because(folder, WEDNESDAY)


def test_a_page_whose_rows_are_as_they_were_is_not_made_again(folder):
    assert people_pages(night(folder, now=MONDAY)) == 3
    assert people_pages(night(folder, now=TUESDAY)) == 0
    (folder / "var/reports/ada/.own-2026-11-09.digest").write_text("other rows")
    assert people_pages(night(folder, now=TUESDAY)) == 1


def test_pages_are_for_their_reader_alone(folder):
    people_pages(night(folder, now=MONDAY))
    for path in (folder / "var/reports").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("job", ["people_pages", "manager_pages"])
def test_the_weekly_jobs_render_from_what_is_published(folder, job):
    held = settings_file.load(folder / "dottedline.toml", folder, {})
    shutil.rmtree(folder / "shop")  # they read no source
    with dg.DagsterInstance.ephemeral() as instance:
        done = (
            build(held)
            .resolve_job_def(job)
            .execute_in_process(
                instance=instance,
                run_config={"resources": {"night": {"config": {"until": "2026-11-16"}}}},
            )
        )
    assert done.success
    expected = "ada/own-2026-W46.html" if job == "people_pages" else "bo/2026-W46.html"
    assert (folder / "var/reports" / expected).exists()
