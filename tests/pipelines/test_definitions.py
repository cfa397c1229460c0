"""The graph loads with and without settings, and says of every asset what it is."""

import dagster as dg
import pytest

from models.marts import SOURCES
from models.tables import Table
from pipelines.definitions import build
from pipelines.night import Night
from pipelines.notify import Failure
from pipelines.register import TABLES
from pipelines.sensors import COMMAND
from tests.pipelines.given import settings

GIT = {"name": "code-history", "kind": "git", "paths": ["shop"]}
GROUPS = {"sources", "org", "acts", "measures", "published", "reported"}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build(settings(sources=[GIT]))


def nodes(definitions: dg.Definitions):
    return definitions.resolve_asset_graph().asset_nodes


def test_every_asset_has_group_owner_description_and_kind(definitions):
    for node in nodes(definitions):
        assert node.group_name in GROUPS, node.key
        assert node.owners == ["team:people-ops"], node.key
        assert node.description, node.key


def test_all_six_groups_are_there(definitions):
    assert {node.group_name for node in nodes(definitions)} == GROUPS


def test_publication_comes_after_the_checks_of_all_that_is_published(definitions):
    graph = definitions.resolve_asset_graph()
    above = graph.get_ancestor_asset_keys(dg.AssetKey(["published", "files"]))
    computed = {dg.AssetKey(name.split(".")) for name in SOURCES.values()}
    assert computed & {node.key for node in nodes(definitions)} <= above
    checked = {key.asset_key for key in graph.asset_check_keys} | set(asset_keys(TABLES))
    assert {key for key in above if graph.get(key).is_executable} <= checked


def asset_keys(tables: tuple[Table, ...]) -> list[dg.AssetKey]:
    return [dg.AssetKey(table.name.split(".")) for table in tables]


def test_one_check_stands_for_all_tables_of_the_register(definitions):
    graph = definitions.resolve_asset_graph()
    [check] = graph.get_check_keys_for_assets(set(asset_keys(TABLES)))
    assert all(table.name in (graph.get_check_spec(check).description or "") for table in TABLES)


def test_the_night_runs_every_asset(definitions):
    job = definitions.resolve_job_def("nightly")
    executable = {node.key for node in nodes(definitions) if node.is_executable}
    assert set(job.asset_layer.executable_asset_keys) == executable


def test_without_settings_the_graph_loads_and_says_why_nothing_runs():
    definitions = build("dottedline.toml: not in this folder or above")
    job = definitions.resolve_job_def("nightly")
    assert "not in this folder" in (job.description or "")
    with dg.DagsterInstance.ephemeral() as instance:
        assert not job.execute_in_process(raise_on_error=False, instance=instance).success


def test_faulty_settings_fail_with_their_kind_alone():
    told: list[tuple[str, Exception | None]] = []
    held = settings(privacy={"legal_basis": ""})
    job = build(held, lambda *said: told.append(said)).resolve_job_def("nightly")
    with dg.DagsterInstance.ephemeral() as instance:
        assert not job.execute_in_process(raise_on_error=False, instance=instance).success
    assert [step for step, _ in told] == ["settings"]


def test_the_sensors_leave_runs_of_the_command_to_the_command(definitions, monkeypatch):
    told: list[Failure] = []
    monkeypatch.setattr("pipelines.sensors.tell", lambda failure, *_, **__: told.append(failure))
    held = settings(notify={"failures_to": "oncall@example.test"}, privacy={"legal_basis": ""})
    built = build(held)
    sensor = next(each for each in built.sensors or [] if each.name == "tell_of_failure")
    with dg.DagsterInstance.ephemeral() as instance:
        for tags in ({}, COMMAND):
            result = built.resolve_job_def("nightly").execute_in_process(
                raise_on_error=False, instance=instance, tags=tags
            )
            context = dg.build_run_status_sensor_context(
                sensor_name=sensor.name,
                dagster_instance=instance,
                dagster_run=result.dagster_run,
                dagster_event=result.get_run_failure_event(),
            ).for_run_failure()
            sensor(context)
    [failure] = told
    assert failure.kind == "UsageError"


def test_a_night_is_no_table():
    """Resources are compared by identity: two nights of equal settings are two nights."""
    assert Night.__eq__ is object.__eq__
