"""Where pages lie and who may open them."""

import stat
from datetime import timedelta

import pytest

from reports.folders import folder_of, render, render_one, render_own
from reports.groups import ReportError
from tests.reports.given_mart import LINE_FROM, OPEN, READ_AT, WEEK, checkout
from tests.reports.made import TERMS


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_every_reader_has_a_folder_of_their_own(tmp_path):
    store = checkout().write(tmp_path)
    root = tmp_path / "reports"
    written = render(store, root, WEEK, terms=TERMS, rendered_at=READ_AT, opens_on={"sam": OPEN})
    assert [str(path.relative_to(root)) for path in written] == [
        "sam/2026-W47.json", "sam/2026-W47.html", "sam/latest.html",
        "project/2026-W47.json", "project/2026-W47.html", "project/latest.html",
    ]  # fmt: skip
    assert {mode(path) for path in (root, root / "sam", root / "project")} == {0o700}
    assert {mode(path) for path in written} == {0o600}
    latest, week = root / "sam" / "latest.html", root / "sam" / "2026-W47.html"
    assert latest.read_bytes() == week.read_bytes()
    assert sorted(path.name for path in (root / "sam").iterdir()) == [
        "2026-W47.html", "2026-W47.json", "latest.html",
    ]  # fmt: skip


def test_latest_is_the_last_week_whatever_is_rendered_after_it(tmp_path):
    store = checkout().write(tmp_path)
    root = tmp_path / "reports"
    render_own(store, root, WEEK, terms=TERMS, rendered_at=READ_AT, person_id="sam")
    render(store, root, WEEK, terms=TERMS, rendered_at=READ_AT)
    before = WEEK - timedelta(weeks=1)
    written = render(store, root, before, terms=TERMS, rendered_at=READ_AT)
    assert root / "sam" / "latest.html" not in written
    latest, week = root / "sam" / "latest.html", root / "sam" / "2026-W47.html"
    assert latest.read_bytes() == week.read_bytes()


def test_a_manager_who_is_not_opened_gets_no_names(tmp_path):
    store = checkout().write(tmp_path)
    render(store, tmp_path / "reports", WEEK, terms=TERMS, rendered_at=READ_AT)
    assert "Dana Okafor" not in (tmp_path / "reports" / "sam" / "latest.html").read_text()


def test_one_reader_and_a_persons_own_page_share_a_folder_but_no_file(tmp_path):
    store = checkout().write(tmp_path)
    root = tmp_path / "reports"
    render_one(store, root, WEEK, terms=TERMS, rendered_at=READ_AT, team_id="checkout")
    render_own(store, root, WEEK, terms=TERMS, rendered_at=READ_AT, person_id="sam")
    assert sorted(path.name for path in (root / "sam").iterdir()) == [
        "2026-W47.html", "2026-W47.json", "latest.html",
        "own-2026-W47.html", "own-2026-W47.json", "own-latest.html",
    ]  # fmt: skip


@pytest.mark.parametrize("reader", ["../../etc", "a/b", "", ".", "..", "-x", "x" * 80, "\x00"])
def test_no_id_leads_out_of_the_folder(tmp_path, reader):
    assert folder_of(tmp_path, reader).parent == tmp_path
    assert folder_of(tmp_path, reader).name.startswith("id-")


def test_a_person_called_project_does_not_get_the_folder_of_everyone(tmp_path):
    assert folder_of(tmp_path, "project") == tmp_path / "project"
    assert folder_of(tmp_path, "Project", is_person=True).name.startswith("id-")


def test_two_readers_never_share_a_folder(tmp_path):
    line = {"person_id": "leo", "manager_id": "SAM", "line_type": "solid",
            "valid_from": LINE_FROM, "recorded_at": LINE_FROM}  # fmt: skip
    store = checkout().add("reporting_lines", line).write(tmp_path)
    with pytest.raises(ReportError, match="differ only in upper and lower case"):
        render(store, tmp_path / "reports", WEEK, terms=TERMS, rendered_at=READ_AT)
    assert not (tmp_path / "reports").exists()
