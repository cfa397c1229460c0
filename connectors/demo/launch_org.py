"""The people of the launch, and their settings and org files: who reports, who holds what, when.

Source: METHOD 8. What they do is in `launch_tickets` and `launch_meetings`.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.demo.launch_meetings import PARTNERS, series_ids
from connectors.demo.org_files import MADE_BY
from connectors.org_shapes import FILES

COMPANY, TIME_ZONE, TEAM, PROJECT = "Example Checkout", "Europe/Berlin", "checkout", "LNCH"
TRACKER, CALENDARS = "tracker", "rooms"
HOURS = "Mo-Fr 09:00-17:30"
SINCE = "2026-01-01"
AUTOMATION = "acc-automation"

SETTINGS = """\
{made_by}
[company]
name = "{company}"
time_zone = "{time_zone}"

[[locations]]
id = "berlin"
holidays = "DE-BE"

[[locations]]
id = "new-york"
holidays = "US-NY"

[storage]
root = "."

[privacy]
legal_basis = "demo"
assessed_on = 2026-01-01
internal_hosts = ["{host}"]

[org]
directory = "org"

[[sources]]
name = "{tracker}"
kind = "jira"
url = "{url}"
projects = ["{project}"]

[[sources]]
name = "{calendars}"
kind = "ics"
urls = ["calendars/*.ics"]
"""

Row = Mapping[str, object]


@dataclass(frozen=True)
class Person:
    """One of the nine; `person_id` is as METHOD 8 names them."""

    person_id: str
    name: str
    title: str
    role_family: str
    time_zone: str = TIME_ZONE
    location: str = "berlin"

    @property
    def account_id(self) -> str:
        """Id in the tracker."""
        return f"acc-{self.person_id.lower()}"

    @property
    def email(self) -> str:
        """Address in people.csv and in calendars."""
        return f"{self.person_id.lower()}@checkout.example"


PEOPLE = (
    Person("M", "Mika Manager", "Manager", "manager"),
    Person("P", "Pim Product", "Product manager", "product"),
    Person("S", "Sol Senior", "Senior engineer", "engineering"),
    Person("D1", "Dana One", "Engineer", "engineering"),
    Person("D2", "Dilan Two", "Engineer", "engineering", "America/New_York", "new-york"),
    Person("D3", "Dora Three", "Engineer", "engineering"),
    Person("D4", "Deniz Four", "Engineer", "engineering"),
    Person("Q1", "Quinn Quality", "QA engineer", "quality"),
    Person("W", "Wren Writer", "Writer", "writing"),
)


def write_settings(folder: Path, url: str) -> None:
    """`dottedline.toml` for a tracker at this address; secrets come from `.env` or elsewhere."""
    settings = SETTINGS.format(
        made_by=MADE_BY,
        company=COMPANY,
        time_zone=TIME_ZONE,
        host=url.partition("://")[2],
        url=url,
        project=PROJECT,
        tracker=TRACKER,
        calendars=CALENDARS,
    )
    (folder / "dottedline.toml").write_text(settings, encoding="utf-8")


def write_org_files(folder: Path, *, after: bool) -> None:
    """One CSV file for each table; with `after` also the mandate that S is given for the work."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = {file.name: [column.name for column in file.columns] for file in FILES}
    for name, rows in _tables(after=after).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns[name], restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _tables(*, after: bool) -> dict[str, Sequence[Row]]:
    return {
        "people": [
            {
                "person_id": person.person_id,
                "name": person.name,
                "email": person.email,
                "title": person.title,
                "role_family": person.role_family,
                "team_id": TEAM,
                "time_zone": person.time_zone,
                "contract_hours_week": 40,
                "working_hours": HOURS,
                "location": person.location,
                "valid_from": SINCE,
            }
            for person in PEOPLE
        ],
        "teams": [{"team_id": TEAM, "name": "Checkout"}],
        "accounts": _accounts(),
        "reporting_lines": [
            {
                "person_id": person.person_id,
                "manager_id": "M",
                "line_type": "solid",
                "valid_from": SINCE,
            }
            for person in PEOPLE
            if person.person_id not in ("M", "P")
        ],
        "mandates": _mandates(after=after),
        "delegations": [
            {
                "from_person_id": "P",
                "to_person_id": "S",
                "act_kinds": "assign",
                "scope_type": "project",
                "scope_id": PROJECT,
                "valid_from": "2026-09-30",
                "valid_to": "2026-10-03",
                "recorded_at": "2026-09-29T12:00Z",
            }
        ],
        "scopes": _scopes(after=after),
        "required_steps": [{"project": PROJECT, "status": "QA Review", "before_status": "Done"}],
        "windows": [
            {
                "kind": "release",
                "scope_type": "project",
                "scope_id": PROJECT,
                "valid_from": "2026-09-18",  # ten working days before the release
                "valid_to": "2026-10-02T15:30Z",
            }
        ],
    }


def _accounts() -> list[Row]:
    people = [
        {
            "person_id": person.person_id,
            "system": system,
            "account_id": account_id,
            "kind": "human",
        }
        for person in PEOPLE
        for system, account_id in ((TRACKER, person.account_id), (CALENDARS, person.email))
    ]
    return [
        *people,
        {"system": TRACKER, "account_id": AUTOMATION, "kind": "app"},
        {"system": CALENDARS, "account_id": PARTNERS, "kind": "shared"},
    ]


def _mandates(*, after: bool) -> list[Row]:
    usual = {
        "holder_type": "person",
        "valid_from": SINCE,
        "recorded_at": "2026-01-01T00:00Z",
        "confirmed_on": "2026-09-01",
    }
    recognised = {
        "mandate_id": "launch-coordination",
        "holder_type": "person",
        "holder_id": "S",
        "mandate_kind": "delegated_duty",
        "scope_type": "project",
        "scope_id": PROJECT,
        "act_kinds": "assign;reassign;convene;follow_up",
        "compensated": "time",
        "time_budget_hours_week": 3,
        "valid_from": "2026-10-05",
        "recorded_at": "2026-10-02T00:00Z",
        "confirmed_on": "2026-10-02",
    }
    return [
        {
            **usual,
            "mandate_id": "launch-lead",
            "holder_id": "P",
            "mandate_kind": "project_lead",
            "scope_type": "project",
            "scope_id": PROJECT,
        },
        {
            **usual,
            "mandate_id": "qa-signoff",
            "holder_id": "Q1",
            "mandate_kind": "process_owner",
            "scope_type": "process",
            "scope_id": "qa_signoff",
            "act_kinds": "decide",
        },
        *([recognised] if after else []),
    ]


def _scopes(*, after: bool) -> list[Row]:
    """The project is the team's, and so are the meetings of the launch."""
    rows = [
        {"object_kind": "project", "object_id": PROJECT, "scope_type": "team", "scope_id": TEAM},
        *(
            {
                "object_kind": "meeting_series",
                "object_id": uid,
                "scope_type": "project",
                "scope_id": PROJECT,
            }
            for uid in series_ids(after=after)
        ),
    ]
    return [{**row, "valid_from": SINCE} for row in rows]
