"""What is kept of Jira's payloads: moments however written, accounts, and nothing of any text."""

from datetime import UTC, datetime

import pytest

from connectors import jira_comments
from connectors.demo.services.jira import document
from connectors.jira_comments import understood
from connectors.jira_cursor import read_ids, written
from connectors.jira_values import Accounts, account, change, clean, moment

SEPTEMBER = datetime(2026, 9, 16, 9, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-09-16T09:00:00.123+0000",
        "2026-09-16T11:00:00.123+0200",
        "2026-09-16T11:00:00.123+02:00",
        "2026-09-16T09:00:00.123Z",
        1789549200123,
        "1789549200123",
    ],
)
def test_a_moment_is_read_however_it_is_written(value):
    assert moment(value) == SEPTEMBER


@pytest.mark.parametrize("value", [1492070429, "1492070429"])
def test_a_short_number_counts_seconds(value):
    assert moment(value) == datetime(2017, 4, 13, 8, 0, 29, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "soon", None, "2026-09-16T09:00:00", [], {}])
def test_what_is_no_moment_is_refused(value):
    with pytest.raises((ValueError, TypeError)):
        moment(value)


@pytest.mark.parametrize("value", [None, "", "unknown", "Unknown", " ", 7])
def test_an_account_that_was_deleted_is_nobody(value):
    assert account(value) is None


def test_a_name_keeps_nothing_that_turns_or_breaks_a_line():
    assert clean("Ana\u202eelpmaxE\x1b[31m\n\x00 B\u2028C\u200b") == "AnaelpmaxE [31m B C"


@pytest.mark.parametrize(
    ("kind", "found"), [("atlassian", "human"), ("customer", "human"), ("app", "app")]
)
def test_what_stands_behind_an_account_follows_its_type(kind, found):
    accounts = Accounts()
    accounts.met({"accountId": "a", "accountType": kind, "displayName": "A"})
    assert accounts.known["a"].kind == found


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"field": "assignee", "fieldId": "assignee"}, "assignee"),
        ({"field": "Zuständig", "fieldId": "assignee"}, "assignee"),
        ({"field": "Component"}, "component"),
        ({"field": "status"}, "status"),
        ({"field": "Sprint", "fieldId": "customfield_7"}, "sprint"),
    ],
)
def test_a_field_is_known_by_its_id_and_by_its_name_where_it_has_none(given, field):
    read = change(
        {"id": "1", "created": 1492070429, "items": [given, {"field": "RemoteIssueLink"}]},
        "7",
        {"assignee": "assignee", "customfield_7": "sprint"},
        Accounts(),
    )
    assert [item.field for item in read.items] == [field]


def test_a_comment_in_wiki_markup_and_as_a_document_say_the_same():
    wiki = "[~accountid:acc-ben] could you decide?\n\nSee https://shop.example/wiki/policy"
    assert understood(wiki) == understood(document(wiki))
    found, mentioned = understood(wiki)
    assert mentioned == ("acc-ben",)
    assert (found.is_question, found.has_policy_link) == (True, True)


def node(kind, *content, **attrs):
    return {"type": kind, "content": list(content), "attrs": attrs}


def text(words, **attrs):
    marks = [{"type": "link", "attrs": attrs}] if attrs else []
    return {"type": "text", "text": words, "marks": marks}


@pytest.mark.parametrize(
    ("part", "label"),
    [
        (node("decisionList", node("decisionItem", text("the second"))), "has_decision"),
        (node("paragraph", text("here", href="https://shop.example/runbook")), "has_policy_link"),
        (node("inlineCard", url="https://shop.example/guidelines"), "has_policy_link"),
        (node("bulletList", node("listItem", node("paragraph", text("why?")))), "is_question"),
        (node("paragraph", node("mention", id="x"), text(" ping")), "is_ping"),
    ],
)
def test_a_document_is_understood_wherever_the_words_stand(part, label):
    found, _ = understood(node("doc", part))
    assert getattr(found, label)


@pytest.mark.parametrize("kind", ["blockquote", "codeBlock"])
def test_what_is_quoted_is_not_the_writers(kind):
    quoted = node(kind, node("paragraph", node("mention", id="acc-ben"), text("why?")))
    found, mentioned = understood(node("doc", quoted))
    assert (found.is_question, mentioned) == (False, ())


@pytest.mark.parametrize(
    "body",
    [None, 7, [], {}, {"type": "doc"}, {"content": [None, 7, "?", {"type": "mention"}]},
     {"type": "mention", "attrs": {"id": 7}}, {"type": "text", "text": None}],
)  # fmt: skip
def test_a_body_in_an_odd_shape_mentions_nobody(body):
    assert understood(body)[1] == ()


def test_a_document_without_end_is_read_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(jira_comments, "MOST_NODES", 10)
    many = [node("mention", id=str(number)) for number in range(100)]
    assert len(understood(node("doc", *many))[1]) < 10


@pytest.mark.parametrize("ids", [[], [0], [10000, 10001, 10007, 2], range(5, 900, 7)])
def test_ids_are_remembered_in_few_letters(ids):
    assert read_ids(written(ids)) == frozenset(ids)
