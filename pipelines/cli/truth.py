"""What was planted in the made-up company beside what the published files say of it."""

import polars as pl

from connectors.demo import Demo, Planted
from models.settings import Settings
from models.tables import org, raw
from pipelines import reporting
from warehouse import read
from warehouse.lake import Lake

ACTS = """
    select happened_at, kind, actor_id, scope_type, scope_id, team_id, authority,
        authority_class, rule
    from mart.acts
"""
MEASURES = {
    "findings": """
    select count(*) as n
    from mart.findings
    where code = ? and scope_id = ? and status <> 'not_assessable'
""",
    "no_calendar": """
    select count(*) as n
    from mart.person_weeks
    where team_id is not null and meeting_hours is null and is_observed
        and week = (select max(week) from mart.person_weeks where is_observed)
""",
}
MANAGER = """
    select manager_id
    from mart.reporting_lines
    where line_type = 'solid' and person_id = ?
    order by valid_from desc
"""


def found(settings: Settings, made: Demo) -> list[list[object]]:
    """What was planted, how many acts, how many were found, and whether they are as many."""
    acts = read.query(reporting.store(settings), ACTS)
    rows: list[list[object]] = []
    for planted in made.truth:
        if planted.measure:
            count = _measured(settings, planted)
        elif planted.account_id is None:
            count = _like(acts, planted).height
        else:
            count = _of_nobody(Lake(settings.storage.lake), planted)
        told = "" if count == planted.count else "differs"
        rows.append([planted.what, planted.count, count, told])
    return rows


def manager_of(settings: Settings, made: Demo) -> str:
    """The manager of who was planted first."""
    actor = made.truth[0].actor_id
    lines = read.query(reporting.store(settings), MANAGER, [actor])
    return str(lines["manager_id"][0])


def _like(acts: pl.DataFrame, planted: Planted) -> pl.DataFrame:
    moment = pl.col("happened_at").dt.replace_time_zone("UTC")
    wanted = [moment >= planted.from_at, moment < planted.to_at]
    if planted.actor_id is not None:
        wanted.append(pl.col("actor_id") == planted.actor_id)
    if planted.kinds:
        wanted.append(pl.col("kind").is_in(planted.kinds))
    if planted.scope_type == "team":
        wanted.append(pl.col("team_id") == planted.scope_id)
    else:
        wanted.append(pl.col("scope_type") == planted.scope_type)
    if planted.scope_type != "team" and planted.scope_id:
        wanted.append(pl.col("scope_id") == planted.scope_id)
    if planted.authority is not None:
        wanted.append(
            (pl.col("authority") == planted.authority)
            | (pl.col("authority_class") == planted.authority)
        )
    if planted.rule is not None:
        wanted.append(pl.col("rule").str.starts_with(planted.rule))
    return acts.filter(wanted)


def _measured(settings: Settings, planted: Planted) -> int:
    """How often something else than acts was found."""
    given = [*planted.kinds, planted.scope_id] if planted.scope_id else []
    found = read.query(reporting.store(settings), MEASURES[str(planted.measure)], given)
    return int(found["n"][0])


def _of_nobody(lake: Lake, planted: Planted) -> int:
    """Commits of an account behind which nobody is known."""
    nobody = lake.scan(org.IDENTITIES).filter(pl.col("person_id").is_null())
    accounts = (
        lake.scan(raw.ACCOUNTS)
        .filter(pl.col("account_id") == planted.account_id)
        .join(nobody, on=["source", "account_key"], how="semi")
        .select("source", author_key="account_key")
    )
    commits = lake.scan(raw.COMMITS).filter(pl.col("committed_at") >= planted.from_at)
    return commits.join(accounts, on=["source", "author_key"], how="semi").collect().height
