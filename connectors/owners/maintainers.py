"""MAINTAINERS as the Linux kernel has it: a title, then lines of one letter, a colon and a value.

M lists a maintainer, R a reviewer, L a mailing list; F, X and N are patterns of paths, K of
contents. Read as scripts/get_maintainer.pl of torvalds/linux reads it: a section goes on over blank
lines and comments until the next line without a letter. A line of signs only underlines a title.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from connectors.owners.register import Entry, Pattern, Register, addresses, people, plain

_TAG = re.compile(r"([A-Z]):\s*(.*?)\s*")
_TITLE = re.compile(r".*[^\W_].*")
_TEMPLATE = re.compile(r"descriptions? of section entries", re.IGNORECASE)
_CATCH_ALL = re.compile(r"\.?/?\*{1,2}/?|\*{1,2}/\*{1,2}|\./|/")
_CATCH_ALL_REGEX = re.compile(r"\^?\.?[*+]?\$?|\^?\.[*+]\$?")
ROLES = {"M": "maintainer", "R": "reviewer"}

Tags = tuple[tuple[str, str], ...]


def is_sectioned(text: str) -> bool:
    """Whether the text has lines of a letter and a colon that list somebody or something."""
    return re.search(r"^[MRF]:\s*\S", text, re.MULTILINE) is not None


def parse_maintainers(text: str, repository: str) -> Register:
    """Areas are sections, by title; a section without F, N or K is a mandate for merge only.

    Such a mandate has the whole repository as its scope. Sections of one title are merged.
    """
    sections: dict[str, list[Tags]] = {}
    repeated = []
    title = ""
    for found, tags in _sections(text):
        title = found or title
        if not title or not tags or _TEMPLATE.match(title):
            continue
        if found and title in sections:
            repeated.append(title)
        sections.setdefault(title, []).append(tags)
    parts = [_section(title, tuple(tags), repository) for title, tags in sections.items()]
    return Register(
        patterns=frozenset().union(*(part.patterns for part in parts)),
        entries=_one_role(frozenset().union(*(part.entries for part in parts))),
        names={account: name for part in parts for account, name in part.names.items()},
        lists=frozenset().union(*(part.lists for part in parts)),
        repeated=tuple(repeated),
    )


def _one_role(entries: frozenset[Entry]) -> frozenset[Entry]:
    """Who is maintainer here and reviewer there, both for the whole repository, is maintainer."""
    kept = {
        entry[:3]: entry for entry in sorted(entries, key=lambda entry: entry.role, reverse=True)
    }
    return frozenset(kept.values())


def _sections(text: str) -> Iterator[tuple[str, Tags]]:
    """Title (empty: that of the section before) and tags, block by block."""
    for block in re.split(r"\n[ \t\r]*\n", text):
        yield from _block(block)


@lru_cache(maxsize=20_000)  # most blocks are the same in version after version
def _block(block: str) -> tuple[tuple[str, Tags], ...]:
    found: list[tuple[str, list[tuple[str, str]]]] = []
    title = ""
    for line in block.split("\n"):
        tag = _TAG.fullmatch(line)
        if tag is None:
            if _TITLE.fullmatch(line) and not line.lstrip().startswith("#"):
                title = plain(line)
        elif found and not title:
            found[-1][1].append((tag[1], tag[2]))
        else:
            found.append((title, [(tag[1], tag[2])]))
            title = ""
    return tuple((heading, tuple(tags)) for heading, tags in found) + (
        ((title, ()),) if title else ()
    )


@lru_cache(maxsize=20_000)
def _section(title: str, parts: tuple[Tags, ...], repository: str) -> Register:
    tags = [tag for part in parts for tag in part]
    is_merge_only = not {"F", "N", "K"} & {letter for letter, _ in tags}
    scope = ("repository", repository) if is_merge_only else ("component", title)
    roles: dict[str, str] = {}
    names = {}
    for letter, value in tags:
        for account, name in people(value) if letter in ROLES else ():
            if roles.get(account) != "maintainer":
                roles[account] = ROLES[letter]
            names[account] = name
    return Register(
        patterns=frozenset(_patterns(title, tags)),
        entries=frozenset(
            Entry(*scope, account, role, is_merge_only) for account, role in roles.items()
        ),
        names={account: name for account, name in names.items() if name},
        lists=frozenset(
            address for letter, value in tags if letter == "L" for address in addresses(value)
        ),
    )


def _patterns(title: str, tags: Iterable[tuple[str, str]]) -> Iterator[Pattern]:
    seen: set[str] = set()
    for letter, value in sorted(tags, key=lambda tag: "XFN".find(tag[0])):
        if letter not in {"F", "X", "N"} or not value or value in seen:
            continue
        seen.add(value)
        catch_all = _CATCH_ALL_REGEX if letter == "N" else _CATCH_ALL
        yield Pattern(
            "component",
            title,
            plain(value),
            "maintainers_regex" if letter == "N" else "maintainers",
            is_exclusion=letter == "X",
            is_catch_all=catch_all.fullmatch(value) is not None,
        )
