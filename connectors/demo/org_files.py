"""The formal side of the made-up company as files: settings, corrections and org/*.csv.

Files with nothing to say (objections, hand-offs) are left out on purpose: a missing file only
lowers what can be said.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from pathlib import Path

from connectors.demo import hours, proposals, tickets, words
from connectors.demo.calendars import planning_uid, sync_uids
from connectors.demo.changes import RELEASE_BOT
from connectors.demo.company import (
    APPS,
    DELEGATION_WEEKS,
    LOCATIONS,
    NAME,
    PROJECTS,
    TIME_ZONE,
    Company,
    at_day,
)

MADE_BY = "# Made by `dottedline demo`: everything here is made up and is written anew each time."
SOURCE, TRACKER, HOST, CALENDARS = "history", "tracker", "code", "rooms"
ROTA = "deploy-rota"

COLUMNS = {
    "people": "person_id name email title role_family team_id time_zone contract_hours_week "
    "working_hours location valid_from valid_to",
    "teams": "team_id name parent_team_id",
    "accounts": "person_id system account_id kind",
    "reporting_lines": "person_id manager_id line_type valid_from valid_to recorded_at",
    "mandates": "mandate_id holder_type holder_id mandate_kind scope_type scope_id act_kinds "
    "compensated time_budget_hours_week valid_from valid_to recorded_at confirmed_on",
    "delegations": "from_person_id to_person_id act_kinds scope_type scope_id valid_from valid_to "
    "recorded_at",
    "scopes": "object_kind object_id scope_type scope_id valid_from valid_to",
    "rotas": "mandate_id person_id valid_from valid_to",
    "absences": "person_id valid_from valid_to",
    "agreements": "team_id act_kinds scope_type scope_id rule valid_from valid_to recorded_at",
    "no_owner": "scope_type scope_id valid_from valid_to",
    "required_steps": "project status before_status",
    "windows": "kind scope_type scope_id valid_from valid_to",
}

_CORRECTIONS = """\
{made_by}
# Answers of readers go here, one block an answer. For example, without the leading #:
#
# [[delegated]]
# area = "Cart"
# from = "person_id of the owner"
# to = "person_id of who does it"
# since = {since}
"""

_SETTINGS = """\
{made_by}
[company]
name = "{name}"
time_zone = "{time_zone}"
{locations}
[storage]
root = "."

[privacy]
legal_basis = "demo"
assessed_on = {assessed_on}
internal_hosts = [{hosts}]

[org]
directory = "org"

[[sources]]
name = "{source}"
kind = "git"
paths = ["{repository}"]
owners = "MAINTAINERS"

[[sources]]
name = "{tracker}"
kind = "jira"
url = "{tracker_url}"
projects = [{projects}]

[[sources]]
name = "{host}"
kind = "github"
url = "{host_url}"
repositories = ["{apps}"]

[[sources]]
name = "{calendars}"
kind = "ics"
urls = ["calendars/*.ics"]
"""

_SECRETS = f"""\
DOTTEDLINE_{TRACKER.upper()}_USER={tickets.USER}
DOTTEDLINE_{TRACKER.upper()}_TOKEN={tickets.TOKEN}
DOTTEDLINE_{HOST.upper()}_TOKEN={proposals.TOKEN}
"""

Rows = Iterable[Mapping[str, object]]


def write_settings(
    company: Company, out: Path, repository: str, tracker_url: str, host_url: str
) -> None:
    """`dottedline.toml`, `.env` with made-up secrets, and a `corrections.toml` of comments only."""
    locations = "".join(
        f'\n[[locations]]\nid = "{location}"\nholidays = "{calendar}"\n'
        for location, calendar in LOCATIONS.items()
    )
    settings = _SETTINGS.format(
        made_by=MADE_BY,
        name=NAME,
        time_zone=TIME_ZONE,
        locations=locations,
        assessed_on=company.span.first_day,
        hosts=", ".join(f'"{url.partition("://")[2]}"' for url in (tracker_url, host_url)),
        source=SOURCE,
        repository=repository,
        tracker=TRACKER,
        tracker_url=tracker_url,
        projects=", ".join(f'"{key}"' for key in PROJECTS.values()),
        host=HOST,
        host_url=host_url,
        apps=APPS,
        calendars=CALENDARS,
    )
    (out / "dottedline.toml").write_text(settings, encoding="utf-8")
    (out / ".env").write_text(_SECRETS, encoding="utf-8")
    (out / ".env").chmod(0o600)
    corrections = _CORRECTIONS.format(made_by=MADE_BY, since=company.span.last_day)
    (out / "corrections.toml").write_text(corrections, encoding="utf-8")


def write_org_files(company: Company, folder: Path) -> None:
    """One CSV file for each table of COLUMNS; what a row leaves out is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in _tables(company).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS[name].split(), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _tables(company: Company) -> dict[str, Rows]:
    founded_on = company.span.founded_on
    return {
        "people": _people(company),
        "teams": _teams(company),
        "accounts": _accounts(company),
        "reporting_lines": [
            {
                "person_id": person.person_id,
                "manager_id": person.manager_id,
                "line_type": "solid",
                "valid_from": person.joined_on or founded_on,
            }
            for person in company.people
            if person.manager_id
        ],
        "mandates": _mandates(company),
        "delegations": _delegations(company),
        "scopes": _scopes(company),
        "required_steps": [
            {"project": "LNCH", "status": "QA Review", "before_status": "Done"},
        ],
        "windows": _windows(company),
        "rotas": [
            {
                "mandate_id": ROTA,
                "person_id": turn.person_id,
                "valid_from": turn.from_day,
                "valid_to": turn.to_day,
            }
            for turn in company.turns
        ],
        "absences": [
            {
                "person_id": absence.person_id,
                "valid_from": absence.from_day,
                "valid_to": absence.to_day,
            }
            for absence in company.absences
        ],
        "agreements": [
            {
                "team_id": company.area("Storage").team_id,
                "act_kinds": "merge",
                "scope_type": "component",
                "scope_id": "Storage",
                "rule": "anyone_in_team",
                "valid_from": founded_on,
            }
        ],
        "no_owner": [
            {"scope_type": "component", "scope_id": area.title, "valid_from": founded_on}
            for area in company.areas
            if area.is_orphan
        ],
    }


