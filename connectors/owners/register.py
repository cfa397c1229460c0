"""What one version of an owners file says: areas, their patterns, and who is listed for them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

LONGEST = 300  # of a title or pattern; more is damage


class Pattern(NamedTuple):
    """A pattern of paths that belongs to an area, or (exclusion) is taken out of it."""

    scope_type: str
    scope_id: str
    pattern: str
    dialect: str
    is_exclusion: bool = False
    is_catch_all: bool = False
    position: int = 0


class Entry(NamedTuple):
    """An account listed for an area; the account is an address, or a login or team with its @."""

    scope_type: str
    scope_id: str
    account_id: str
    role: str
    is_merge_only: bool = False


@dataclass(frozen=True)
class Register:
    """One version of one file.

    `names`: name by account, where the file gives it. `lists`: addresses that the file calls
    mailing lists. `repeated`: areas that stand in it more than once and were merged.
    """

    patterns: frozenset[Pattern]
    entries: frozenset[Entry]
    names: dict[str, str]
    lists: frozenset[str] = frozenset()
    repeated: tuple[str, ...] = ()


EMPTY = Register(frozenset(), frozenset(), {})

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'|]+@[^\s<>()\[\],;:\"'|]+\.[^\s<>()\[\],;:\"'|]+")
_LOGIN = re.compile(r"(?<![\w.+/@-])@([A-Za-z0-9][\w.-]*(?:/[\w.-]+)*(?:\[bot\])?)")
_PROFILE = re.compile(
    r"https?://(?:www\.)?(?:github|gitlab)\.com/([A-Za-z0-9][\w.-]*)/?(?=[\s)>\]|]|$)"
)
_WORD = re.compile(r"[^\W\d_][\w.'’-]*\.?")


def plain(text: str) -> str:
    """Text without control and direction characters, with single blanks."""
    kept = (" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in text)
    shown = "".join(sign for sign in kept if unicodedata.category(sign) != "Cf")
    return " ".join(shown.split())[:LONGEST]


def addresses(text: str) -> list[str]:
    """Addresses in a text, in lower case; the placeholder of templates is none."""
    found = [plain(address).lower().removeprefix("mailto:") for address in _ADDRESS.findall(text)]
    return [address for address in found if not address.startswith("address@domain")]


def logins(text: str) -> list[str]:
    """Logins and teams of a forge in a text, in lower case with their @."""
    return [f"@{plain(login).lower()}" for login in _LOGIN.findall(text) + _PROFILE.findall(text)]


def people(text: str) -> Iterator[tuple[str, str]]:
    """Account and name of everybody in lines such as `Ana Roth <a@x.example>, ben@x.example`."""
    place = 0
    for found in _ADDRESS.finditer(text):
        for address in addresses(found[0]):
            yield address, full_name(text[place : found.start()])
        place = found.end()


def full_name(text: str) -> str:
    """A name of two to five words at the end of the text before an account; else empty."""
    part = re.split(r"[<>(,;|\[\]*:]", plain(text.rstrip(' <("[')).strip(" \"'-"))[-1].strip(
        " \"'-"
    )
    words = part.split()
    if 2 <= len(words) <= 5 and all(_WORD.fullmatch(word) for word in words):
        return part
    return ""
