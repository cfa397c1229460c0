"""Where calendars lie, and their bytes: files, patterns of files, and https addresses.

What a calendar holds is in `ics_entries`.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests

from connectors import web
from connectors.connector import Problem, SourceError

MOST_BYTES = 64 * 1024 * 1024  # of one calendar: a decade of a busy one has a tenth of it
MOST_SECONDS = 120.0  # for one calendar over the network
WILD = frozenset("*?[")


@dataclass(frozen=True)
class Place:
    """One calendar: a file or an address.

    `name` is how it is spoken of: the file's name, unless that is an address of somebody, or the
    host. `stem` is the file's whole name, for what it says of the calendar.
    """

    name: str
    file: Path | None = None
    url: str = ""

    @property
    def stem(self) -> str:
        """Name of the file without its folder; empty of an address."""
        return self.file.name if self.file else ""

    def digest(self, key: bytes) -> str:
        """What stands for it where its name and address should not stand."""
        text = str(self.file) if self.file else self.url
        return hmac.new(key, f"calendar\0{text}".encode(), hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True)
class Seen:
    """What is known of a calendar's last reading: enough to tell that it is the same."""

    digest: str
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Body:
    """A calendar's bytes, None where the server says that they are the last ones again."""

    content: bytes | None
    seen: Seen


def places(
    urls: Sequence[str], folder: str, internal_hosts: Sequence[str]
) -> tuple[list[Place], list[Problem]]:
    """All calendars that the settings name, each once, and a line for each name without any."""
    found: dict[str, Place] = {}
    problems = []
    for number, given in enumerate(urls, 1):
        entry = re.sub("^webcals?://", "https://", given, flags=re.IGNORECASE)
        if entry.lower().startswith(("http://", "https://")):
            try:
                web.checked_url(entry, internal_hosts)
            except SourceError as error:
                problems.append(Problem(f"urls, item {number}", f"urls, item {number}: {error}"))
                continue
            named = [Place(f"{_host(entry)} (item {number} of urls)", url=entry)]
        else:
            named = list(_files(entry, Path(folder)))
        if not named:
            problems.append(Problem(entry, f"{entry}: no such file; look at urls of the source"))
        found |= {str(place.file or place.url): place for place in named}
    return list(found.values()), problems


def body(place: Place, asking: requests.Session, last: Seen | None) -> Body:
    """The bytes of a calendar; an address is asked only for what differs from the last reading.

    Raises:
        SourceError: it cannot be read, or is too large; the message has no name of a person.
    """
    return _of_file(place) if place.file else _of_address(place, asking, last)


def _of_file(place: Place) -> Body:
    assert place.file is not None
    try:
        size = place.file.stat().st_size
        content = place.file.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise SourceError(
            f"{place.name}: cannot be opened ({type(error).__name__}); let this account read it"
        ) from None
    if size > MOST_BYTES:
        raise SourceError(f"{place.name}: has more than {MOST_BYTES:,} bytes; export less time")
    return Body(content, Seen(_digest(content)))


def _of_address(place: Place, asking: requests.Session, last: Seen | None) -> Body:
    headers = {"Accept": "text/calendar, */*;q=0.1"}
    if last and last.etag:
        headers["If-None-Match"] = last.etag
    if last and last.modified:
        headers["If-Modified-Since"] = last.modified
    answer = web.fetched(
        asking, place.url, headers=headers, most_bytes=MOST_BYTES, most_seconds=MOST_SECONDS
    )
    if answer.status == 304:
        if last is None:
            raise SourceError(f"{place.name}: answers 304 to a first question; look at its address")
        return Body(None, last)
    etag, modified = (_header(answer.headers, name) for name in ("ETag", "Last-Modified"))
    return Body(answer.body, Seen(_digest(answer.body), etag, modified))


def _files(entry: str, folder: Path) -> Iterator[Place]:
    """Files of an entry in the order of their names; a pattern is matched inside its folder."""
    path = Path(entry)
    root = Path(path.anchor) if path.is_absolute() else folder
    below = str(path.relative_to(root)) if path.is_absolute() else entry
    is_pattern = not WILD.isdisjoint(below)
    matches = sorted(root.glob(below)) if is_pattern else [root / below]
    files = [match for match in matches if match.is_file()]
    for number, file in enumerate(files, 1):
        named = file.name if file.is_relative_to(folder) is False else str(file.relative_to(folder))
        is_personal = is_pattern and "@" in file.name
        yield Place(f"{entry} (file {number})" if is_personal else named, file=file.resolve())


def _host(url: str) -> str:
    return url.split("/")[2].rpartition("@")[2]


def _header(headers: Mapping[str, str], name: str) -> str:
    return str(headers.get(name, ""))[:1_000]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
