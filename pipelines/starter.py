"""What `dottedline init` writes: settings, org files with an example row each, corrections.

Headers come from `connectors.org_shapes`, so they are always what is read. Example rows begin
with #, so nothing made up is ever taken for somebody: taking the # away makes a row count.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from connectors.csv_rows import COMMENT
from connectors.org_shapes import FILES

EXAMPLES: Mapping[str, str] = {
    "teams": "checkout,Checkout,",
    "people": "ana.example,Ana Example,ana@example.org,Engineer,engineering,checkout,"
    "Europe/Berlin,40,"
    '"Mo-Th 09:00-12:30,13:00-17:30; Fr 09:00-14:00",,2026-01-01,',
    "accounts": "ana.example,code,ana@home.example,human",
    "reporting_lines": "ana.example,bo.example,solid,2026-01-01,,",
    "mandates": "checkout-lead,person,ana.example,component_lead,component,Checkout,"
    ",time,3,2026-01-01,,,",
    "delegations": "bo.example,ana.example,assign;reassign,component,Checkout,"
    "2026-03-02,2026-03-09,",
    "agreements": "checkout,review;answer,team,checkout,anyone_in_team,2026-01-01,,",
    "scopes": "component,Checkout,team,checkout,2026-01-01,",
    "rotas": "checkout-on-call,ana.example,2026-03-02,2026-03-09",
    "absences": "ana.example,2026-08-03,2026-08-17",
    "objections": "ana.example,2026-01-01",
    "no_owner": "component,Invoices,2026-01-01,",
    "windows": "release,component,Checkout,2026-03-02,2026-03-14",
    "handoffs": "SHOP,In Development,In Test,tester",
    "required_steps": "SHOP,QA Review,Done",
}

_SETTINGS = Template("""\
# Settings of dottedline. Every key that is commented out stands at its default.
# Secrets never stand here: set DOTTEDLINE_<SOURCE>_TOKEN in the environment or in .env beside
# this file. `dottedline doctor` checks all of it, `dottedline schema` prints what may stand here.

[company]
name = $company
time_zone = $time_zone   # dates in org files begin at 00:00 here

# [[locations]]                       # people.csv names one; none: company zone, no holidays
# id = "berlin"
# holidays = "DE-BE"                  # country, or country and part

# [storage]
# root = "var"                        # a local folder: ledger, published files, reports
# lake = ""                           # default root/lake; may be s3://bucket/prefix

[privacy]
legal_basis = ""                      # `run` refuses while this or assessed_on is empty
assessed_on = ""                      # date of the impact assessment, 2026-01-31
# ops_detail = "pseudonyms"           # teams | pseudonyms | named (named asks for agreement_id)
# smallest_group = 5                  # may be raised, never lowered below 5
# preview_working_days = 2            # people see their page this long before their manager does
# retention_days = 400                # may be lowered
# agreement_id = ""
# internal_hosts = []                 # hosts on private networks that connectors may talk to

[org]
directory = "org"                     # CSV files; rows that begin with # are not read

$source

# [reports]
# mail_from = ""                      # SMTP host and credentials come from the environment

# [notify]
# failures_to = ""                    # address or webhook that hears of a failed night
""")

_SOURCE = Template("""\
[[sources]]
name = "code"                         # names its secrets too
kind = "git"                          # reviews from commit trailers, owners from owners files
paths = [$repository]                 # clones, bare or not
# owners = "auto"                     # auto | CODEOWNERS | OWNERS | MAINTAINERS | none
# since = 2026-01-01                  # default: retention_days ago
# public = false                      # a public history, to which retention_days does not apply

# [[sources]]
# name = "tracker"                    # DOTTEDLINE_TRACKER_USER and DOTTEDLINE_TRACKER_TOKEN
# kind = "jira"                       # who hands out which ticket, what is asked, who leads what
# url = "https://example.atlassian.net"
# projects = ["LNCH"]

# [[sources]]
# name = "host"                       # DOTTEDLINE_HOST_TOKEN
# kind = "github"                     # reviews, requests for them, merges, CODEOWNERS
# url = "https://api.github.com"
# repositories = ["example/shop"]

# [[sources]]
# name = "rooms"
# kind = "ics"                        # meetings: organisers, guests and times, no titles
# urls = ["calendars/*.ics"]          # files, patterns, or https addresses""")

_CORRECTIONS = """\
# What readers of the pages answered. `dottedline correct` adds entries here; so may you.
# Taking the # away from an entry makes it count from the next night on.

# [[delegated]]                       # this was handed over: it counts as delegated since
# area = "component:Checkout"
# from = "bo.example"
# to = "ana.example"
# since = 2026-03-02

# [[not_so]]                          # this is not what happened
# finding_id = "..."

# [[contested]]                       # this act is read wrongly: unknown until it is settled
# act_id = "..."

# [[done]]                            # this was done
# move_id = "..."

# [[owner]]                           # this is who owns it
# scope_type = "component"
# scope_id = "Checkout"
# person = "ana.example"
# since = 2026-01-01

# [[same_person]]                     # this account is that person
# system = "code"
# account_id = "ana@home.example"
# person = "ana.example"

# [[ignore]]                          # this account is nobody
# system = "code"
# account_id = "list@example.org"
"""


@dataclass(frozen=True)
class Written:
    """Files that were written, and those that were there before and stay as they were."""

    new: tuple[Path, ...]
    kept: tuple[Path, ...]


def files(company: str, time_zone: str = "UTC", repository: str | None = None) -> dict[str, str]:
    """Text of each file by its path in the folder.

    Without a repository the source is an example that is commented out.
    """
    source = _SOURCE.substitute(repository=_quoted(repository or "../shop.git"))
    if repository is None:
        lines = [line if line.startswith("#") else f"# {line}" for line in source.splitlines()]
        source = "\n".join(lines)
    settings = _SETTINGS.substitute(
        company=_quoted(company), time_zone=_quoted(time_zone), source=source
    )
    tables = {f"org/{file.file}": _table(file.name) for file in FILES}
    return {"dottedline.toml": settings, **tables, "corrections.toml": _CORRECTIONS}


def write(folder: Path, texts: Mapping[str, str]) -> Written:
    """Writes the files that are not there yet; one that is there is never touched."""
    new, kept = [], []
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
            new.append(path)
        except FileExistsError:
            kept.append(path)
    return Written(tuple(new), tuple(kept))


def _quoted(text: str) -> str:
    """A TOML string; JSON's quoting is part of TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _table(name: str) -> str:
    (file,) = (file for file in FILES if file.name == name)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(column.name for column in file.columns)
    return f"{out.getvalue()}{COMMENT}{EXAMPLES[name]}\n"