def _people(company: Company) -> Rows:
    for person in company.people:
        yield {
            "person_id": person.person_id,
            "name": person.name,
            "email": person.email,
            "title": person.title,
            "role_family": person.role_family,
            "team_id": person.team_id,
            "time_zone": person.time_zone,
            "contract_hours_week": f"{hours.contract_hours(person.working_hours):g}",
            "working_hours": person.working_hours,
            "location": person.location,
            "valid_from": person.joined_on or company.span.founded_on,
        }


def _teams(company: Company) -> Rows:
    yield {"team_id": "shop", "name": "Shop"}
    for team_id, _ in words.TEAMS[: len(company.members)]:
        yield {"team_id": team_id, "name": team_id.capitalize(), "parent_team_id": "shop"}


def _scopes(company: Company) -> Rows:
    """Areas and projects belong to teams, meetings in which a project is planned to the project."""
    belongs = [("component", area.title, "team", area.team_id) for area in company.areas]
    belongs += [("project", key, "team", team_id) for team_id, key in PROJECTS.items()]
    belongs += [
        ("meeting_series", planning_uid(team_id), "project", key)
        for team_id, key in PROJECTS.items()
    ]
    belongs += [
        ("meeting_series", uid, "project", PROJECTS["checkout"]) for uid in sync_uids(company)
    ]
    for object_kind, object_id, scope_type, scope_id in belongs:
        yield {
            "object_kind": object_kind,
            "object_id": object_id,
            "scope_type": scope_type,
            "scope_id": scope_id,
            "valid_from": company.span.founded_on,
        }


def _windows(company: Company) -> Rows:
    """The release of the launch, and the afternoon of the incident."""
    span = company.span
    yield {
        "kind": "release",
        "scope_type": "project",
        "scope_id": PROJECTS["checkout"],
        "valid_from": span.released_on,
        "valid_to": span.released_on + timedelta(days=1),
    }
    yield {
        "kind": "incident",
        "scope_type": "project",
        "scope_id": PROJECTS["platform"],
        "valid_from": f"{at_day(span.incident_on, time(13, 30)):%Y-%m-%dT%H:%M:%SZ}",
        "valid_to": f"{at_day(span.incident_on, time(17)):%Y-%m-%dT%H:%M:%SZ}",
    }


def _accounts(company: Company) -> Rows:
    """Accounts of everybody in each source, and the bot, which is nobody."""
    for person in company.people:
        for system, account_id in (
            (SOURCE, person.email),
            (TRACKER, person.account_id),
            (HOST, person.login),
            (CALENDARS, person.email),
        ):
            yield {
                "person_id": person.person_id,
                "system": system,
                "account_id": account_id,
                "kind": "human",
            }
    yield {"system": SOURCE, "account_id": RELEASE_BOT.address, "kind": "bot"}


def _mandates(company: Company) -> Rows:
    """Roles that no owners file holds: who is on turn for Deploy, and leads of projects."""
    usual = {
        "valid_from": company.span.founded_on,
        "confirmed_on": company.span.last_day - timedelta(days=30),
    }
    yield usual | {
        "mandate_id": ROTA,
        "holder_type": "rota",
        "holder_id": ROTA,
        "mandate_kind": "release_manager",
        "scope_type": "component",
        "scope_id": "Deploy",
        "compensated": "time",
        "time_budget_hours_week": 4,
    }
    yield usual | {
        "mandate_id": "onboarding",
        "holder_type": "person",
        "holder_id": company.engineers("data")[0].person_id,
        "mandate_kind": "process_owner",
        "scope_type": "process",
        "scope_id": "onboarding",
        "act_kinds": "onboard",
        "compensated": "time",
        "time_budget_hours_week": 2,
    }
    for team_id, key in PROJECTS.items():
        yield usual | {
            "mandate_id": f"lead-{key}",
            "holder_type": "person",
            "holder_id": tickets.lead(company, team_id).person_id,
            "mandate_kind": "project_lead",
            "scope_type": "project",
            "scope_id": key,
        }


def _delegations(company: Company) -> Rows:
    """Merging in Build, recorded the day before it began."""
    from_day = company.span.back(DELEGATION_WEEKS)
    yield {
        "from_person_id": company.cast.delegator,
        "to_person_id": company.cast.delegate,
        "act_kinds": "merge",
        "scope_type": "component",
        "scope_id": "Build",
        "valid_from": from_day,
        "valid_to": company.span.last_day + timedelta(weeks=4),
        "recorded_at": f"{at_day(from_day - timedelta(days=1)):%Y-%m-%dT%H:%M:%SZ}",
    }
