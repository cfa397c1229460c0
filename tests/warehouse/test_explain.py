import pytest

from tests.warehouse.publication import published
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
