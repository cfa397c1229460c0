"""Run the nightly job in this process: the same job that the schedule starts.

Dagster is imported here, so the command line imports this module late.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import dagster as dg
from dagster import ExecuteInProcessResult

from models.settings import Settings
from pipelines.checks import READ
from pipelines.definitions import build
from pipelines.errors import CHECKS_FAILED, DONE, UNEXPECTED, UNREACHABLE, exit_code
from pipelines.instance import open_instance
from pipelines.night import Heard
from pipelines.notify import Failure
from pipelines.schedules import NIGHTLY
from pipelines.sensors import COMMAND, failure_of, gap_of, unread_sources


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `counts` has what each step counted, by step and name.

    `errors` are of steps that failed, `broken` counts by table and rule what checks found, and
    `failure` is what to tell `notify.failures_to`; None: nothing.
    """

    run_id: str
    code: int
    counts: Mapping[str, Mapping[str, int]]
    errors: Mapping[str, Exception] = field(default_factory=dict)
    broken: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    failure: Failure | None = None


def launch(
    settings: Settings,
    *,
    until: date,
    is_full: bool,
    run_id: str,
    heard: Heard = lambda _step, _error: None,
) -> Outcome:
    """Runs the nightly job to its end; it never raises for what a step does."""
    errors: dict[str, Exception] = {}

    def told(step: str, error: Exception | None) -> None:
        if error is not None:
            errors[step] = error
        heard(step, error)

    logging.getLogger("dagster").setLevel(logging.CRITICAL)  # our own log says it, in fewer words
    job = build(settings, told).resolve_job_def(NIGHTLY)
    with open_instance() as instance:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_id=run_id,
            tags=COMMAND,
            run_config={
                "resources": {"night": {"config": {"until": until.isoformat(), "full": is_full}}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )
    return _outcome(result, errors)


def _outcome(result: ExecuteInProcessResult, errors: Mapping[str, Exception]) -> Outcome:
    unread = tuple(unread_sources(result.get_asset_check_evaluations()))
    broken = _broken(result)
    failure = None
    if not result.success:
        failure = failure_of(result.run_id, result.all_events)
    elif unread:
        failure = gap_of(result.run_id, unread)
    return Outcome(
        run_id=result.run_id,
        code=_code(result, errors, broken, unread),
        counts=_counts(result),
        errors=errors,
        broken=broken,
        unread=unread,
        failure=failure,
    )


def _code(
    result: ExecuteInProcessResult,
    errors: Mapping[str, Exception],
    broken: Mapping[str, Mapping[str, int]],
    unread: tuple[str, ...],
) -> int:
    if errors:
        return max(map(exit_code, errors.values()))
    if result.success:
        return UNREACHABLE if unread else DONE
    return CHECKS_FAILED if broken else UNEXPECTED


def _counts(result: ExecuteInProcessResult) -> dict[str, dict[str, int]]:
    """Whole numbers that steps gave as metadata."""
    counts: dict[str, dict[str, int]] = {}
    for event in result.get_asset_materialization_events():
        made = event.step_materialization_data.materialization
        counts["/".join(made.asset_key.path)] = {
            name: int(value.value)
            for name, value in made.metadata.items()
            if isinstance(value, dg.IntMetadataValue) and value.value is not None
        }
    return counts


def _broken(result: ExecuteInProcessResult) -> dict[str, dict[str, int]]:
    """What failed checks counted, by table."""
    return {
        ".".join(each.asset_key.path): {
            name: int(value.value)
            for name, value in each.metadata.items()
            if isinstance(value, dg.IntMetadataValue) and value.value is not None
        }
        for each in result.get_asset_check_evaluations()
        if not each.passed and each.check_name != READ
    }
