from datetime import UTC, datetime

import pytest

from models.tables import mart
from tests import given
from tests.warehouse.publication import MONDAY, published
from warehouse.explain import UnknownId, explain


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return published(tmp_path_factory.mktemp("root"))


def figures(found):
    return {figure.name: figure.value for figure in found.figures}


def test_an_act_has_its_figures_its_rule_and_its_link(files):
    found = explain(files.restricted, "act-000")
    assert found.kind == "act"
    assert figures(found)["minutes"] == 6.5
    assert found.rules["7 absent"].endswith("every holder was absent at that moment")
    assert found.links == ["https://example.com/shop/0"]
    assert {figure.name: figure.unit for figure in found.figures}["minutes"] == "minutes"


@pytest.mark.parametrize("asked", ["ada 2026-W47", "ada/2026-W47", " ada/2026-W47 ", "ada 2026W47"])
def test_a_week_of_a_person_rests_on_the_acts_of_that_week(files, asked):
    found = explain(files.restricted, asked)
    assert found.kind == "person-week"
    assert figures(found)["hidden_hours"] == 0.5
    assert found.acts["act_id"].to_list() == ["act-000"]


@pytest.mark.parametrize("asked", ["Checkout", "component:Checkout"])
def test_an_area_rests_on_the_acts_in_it(files, asked):
    found = explain(files.restricted, asked)
    assert (found.kind, found.acts.height) == ("area", 6)
    assert list(found.rules) == ["3 mandate", "7 absent"]


def test_a_finding_rests_on_its_evidence(files):
    found = explain(files.restricted, "f1")
    assert (found.kind, found.acts["act_id"].to_list()) == ("finding", ["act-000"])


def launched(folder):
    """A publication with a finding of each kind of evidence."""
    columns = {
        "scope_type": "project", "scope_id": "LNCH", "team_id": "red", "window_start": MONDAY,
        "window_end": MONDAY, "status": "emerging", "unit": "x",
    }  # fmt: skip
    rests_on = [("S4", "act", "act-000"), ("S4", "act", "act-001"), ("P2", "request", "r1"),
                ("W2", "skipped_step", "LNCH-102"), ("D3", "meeting", "planning@1")]  # fmt: skip
    asked = datetime(2026, 11, 16, 9, tzinfo=UTC)
    return published(
        folder,
        findings=given.rows(
            mart.FINDINGS,
            *(
                {"finding_id": code, "code": code, "value": 0.73, **columns}
                for code in ("S4", "P2", "W2", "D3")
            ),
        ),
        finding_evidence=given.rows(
            mart.FINDING_EVIDENCE,
            *(
                {"finding_id": code, "evidence_kind": kind, "evidence_id": key}
                for code, kind, key in rests_on
            ),
        ),
        requests=given.rows(
            mart.REQUESTS,
            {"request_id": "r1", "holder_id": "ada", "asked_at": asked, "waited_hours": 41.0},
        ),
        skipped_steps=given.rows(
            mart.SKIPPED_STEPS, {"object_id": "LNCH-102", "step": "QA", "skipped_at": asked}
        ),
    )


def test_a_sign_is_explained_by_its_figure_its_rule_its_traces_and_links(tmp_path):
    files = launched(tmp_path)
    sign = explain(files.restricted, "S4")
    assert figures(sign)["value"] == 0.73
    assert sign.rules["S4"].startswith("Work re-routed in a crisis. At least 8 assignments")
    assert list(sign.rules) == ["S4", "3 mandate", "7 absent"]
    assert sign.acts["act_id"].to_list() == ["act-000", "act-001"]
    assert sign.links == ["https://example.com/shop/0", "https://example.com/shop/1"]
    at = datetime(2026, 11, 16, 9)  # noqa: DTZ001 (DuckDB gives moments without a zone)
    traces = {code: explain(files.restricted, code).traces.rows() for code in ("P2", "W2", "D3")}
    assert traces == {
        "P2": [("request", "r1", at, 41.0)],
        "W2": [("skipped_step", "LNCH-102", at, None)],
        "D3": [("meeting", "planning@1", None, None)],
    }
    hidden = explain(files.ops, "S4")
    assert (hidden.acts.height, hidden.traces.height, hidden.links) == (0, 0, [])
    assert list(hidden.rules) == ["S4"]


def test_the_ops_store_explains_without_links(files):
    act = explain(files.ops, "2026-W47-1")
    assert (act.kind, act.links) == ("act", [])
    assert "object_id" not in figures(act)
    assert explain(files.ops, "f1").acts.height == 0


def test_under_teams_an_area_has_figures_and_no_acts(tmp_path):
    found = explain(published(tmp_path, "teams").ops, "Checkout")
    assert figures(found)["act_count"] == 6
    assert found.acts.height == 0


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("act-00x", "act-000"),
        ("Chekout", "Checkout"),
        ("ada 2026-W46", "ada/2026-W47"),
        ("ada 2026-W60", "ada/2026-W47"),
        ("", "dottedline query"),
        ("'; drop table mart.acts", "dottedline query"),
    ],
)
def test_an_unknown_id_names_what_is_near(files, asked, near):
    with pytest.raises(UnknownId, match=near):
        explain(files.restricted, asked)
