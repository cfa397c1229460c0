"""Pages of Jira, one after the other: by a token, or by the number of their first entry."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.connector import SourceError
from connectors.jira_session import NEXT, STRANGE, Asking

Entry = dict[str, Any]


def followed(
    asking: Asking, path: str, question: Mapping[str, object], name: str
) -> Iterator[Entry]:
    """Entries of pages that follow each other by token.

    Raises:
        SourceError: a page is none of Jira's, or they turn in a circle.
    """
    tokens: set[str] = set()
    token = None
    while True:
        page = asking.post(path, {**question, "nextPageToken": token} if token else question)
        yield from entries(asking, page, name)
        token = page.get("nextPageToken")
        if not token:
            return
        if token in tokens:
            raise _circle(asking, path)
        tokens.add(token)


def numbered(
    asking: Asking,
    path: str,
    query: Mapping[str, object],
    *,
    name: str = "values",
    size: int = 100,
) -> Iterator[Entry]:
    """Entries of pages that follow each other by number.

    Raises:
        SourceError: a page is none of Jira's, or they turn in a circle.
    """
    start, before = 0, None
    while True:
        page = asking.get(path, **query, startAt=start, maxResults=size)
        some = entries(asking, page, name)
        if some and some == before:
            raise _circle(asking, path)
        yield from some
        start, before = start + len(some), some
        if not some or page.get("isLast", start >= int(page.get("total") or 0)):
            return


def entries(asking: Asking, page: Mapping[str, Any], name: str) -> Sequence[Entry]:
    """The entries of a page.

    Raises:
        SourceError: it has no place for any: an odd answer never counts as nothing there.
    """
    if name not in page:
        raise SourceError(f"{asking.host}: {STRANGE}")
    return page[name] or []


def _circle(asking: Asking, path: str) -> SourceError:
    return SourceError(f"{asking.host}: {path} gives the same page again and again; {NEXT}")
