"""Recorded payloads of a real Jira come out as the tables that were made of them elsewhere.

The tables keep one row a change and field, so of two fix versions set at once they have one; that
concerns none of the fields here. Names and ids in the recordings are used as opaque values only.
"""

import csv
import json
import sys
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from connectors.demo.services import jira as made_up
from connectors.jira_values import Accounts, comment
from tests.connectors.jira_given import key, synced, told

FOLDER = Path(__file__).parents[3] / "shared" / "fixtures" / "jira"

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="no recordings beside the project: ../shared/fixtures/jira"
)


def table(name):
    csv.field_size_limit(sys.maxsize)
    with (FOLDER / "devlake" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def payloads(name):
    return [json.loads(row["data"]) for row in table(f"raw/_raw_jira_api_{name}.csv")]


@pytest.fixture(scope="module")
def recorded():
    return payloads("issues")


@pytest.fixture(scope="module")
def batch(recorded):
    """The recorded tickets of one project, served and read."""
    issues = [
        {"id": one["id"], "key": one["key"], "fields": one["fields"],
         "histories": one["changelog"]["histories"]}
        for one in recorded
    ]  # fmt: skip
    projects = [{**one, "components": [], "versions": []} for one in payloads("projects")]
    served = made_up.JiraSite(users=payloads("users"), projects=projects, issues=issues)
    bounds = {name: datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00")
              for name, year in (("since", 2015), ("until", 2026), ("now", 2026))}  # fmt: skip
    return synced(served, projects=("EE",), **bounds)


@pytest.fixture(scope="module")
def changes():
    """Author and moment of each change, by its id."""
    rows = table("expected/_tool_jira_issue_changelogs.csv")
    return {
        row["changelog_id"]: (key(row["author_account_id"]), datetime.fromisoformat(row["created"]))
        for row in rows
    }


@pytest.mark.parametrize(
    ("field", "before", "after", "columns", "of"),
    [
        ("assignee", "from_value", "to_value", ("from_key", "to_key"), key),
        ("status", "from_string", "to_string", ("from_value", "to_value"), str),
        ("resolution", "from_string", "to_string", ("from_value", "to_value"), str),
    ],
)
def test_changes_are_those_of_the_expected_table(batch, changes, field, before, after, columns, of):
    expected = {
        (row["changelog_id"], *changes[row["changelog_id"]],
         *(of(row[side]) if row[side] else None for side in (before, after)))
        for row in table("expected/_tool_jira_issue_changelog_items.csv")
        if row["field"] == field
    }  # fmt: skip
    found = told(batch).filter(field=field)
    assert set(found["change_id", "actor_key", "happened_at", *columns].rows()) == expected
    assert found.height == len(expected) > 20


def test_openings_are_those_of_the_expected_table(batch):
    expected = {
        (row["issue_id"], row["issue_key"], key(row["creator_account_id"]),
         datetime.fromisoformat(row["created"]))
        for row in table("expected/_tool_jira_issues.csv")
    }  # fmt: skip
    found = told(batch).filter(field="created")
    assert set(found["ticket_id", "ticket_key", "creator_key", "created_at"].rows()) == expected


def test_the_last_assignee_and_status_are_those_of_today(batch):
    last = told(batch).group_by("ticket_id", maintain_order=True).last()
    expected = {
        row["issue_id"]: (key(row["assignee_account_id"]), row["status_name"])
        for row in table("expected/_tool_jira_issues.csv")
    }
    found = last["ticket_id", "assignee_key", "status"].rows()
    assert {one: (holder, status) for one, holder, status in found} == expected


def test_each_assignment_takes_from_whom_the_ticket_had_before(batch):
    """The first assignee, which no change tells, included."""
    given = told(batch).with_columns(
        before=pl.col("assignee_key").shift(1).over("ticket_id"),
        same_change=(pl.col("change_id") == pl.col("change_id").shift(1).over("ticket_id")),
    )
    moved = given.filter(pl.col("field") == "assignee", ~pl.col("same_change"))
    assert moved.height > 20
    assert moved["from_key"].to_list() == moved["before"].to_list()


def test_accounts_have_the_kind_of_the_expected_table(batch):
    types = {row["account_id"]: row["account_type"]
             for row in table("expected/_tool_jira_accounts.csv")}  # fmt: skip
    found = batch.rows["raw.accounts"]["account_id", "kind"].rows()
    known = [(types[one], kind) for one, kind in found if one in types]
    assert set(known) <= {("atlassian", "human"), ("app", "app")}
    assert len(known) > 3


def test_as_many_comments_as_the_expected_table_counts(batch):
    counts = told(batch).filter(field="comment").group_by("ticket_id").len().rows()
    expected = {
        (row["issue_id"], int(row["comment_total"]))
        for row in table("expected/_tool_jira_issues.csv")
        if row["comment_total"] != "0"
    }
    assert set(counts) == expected


def test_no_title_is_in_any_row(recorded, batch):
    rows = told(batch).write_ndjson()
    titles = [one["fields"]["summary"] for one in recorded if len(one["fields"]["summary"]) > 8]
    assert len(titles) > 10
    assert [title for title in titles if json.dumps(title)[1:-1] in rows or title in rows] == []


def test_recorded_comments_in_wiki_markup_are_understood():
    page = json.loads((FOLDER / "perceval" / "jira_comments_issue_page_1.json").read_text())
    found = [comment(one, Accounts()) for one in page["comments"]]
    assert [one.mentioned for one in found] == [("leo.papadopoulos",), ()]
    assert [one.labels.has_decision for one in found] == [False, True]
    assert [one.at.isoformat() for one in found] == [
        "2018-05-24T21:35:30.742000+00:00", "2018-05-25T16:21:23.212000+00:00",
    ]  # fmt: skip
