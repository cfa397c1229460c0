"""A plain table or list of committers: one area, the whole repository.

For MAINTAINERS.md and its like: rows of a table, items of a list, lines with <address> or with an
address alone; addresses in running text are nobody's. What stands under a heading such as
Emeritus is left out.
"""

import re

from connectors.owners.register import Entry, Pattern, Register, addresses, full_name, logins, plain

_HEADING = re.compile(r"^(#{1,6}\s+.*|\*\*[^*]+\*\*:?\s*)$")
_UNDERLINE = re.compile(r"^([=~^\"+-])\1{2,}\s*$")
_GONE = re.compile(r"emerit|alumni|former|\bpast\b|retired|inactive|historical", re.IGNORECASE)
_ROW = re.compile(r"^\s*([|*+-]|\d+[.)])\s*\S")


def parse_committers(text: str, repository: str) -> Register:
    """Everybody listed, as committer of the whole repository: by address, else by login."""
    people: dict[str, str] = {}
    is_gone = False
    lines = text.split("\n")
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if _HEADING.match(line) or (line.strip() and _UNDERLINE.match(below)):
            is_gone = _GONE.search(line) is not None
        elif not is_gone:
            people |= _listed(line)
    scope = ("repository", repository)
    return Register(
        patterns=frozenset({Pattern(*scope, "/", "owners")} if people else ()),
        entries=frozenset(Entry(*scope, account, "committer") for account in people),
        names={account: name for account, name in people.items() if name},
    )


def _listed(line: str) -> dict[str, str]:
    found = addresses(line)
    is_alone = len(found) == 1 and not plain(line).lower().replace(found[0], "").strip()
    if not _ROW.match(line) and "<" not in line and not is_alone:
        return {}
    accounts = found[:1] or logins(line)[:1]
    return {account: _name(line) for account in accounts}


def _name(line: str) -> str:
    cells = re.split(
        r"[|<(,:@]|\s[-–—]\s|\[|\]", re.sub(r"^\s*([*+-]|\d+[.)])\s*", "", plain(line))
    )
    return next((name for name in map(full_name, cells) if name), "")
