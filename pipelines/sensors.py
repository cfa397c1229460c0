"""Who hears of a run that the daemon started and that failed, or that could not read a source.

Runs of `dottedline run` carry a tag and tell by themselves: nobody hears of one twice.
"""

import re
from collections.abc import Iterable, Sequence

import dagster as dg
from dagster import AssetCheckEvaluation, DagsterEvent, DagsterEventType

from models.settings import Settings
from pipelines.checks import READ
from pipelines.night import environment
from pipelines.notify import Failure, tell

BROKEN_OFF = "the run broke off"
STARTED_BY = "dottedline/started_by"
COMMAND = {STARTED_BY: "command"}
_KIND = re.compile(r"StepError: [^:]+: (\w+);")


def sensors(settings: Settings | None) -> Sequence[dg.SensorDefinition]:
    """The two sensors, on by default; without settings there is nobody to tell."""

    @dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING)
    def tell_of_failure(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        """Tells `notify.failures_to` of a failed run."""
        events = _events(context, DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE)
        return _tell(settings, context, failure_of(context.dagster_run.run_id, events))

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def tell_of_gap(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        """Tells `notify.failures_to` of a run that published without a source."""
        events = _events(context, DagsterEventType.ASSET_CHECK_EVALUATION)
        unread = unread_sources(event.asset_check_evaluation_data for event in events)
        if not unread:
            return dg.SkipReason("All sources were read")
        return _tell(settings, context, gap_of(context.dagster_run.run_id, unread))

    return [tell_of_failure, tell_of_gap]


def failure_of(run_id: str, events: Sequence[DagsterEvent]) -> Failure:
    """What failed in a run with these events: its steps, and the kind of the first error."""
    steps = [event for event in events if event.is_step_failure]
    ends = [event for event in events if event.is_run_failure]
    errors = [
        *(event.step_failure_data.error for event in steps),
        *(event.job_failure_data.error for event in ends),
    ]
    kinds = [_kind(error.to_string()) for error in errors if error is not None]
    return Failure(
        run_id=run_id,
        steps=tuple(event.step_key or "" for event in steps),
        kind=next(iter(kinds), BROKEN_OFF),
        is_published=False,
    )


def gap_of(run_id: str, unread: Iterable[str]) -> Failure:
    """A run that published, but without news of these sources."""
    return Failure(run_id, tuple(unread), "a source could not be read", is_published=True)


def unread_sources(checks: Iterable[AssetCheckEvaluation]) -> list[str]:
    """The sources that a run with these outcomes of checks could not read."""
    return sorted(
        "/".join(each.asset_key.path)
        for each in checks
        if each.check_name == READ and not each.passed
    )


def _events(context: dg.RunStatusSensorContext, *kinds: DagsterEventType) -> list[DagsterEvent]:
    logs = context.instance.all_logs(context.dagster_run.run_id, of_type=set(kinds))
    return [each.dagster_event for each in logs if each.dagster_event is not None]


def _kind(error: str) -> str:
    if "AssetCheckFailed" in error:
        return "checks failed"
    named = _KIND.search(error)
    return named[1] if named else BROKEN_OFF


def _tell(
    settings: Settings | None, context: dg.RunStatusSensorContext, failure: Failure
) -> dg.SkipReason | None:
    if STARTED_BY in context.dagster_run.tags:
        return dg.SkipReason("The command that started it tells by itself")
    if settings is None or not settings.notify.failures_to:
        return dg.SkipReason("notify.failures_to is empty")
    tell(
        failure,
        settings.notify.failures_to,
        sender=settings.reports.mail_from,
        internal_hosts=settings.privacy.internal_hosts,
        environ=environment(settings),
    )
    return None
