"""What must outlive a rebuild of everything else: one SQLite file beside the lake.

Runs, publications, answers of readers, decisions on identities, tombstones, the first sight of
settings, first renderings, and the audit log (`warehouse.audit`). Nothing in it can be computed
again. Moments come in as arguments. Several processes may write at once.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from warehouse import audit
from warehouse.audit import Audit, Entry, Head

__all__ = ["Decision", "Entry", "Head", "Ledger", "LedgerError", "Publication", "Run"]

BUSY_SECONDS = 30
AUDIT_KEPT = timedelta(days=730)  # METHOD 11.1, G11

SCHEMA = """
create table if not exists runs (
    run_id text primary key,
    started_at text not null,
    ended_at text,
    status text not null,
    data_until text not null,
    problem text
) strict;
create table if not exists publications (
    run_id text not null,
    store text not null,
    published_at text not null,
    digest text not null,
    row_counts text not null,
    primary key (store, published_at)
) strict;
create table if not exists answers (
    kind text not null,
    key text not null,
    value text not null,
    given_at text not null,
    primary key (kind, key)
) strict;
create table if not exists identity_decisions (
    source text not null,
    account_key text not null,
    person_id text not null,
    decision text not null,
    decided_at text not null,
    primary key (source, account_key, person_id)
) strict;
create table if not exists tombstones (digest text primary key, buried_at text not null) strict;
create table if not exists first_seen (
    kind text not null,
    digest text not null,
    seen_at text not null,
    primary key (kind, digest)
) strict;
create table if not exists previews (
    person_id text not null,
    week text not null,
    rendered_at text not null,
    primary key (person_id, week)
) strict;
"""

Status = Literal["running", "done", "incomplete", "failed"]


class LedgerError(Exception):
    """The ledger cannot be read or written; the message says what to do."""


@dataclass(frozen=True)
class Run:
    """One run; without an end it is still on, or was killed."""

    run_id: str
    started_at: datetime
    ended_at: datetime | None
    status: str
    data_until: datetime
    problem: str | None


@dataclass(frozen=True)
class Publication:
    """One file that readers got: digest of its content and rows of each table."""

    run_id: str
    store: str
    published_at: datetime
    digest: str
    row_counts: Mapping[str, int]


@dataclass(frozen=True)
class Decision:
    """Whether an account is a person's, as somebody decided."""

    source: str
    account_key: str
    person_id: str
    decision: str
    decided_at: datetime


