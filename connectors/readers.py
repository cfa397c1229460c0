"""Which module reads which kind of source: `connectors.<module>`, loaded when it is needed.

Each has `sync(source, cursor, access)`, which gives a `Batch`, and `probe(source, access)`, what
`doctor` says of the source, one line a clone, project, repository or calendar: whether it is well,
and a text.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from connectors.connector import Access, Batch

MODULES = {"git": "git", "jira": "jira", "github": "github", "ics": "ics"}


def sync(source: Any, cursor: Mapping[str, object] | None, access: Access) -> Batch:
    """What is new in a source of any kind since the cursor.

    Raises:
        SourceError: it cannot be read; the message has the remedy.
    """
    batch: Batch = _module(source.kind).sync(source, cursor, access)
    return batch


def probe(source: Any, access: Access) -> Iterator[tuple[bool, str]]:
    """What can be seen of a source, a line each, without reading its history.

    Raises:
        SourceError: nothing of it; the message has the remedy.
    """
    yield from _module(source.kind).probe(source, access)


def _module(kind: str) -> Any:
    return import_module(f"connectors.{MODULES[kind]}")
