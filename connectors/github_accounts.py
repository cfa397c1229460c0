"""Who stands behind a login: keys that stay when a login changes or goes to somebody else.

accounts.csv names logins, so an account's key is that of the login under which it was seen first.
GitHub's own number of the account, which never changes, is remembered as a digest in the cursor:
a renamed account keeps its key and gets that of its new login as its canonical one, and who takes
a login that was another's gets a key of its own, by login and number. Read anew in full, the memory
is gone, and every account has the key of its login of today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from connectors.connector import Problem
from connectors.owners.register import plain
from models.privacy import account_key
from models.tables.raw import AccountsSchema

KINDS = {"User": "human", "Mannequin": "human", "Bot": "bot", "Organization": "service"}
BOT = "[bot]"


@dataclass(frozen=True)
class Who:
    """An account as GitHub shows it; `number` is its own, with its type (None: it has none)."""

    login: str
    kind: str
    number: str | None = None
    name: str | None = None


def who(shown: Mapping[str, Any] | None) -> Who | None:
    """The account of an actor; None: a deleted account, or a team.

    A bot's login gets the `[bot]` that GitHub leaves out here; a mannequin, which stands for
    somebody of another service after an import, never has the login of an account.
    """
    if not shown or not shown.get("login"):
        return None
    kind, login = str(shown.get("__typename", "User")), plain(str(shown["login"]))
    if kind == "Bot" and not login.endswith(BOT):
        login += BOT
    if kind == "Mannequin":
        login = f"mannequin/{login}"
    number = shown.get("databaseId")
    is_bot = login.endswith(BOT)
    return Who(
        login=login,
        kind="bot" if is_bot else KINDS.get(kind, "human"),
        number=None if number is None else f"{kind}:{number}",
        name=plain(str(shown["name"])) or None if shown.get("name") else None,
    )


@dataclass
class _Seen:
    who: Who
    account_id: str
    first: datetime
    last: datetime


class Accounts:
    """Accounts of one source, and when each was seen.

    `known` is what `as_json` gave after the last sync: keys by digest of the number.
    """

    def __init__(self, key: bytes, source: str, known: Mapping[str, str]) -> None:
        self._key, self._source = key, source
        self._known = dict(known)
        self._owner = {value: digest for digest, value in known.items()}
        self._seen: dict[str, _Seen] = {}
        self._taken_over: set[str] = set()
        self._keys: dict[Who, tuple[str, str]] = {}

    def key_of(self, found: Who | None, at: datetime) -> str | None:
        """The key of an account that was seen at a moment."""
        if found is None:
            return None
        if found not in self._keys:
            self._keys[found] = self._keyed(found)
        key, account_id = self._keys[found]
        seen = self._seen.setdefault(key, _Seen(found, account_id, at, at))
        if at >= seen.last:
            seen.who, seen.account_id, seen.last = found, account_id, at
        seen.first = min(seen.first, at)
        return key

    def known_login(self, login: str) -> str | None:
        """The key of a login that somebody had or has; None: it is nobody's."""
        key = self._of(login)
        return key if key in self._seen or key in self._owner else None

    def rows(self) -> pl.DataFrame:
        """The accounts seen, as rows of raw.accounts."""
        rows = [
            {
                "source": self._source,
                "account_key": key,
                "account_id": seen.account_id,
                "name": seen.who.name,
                "kind": seen.who.kind,
                "canonical_key": self._of(seen.account_id),
                "canonical_name": None,
                "is_mapped": key != self._of(seen.account_id),
                "first_seen_at": seen.first,
                "last_seen_at": seen.last,
            }
            for key, seen in sorted(self._seen.items())
        ]
        return pl.DataFrame(rows, schema=AccountsSchema.create_empty().schema)

    def as_json(self) -> dict[str, str]:
        """What is to be remembered: no login, no name."""
        return dict(sorted(self._known.items()))

    def problems(self) -> list[Problem]:
        """Logins that went to somebody else."""
        if not self._taken_over:
            return []
        text = (
            f"{len(self._taken_over)} logins are somebody else's now than before; who has one "
            "today counts as somebody new, login#number: add that to accounts.csv"
        )
        return [Problem(self._source, text)]

    def _of(self, account_id: str) -> str:
        return account_key(self._key, self._source, account_id)

    def _keyed(self, found: Who) -> tuple[str, str]:
        own = self._of(found.login)
        if found.number is None:
            return own, found.login
        digest = self._of(f"number {found.number}")[:16]
        holder = self._owner.get(own)
        account_id = found.login
        if holder is not None and holder != digest:
            account_id = f"{found.login}#{found.number.partition(':')[2]}"
            self._taken_over.add(digest)
        key = self._known.setdefault(digest, self._of(account_id))
        self._owner.setdefault(key, digest)
        return key, account_id