class Ledger:
    """The ledger in one file, made with mode 0600 if it is not there; to be used in a `with`.

    Raises:
        LedgerError: the file is no ledger, or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise
        self._audit = Audit(self._connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def run_started(self, run_id: str, at: datetime, data_until: datetime) -> None:
        """A run has begun, with acts before `data_until`."""
        self._write(
            "insert into runs values (?, ?, null, 'running', ?, null)",
            run_id,
            _text(at),
            _text(data_until),
        )

    def run_ended(
        self, run_id: str, at: datetime, status: Status, problem: str | None = None
    ) -> None:
        """A run has ended; `problem` is one line without personal data."""
        self._write(
            "update runs set ended_at = ?, status = ?, problem = ? where run_id = ?",
            _text(at),
            status,
            problem,
            run_id,
        )

    def runs(self, limit: int = 100) -> list[Run]:
        """The last runs, the one written last first, whatever the clock said."""
        return [
            Run(
                row[0], _moment(row[1]), row[2] and _moment(row[2]), row[3], _moment(row[4]), row[5]
            )
            for row in self._read("select * from runs order by rowid desc limit ?", limit)
        ]

    def published(self, publication: Publication) -> None:
        """A file was put in its place."""
        self._write(
            "insert into publications values (?, ?, ?, ?, ?)",
            publication.run_id,
            publication.store,
            _text(publication.published_at),
            publication.digest,
            json.dumps(dict(publication.row_counts), sort_keys=True),
        )

    def publications(self, store: str, limit: int = 100) -> list[Publication]:
        """The newest publications of a store, newest first."""
        return [
            Publication(row[0], row[1], _moment(row[2]), row[3], json.loads(row[4]))
            for row in self._read(
                "select * from publications where store = ? order by published_at desc limit ?",
                store,
                limit,
            )
        ]

    def answered(self, kind: str, key: str, value: str, at: datetime) -> None:
        """What a reader said of something; it replaces what was said of it before."""
        self._write(
            "insert or replace into answers values (?, ?, ?, ?)", kind, key, value, _text(at)
        )

    def answers(self, kind: str) -> dict[str, str]:
        """The answers of a kind, by what they are about."""
        found = self._read("select key, value from answers where kind = ? order by key", kind)
        return dict(found)

    def decided(self, decision: Decision) -> None:
        """Somebody decided whether an account is a person's; it replaces the earlier decision."""
        self._write(
            "insert or replace into identity_decisions values (?, ?, ?, ?, ?)",
            decision.source,
            decision.account_key,
            decision.person_id,
            decision.decision,
            _text(decision.decided_at),
        )

    def undecided(self, source: str, account_key: str) -> bool:
        """Takes back what was decided on an account; false: there was nothing."""
        return bool(
            self._write(
                "delete from identity_decisions where source = ? and account_key = ?",
                source,
                account_key,
            )
        )

    def decisions(self) -> list[Decision]:
        """All decisions on identities, in the order of their accounts."""
        return [
            Decision(row[0], row[1], row[2], row[3], _moment(row[4]))
            for row in self._read("select * from identity_decisions order by 1, 2, 3")
        ]

    def bury(self, digests: Collection[str], at: datetime) -> None:
        """Keeps accounts and persons, given by keyed digest, from ever coming back."""
        with self._transaction():
            self._connection.executemany(
                "insert or ignore into tombstones values (?, ?)",
                [(digest, _text(at)) for digest in sorted(digests)],
            )

    def buried(self) -> frozenset[str]:
        """The digests of all that was erased."""
        return frozenset(row[0] for row in self._read("select digest from tombstones"))

    def forget(self, person_id: str) -> None:
        """Removes what is kept under a person's id, but for the audit log and its 730 days."""
        with self._transaction():
            self._connection.execute("delete from previews where person_id = ?", (person_id,))
            self._connection.execute(
                "delete from identity_decisions where person_id = ?", (person_id,)
            )
        self._let_go()

    def first_seen(self, kind: str, digest: str, at: datetime) -> datetime:
        """When something, given by its digest, was first seen; now, if it is new."""
        self._write("insert or ignore into first_seen values (?, ?, ?)", kind, digest, _text(at))
        found = self._read(
            "select seen_at from first_seen where kind = ? and digest = ?", kind, digest
        )
        return _moment(str(found[0][0]))

    def previewed(self, person_id: str, week: date, at: datetime) -> datetime:
        """When a person's page of a week was first rendered for them; now, if it was not yet."""
        self._write(
            "insert or ignore into previews values (?, ?, ?)",
            person_id,
            week.isoformat(),
            _text(at),
        )
        found = self.preview(person_id, week)
        return at if found is None else found

    def preview(self, person_id: str, week: date) -> datetime | None:
        """When a person's page of a week was first rendered for them; None: never."""
        found = self._read(
            "select rendered_at from previews where person_id = ? and week = ?",
            person_id,
            week.isoformat(),
        )
        return _moment(str(found[0][0])) if found else None

    def audit(self, entry: Entry) -> Head:
        """Writes a reading down, before its rows are given out."""
        with self._transaction():
            return self._audit.append(entry)

    def audited(self, person_id: str | None = None) -> list[Entry]:
        """Who read data, or a person's data, oldest first."""
        with self._explained():
            return self._audit.entries(person_id)

    def audit_head(self) -> Head:
        """Position and hash of the newest entry of the audit log."""
        with self._explained():
            return self._audit.head()

    def verify(self, kept: Collection[Head] = ()) -> list[str]:
        """What is wrong with the audit log, one line each; `kept` are heads noted elsewhere."""
        with self._explained():
            return self._audit.faults(tuple(kept))

    def purge(self, at: datetime) -> int:
        """Removes audit entries older than 730 days; the rest can still be verified."""
        with self._transaction():
            removed = self._audit.purge(at - AUDIT_KEPT, at)
        self._let_go()
        return removed

    def _prepare(self) -> None:
        # Deleted rows are overwritten with zeros; a plain delete leaves them readable in the file.
        self._connection.execute("pragma secure_delete = on")
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = full")
        self._connection.executescript(f"begin immediate; {SCHEMA} {audit.SCHEMA} commit;")

    def _let_go(self) -> None:
        """Empties the write-ahead file, where deleted rows may still stand."""
        with self._explained():
            self._connection.execute("pragma wal_checkpoint(truncate)")

    def _read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._explained():
            return self._connection.execute(sql, values).fetchall()

    def _write(self, sql: str, *values: object) -> int:
        with self._transaction():
            return self._connection.execute(sql, values).rowcount

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._explained():
            self._connection.execute("begin immediate")
            try:
                yield
                self._connection.execute("commit")
            except BaseException:
                self._connection.execute("rollback")
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(
                f"{self.path}: {error}. Check that the disk has space and that the file is a "
                "ledger you may write; what was written before stays"
            ) from error


def _text(moment: datetime) -> str:
    """A moment in UTC, always of the same length, so that texts sort like moments."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
