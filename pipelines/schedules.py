"""When the jobs run: the night, people's pages, managers' pages; and who hears of a failed run.

What the jobs do is in `pipelines.assets`.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import dagster as dg

from models.settings import Settings
from pipelines.previews import WORKING_DAYS_A_WEEK

NIGHTLY, PEOPLE, MANAGERS = "nightly", "people_pages", "manager_pages"  # names of the jobs
NIGHT = "0 4 * * *"  # 02:00 does not exist on one night a year and is there twice on another


def managers_cron(preview_working_days: int) -> str:
    """06:00 on the working day, counted from Monday, on which managers may open the pages.

    Days are Monday to Friday; public holidays do not move it.
    """
    return f"0 6 * * {1 + preview_working_days % WORKING_DAYS_A_WEEK}"


def schedules(settings: Settings | None) -> Sequence[dg.ScheduleDefinition]:
    """The three schedules, on by default, in the company's zone; without settings in UTC."""
    zone = settings.company.time_zone if settings is not None else "UTC"
    preview = settings.privacy.preview_working_days if settings is not None else 2
    return [
        _schedule(NIGHTLY, NIGHT, zone, f"Every night at 04:00, {zone}"),
        _schedule(PEOPLE, "0 6 * * 1", zone, f"People's pages of last week: Monday 06:00, {zone}"),
        _schedule(
            MANAGERS,
            managers_cron(preview),
            zone,
            f"Managers' pages, {preview} working days after people's: 06:00, {zone}",
        ),
    ]


def _schedule(job: str, cron: str, zone: str, description: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{job}_schedule",
        job_name=job,
        cron_schedule=cron,
        execution_timezone=zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=description,
    )
    def at(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        day = context.scheduled_execution_time.astimezone(ZoneInfo(zone)).date().isoformat()
        config = {"resources": {"night": {"config": {"until": day}}}}
        return dg.RunRequest(run_key=f"{job} {day}", run_config=config)

    return at
