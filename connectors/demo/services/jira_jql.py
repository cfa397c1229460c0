"""The part of JQL that the connector writes: which issues a question means, and in which order.

Terms joined by `and`, each a field, an operator and values, then `order by`. Anything else is
refused as Jira refuses it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.demo.services.jira_site import JiraSite, Payload, read_moment

TERM = re.compile(
    r"\s*(?P<field>project|updated|created|id|key)\s*(?P<operator>in|>=|<|=)\s*"
    r"(?P<values>\((?:[^()]*)\)|\"[^\"]*\"|[\w-]+)\s*",
    re.IGNORECASE,
)
ORDER = re.compile(r"\s*(updated|created|key|id)(?:\s+(asc|desc))?\s*", re.IGNORECASE)
MINUTE = 60_000  # JQL sees no finer


class JqlError(Exception):
    """What Jira answers with 400."""


def found(site: JiraSite, jql: str) -> list[Payload]:
    """The issues that a question means, in its order; without one by key, newest first.

    Raises:
        JqlError: it cannot be read, has no bound, or names what is not there.
    """
    question, _, order = _parted(jql)
    tests = [_test(site, term) for term in _terms(question)]
    hidden = {project["id"] for project in site.projects if project["key"] in site.hidden}
    seen = (one for one in site.issues if one["fields"]["project"]["id"] not in hidden)
    return _sorted((one for one in seen if all(test(one) for test in tests)), order)


def _parted(jql: str) -> tuple[str, str, str]:
    parts = re.split(r"\border\s+by\b", jql, maxsplit=1, flags=re.IGNORECASE)
    return parts[0], "", parts[1] if len(parts) == 2 else "key desc"


def _terms(question: str) -> list[re.Match[str]]:
    if not question.strip():
        raise JqlError("Unbounded JQL queries are not allowed here. Add a search restriction.")
    terms = [TERM.fullmatch(part) for part in re.split(r"\band\b", question, flags=re.IGNORECASE)]
    if None in terms:
        raise JqlError("Error in the JQL Query: it cannot be read.")
    return [term for term in terms if term]


def _test(site: JiraSite, term: re.Match[str]) -> Callable[[Payload], bool]:
    field = term["field"].lower()
    values = [value.strip().strip('"') for value in term["values"].strip("()").split(",")]
    if field == "project":
        ids = _project_ids(site, values)
        return lambda issue: issue["fields"]["project"]["id"] in ids
    if field in ("id", "key"):
        _known(site, values)
        return lambda issue: issue["id"] in values or issue["key"] in values
    bound = int(values[0]) // MINUTE * MINUTE
    if term["operator"] == "<":
        return lambda issue: _milliseconds(issue["fields"][field]) < bound
    return lambda issue: _milliseconds(issue["fields"][field]) >= bound


def _project_ids(site: JiraSite, values: list[str]) -> set[str]:
    visible = {one["key"]: one["id"] for one in site.projects if one["key"] not in site.hidden}
    for value in values:
        if value not in visible:
            raise JqlError(f"The value '{value}' does not exist for the field 'project'.")
    return {visible[value] for value in values}


def _known(site: JiraSite, values: list[str]) -> None:
    known = {one["id"] for one in site.issues} | {one["key"] for one in site.issues}
    for value in values:
        if value not in known:
            raise JqlError(f"An issue with key '{value}' does not exist for field 'id'.")


def _sorted(issues: Iterable[Payload], order: str) -> list[Payload]:
    ordered = list(issues)
    for part in reversed(order.split(",")):
        match = ORDER.fullmatch(part)
        if match is None:
            raise JqlError("Error in the JQL Query: the order cannot be read.")
        ordered.sort(key=_key(match[1].lower()), reverse=(match[2] or "asc").lower() == "desc")
    return ordered


def _key(field: str) -> Callable[[Mapping[str, Any]], Any]:
    if field == "id":
        return lambda issue: int(issue["id"])
    if field == "key":
        return lambda issue: (issue["key"].split("-")[0], int(issue["key"].split("-")[1]))
    return lambda issue: _milliseconds(issue["fields"][field])


def _milliseconds(text: str) -> int:
    at: datetime = read_moment(text).astimezone(UTC)
    return round(at.timestamp() * 1000)
