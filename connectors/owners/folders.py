"""OWNERS in folders: Chromium's (an address a line) and Kubernetes' (approvers and reviewers).

An area is the folder in which the file stands, with all below; the root's is the whole repository.
Included files and aliases are not followed: an alias is an account that nobody is mapped to.
"""

import re

from connectors.owners.register import EMPTY, Entry, Pattern, Register, addresses, logins

_LIST = re.compile(r"^\s*[\"']?(\w+)[\"']?\s*:\s*(.*)$")
_ITEM = re.compile(r"^\s*-\s*[\"']?([^\s\"'#]+)")
_ALONE = re.compile(r"no_parent_owners\s*:\s*true|^\s*set\s+noparent", re.MULTILINE)
_BARE = re.compile(r"[A-Za-z0-9][\w.-]*(?:\[bot\])?")
ROLES = {"approvers": "owner", "owners": "owner", "reviewers": "reviewer"}


def parse_folder(text: str, repository: str, folder: str) -> Register:
    """Register of one OWNERS file; `folder` ends with a slash, and is empty for the root.

    Where the file says that folders above do not own this one, it is taken out of them.
    """
    is_yaml = re.search(r"^\s*(approvers|reviewers|filters)\s*:", text, re.MULTILINE)
    roles = _yaml_roles(text) if is_yaml else _line_roles(text, "")
    scope = ("path", folder) if folder else ("repository", repository)
    if not roles:
        return EMPTY
    patterns = {Pattern(*scope, folder or "/", "owners")}
    if _ALONE.search(text):
        patterns |= {
            Pattern("path", above, folder, "owners", is_exclusion=True)
            for above in _folders_above(folder)
        }
    entries = {Entry(*scope, account, role) for account, role in roles.items()}
    for glob, owners in _per_file(text):
        area = f"{folder}{glob}"
        patterns.add(Pattern("path", area, area, "owners"))
        entries |= {Entry("path", area, account, "owner") for account in owners}
    return Register(frozenset(patterns), frozenset(entries), {})


def _yaml_roles(text: str) -> dict[str, str]:
    roles: dict[str, str] = {}
    role: str | None = None
    for line in text.split("\n"):
        item, heading = _ITEM.match(line), _LIST.match(line)
        if item and role:
            for account in _accounts(item[1]):
                roles[account] = "owner" if roles.get(account) == "owner" else role
        elif heading:
            role = ROLES.get(heading[1])
    return roles


def _line_roles(text: str, prefix: str) -> dict[str, str]:
    lines = (line.partition("#")[0].strip() for line in text.split("\n"))
    return {
        account: "owner"
        for line in lines
        if re.fullmatch(r"\S+", line) and not line.startswith(("file:", "include", "-"))
        for account in _accounts(line.removeprefix(prefix))
    }


def _per_file(text: str) -> list[tuple[str, list[str]]]:
    found = re.findall(r"^per-file\s+([^=\n]+?)\s*=\s*([^#\n]+)", text, re.MULTILINE)
    return [
        (
            glob.strip(),
            [account for word in owners.split(",") for account in _accounts(word.strip())],
        )
        for globs, owners in found
        for glob in globs.split(",")
        if glob.strip().strip("*")
    ]


def _accounts(word: str) -> list[str]:
    known = addresses(word) or logins(word)
    return known or ([f"@{word.lower()}"] if _BARE.fullmatch(word) else [])


def _folders_above(folder: str) -> list[str]:
    parts = folder.split("/")[:-1]
    return ["/".join(parts[:depth]) + "/" for depth in range(1, len(parts))]
