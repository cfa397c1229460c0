"""An instance that keeps no events takes nothing from what the result of a run says."""

import dagster as dg
import pytest

from pipelines.assets.guarded import Made
from pipelines.instance import open_instance
from pipelines.sensors import failure_of


@dg.asset(check_specs=[dg.AssetCheckSpec("passes", asset="first")])
def first() -> Made:
    return dg.MaterializeResult(
        metadata={"rows": 3}, check_results=[dg.AssetCheckResult(passed=True)]
    )


@dg.asset(deps=[first])
def failing() -> None:
    raise ValueError


def run(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    with instance:
        return dg.materialize([first, failing], instance=instance, raise_on_error=False)


@pytest.fixture
def result(monkeypatch: pytest.MonkeyPatch) -> dg.ExecuteInProcessResult:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return run(open_instance())


def test_a_result_has_the_same_events_as_where_they_are_kept(result):
    kept = run(dg.DagsterInstance.ephemeral())
    assert [(event.event_type, event.step_key) for event in result.all_events] == [
        (event.event_type, event.step_key) for event in kept.all_events
    ]


def test_a_result_has_the_counts_and_checks_of_steps_that_were_done(result):
    [made] = result.get_asset_materialization_events()
    assert made.step_materialization_data.materialization.metadata["rows"].value == 3
    assert [check.passed for check in result.get_asset_check_evaluations()] == [True]


def test_a_failure_is_told_from_the_result_with_its_step(result):
    assert failure_of(result.run_id, result.all_events).steps == ("failing",)


def test_with_a_home_of_dagster_events_are_kept_there(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with open_instance() as instance:
        assert instance.is_persistent
