"""The audit log: who read whose data, for what; append-only, each entry sealed by its predecessor.

An entry's hash is over its own content and the hash before it, so a changed, inserted or removed
entry breaks the chain from there on. Old entries leave from the front only: what remains starts at
a checkpoint, and an entry made by the purge itself, in the chain, vouches for that checkpoint.
Whoever may write the whole file can forge it as a whole; `head` is there to be kept elsewhere.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

SCHEMA = """
create table if not exists audit (
    position integer primary key autoincrement,
    entry text not null,
    previous text not null,
    hash text not null
) strict;
create table if not exists audit_checkpoint (
    one integer primary key check (one = 1),
    position integer not null,
    hash text not null
) strict;
"""
START = "0" * 64
PURGE = "purge of the audit log"


@dataclass(frozen=True)
class Entry:
    """One reading: who read whose data, what of it, when, for which purpose, and how many rows."""

    who: str
    whose: tuple[str, ...]
    what: str
    at: datetime
    purpose: str
    row_count: int


@dataclass(frozen=True)
class Head:
    """Position and hash of the newest entry; what is kept elsewhere shows a log cut short."""

    position: int
    hash: str


class Audit:
    """The log in one SQLite connection; its owner opens transactions (`warehouse.ledger`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def append(self, entry: Entry) -> Head:
        """Adds an entry; to be called inside a write transaction."""
        previous = self.head()
        text = _text(entry)
        seal = _seal(previous.hash, text)
        position = self._connection.execute(
            "insert into audit (entry, previous, hash) values (?, ?, ?)",
            (text, previous.hash, seal),
        ).lastrowid
        return Head(int(position or 0), seal)

    def head(self) -> Head:
        """The newest entry's position and hash; of an empty log, the checkpoint's."""
        newest = self._connection.execute(
            "select position, hash from audit order by position desc limit 1"
        ).fetchone()
        return Head(*newest) if newest else self._checkpoint()

    def entries(self, person_id: str | None = None) -> list[Entry]:
        """All entries, or those that concern a person, oldest first."""
        return [
            entry for _, entry in self._parsed() if person_id is None or person_id in entry.whose
        ]

    def purge(self, before: datetime, at: datetime) -> int:
        """Removes entries older than a moment and notes it; to be called in a write transaction.

        Result: how many. Entries leave in their order: one that is younger than what follows it
        keeps that in the log.
        """
        last = None
        for position, entry in self._parsed():
            if entry.at >= before:
                break
            last = position
        if last is None:
            return 0
        seal = self._connection.execute(
            "select hash from audit where position = ?", (last,)
        ).fetchone()[0]
        self.append(Entry("dottedline", (), f"{PURGE} to {last} {seal}", at, "audit", 0))
        self._connection.execute(
            "insert or replace into audit_checkpoint values (1, ?, ?)", (last, seal)
        )
        removed = self._connection.execute("delete from audit where position <= ?", (last,))
        return removed.rowcount

    def faults(self, kept: Sequence[Head] = ()) -> list[str]:
        """What is wrong with the log, one line each; none: it is as it was written.

        `kept` are heads noted elsewhere; those since purged are passed over.
        """
        start = self._checkpoint()
        expected, seals, purges, faults = start, {start.position: start.hash}, set(), []
        for position, text, previous, seal in self._rows():
            if position != expected.position + 1:
                faults.append(f"entry {expected.position + 1} is missing")
            if previous != expected.hash or seal != _seal(previous, text):
                faults.append(f"entry {position} was changed or does not follow its predecessor")
            if PURGE in text:
                purges.add(str(json.loads(text)["what"]))
            expected = Head(position, seal)
            seals[position] = seal
        if start.position and f"{PURGE} to {start.position} {start.hash}" not in purges:
            faults.append(f"entries up to {start.position} went without a purge")
        if self._given_out() != expected.position:
            faults.append(f"entries after {expected.position} are missing")
        faults += [
            f"entry {head.position} is not the one noted elsewhere"
            for head in kept
            if head.position >= start.position and seals.get(head.position) != head.hash
        ]
        return faults

    def _checkpoint(self) -> Head:
        row = self._connection.execute("select position, hash from audit_checkpoint").fetchone()
        return Head(*row) if row else Head(0, START)

    def _given_out(self) -> int:
        row = self._connection.execute(
            "select seq from sqlite_sequence where name = 'audit'"
        ).fetchone()
        return int(row[0]) if row else 0

    def _rows(self) -> Iterator[tuple[int, str, str, str]]:
        yield from self._connection.execute(
            "select position, entry, previous, hash from audit order by position"
        )

    def _parsed(self) -> Iterator[tuple[int, Entry]]:
        for position, text, _, _ in self._rows():
            raw = json.loads(text)
            moment = datetime.fromisoformat(raw["at"])
            yield position, Entry(**{**raw, "whose": tuple(raw["whose"]), "at": moment})


def _text(entry: Entry) -> str:
    """The entry as canonical JSON: keys sorted, no spaces, moments in UTC."""
    content = {**asdict(entry), "at": entry.at.astimezone(UTC).isoformat()}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _seal(previous: str, text: str) -> str:
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
