"""CODEOWNERS: a pattern of paths and its owners, one a line; the last that matches counts.

Source: docs.github.com "About code owners". GitLab's section headings give default owners to the
lines below; that each section of GitLab's has its own last match is not modelled.
"""

import re

from connectors.owners.register import Entry, Pattern, Register, addresses, logins, plain

CATCH_ALL = re.compile(r"\*/?|/?\*\*/?|/?\*\*/\*{1,2}|/")
_HEADING = re.compile(r"\^?\[([^\]]+)\](?:\[\d+\])?\s*(.*)")
_WORDS = re.compile(r"((?:[^\s\\]|\\.)+)(?:\s+(.*))?")


def parse_codeowners(text: str, repository: str = "") -> Register:
    """Areas are the patterns; a line without owners is an area that nobody owns.

    Of lines with the same pattern the last counts. Negations are not part of the format.
    """
    lines: dict[str, tuple[int, list[str]]] = {}
    default: list[str] = []
    for position, line in enumerate(text.split("\n")):
        said = re.sub(r"(^|\s)#.*", "", line).strip()
        heading = _HEADING.fullmatch(said)
        if heading:
            default = _owners(heading[2])
            continue
        found = _WORDS.fullmatch(said)
        if found and not found[1].startswith("!"):
            pattern = plain(re.sub(r"\\(.)", r"\1", found[1]))
            lines[pattern] = (position, _owners(found[2] or "") or default)
    return Register(
        patterns=frozenset(
            Pattern(
                "path", pattern, pattern, "codeowners",
                is_catch_all=CATCH_ALL.fullmatch(pattern) is not None, position=position,
            )
            for pattern, (position, _) in lines.items()
        ),
        entries=frozenset(
            Entry("path", pattern, account, "owner")
            for pattern, (_, owners) in lines.items()
            for account in owners
        ),
        names={},
    )  # fmt: skip


def _owners(text: str) -> list[str]:
    return [*logins(text), *addresses(text)]
