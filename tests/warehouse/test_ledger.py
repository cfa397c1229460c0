import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from warehouse.audit import Entry
from warehouse.ledger import Decision, Ledger, LedgerError, Publication

HOUSE = Path(__file__).parents[2]
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "var" / "ledger.sqlite") as ledger:
        yield ledger


def reading(number: int = 0, whose: tuple[str, ...] = ("ada",), at: datetime = NOON) -> Entry:
    return Entry("lead", whose, f"reading {number}", at, "support", number)


def altered(ledger: Ledger, sql: str) -> list[str]:
    """The faults found after somebody else has had their way with the file."""
    with sqlite3.connect(ledger.path) as other:
        other.execute(sql)
    other.close()
    return ledger.verify()


def test_only_its_owner_can_read_it(ledger):
    ledger.bury(["d"], NOON)
    modes = {path.name: path.stat().st_mode & 0o777 for path in ledger.path.parent.iterdir()}
    assert modes == dict.fromkeys(
        ["ledger.sqlite", "ledger.sqlite-shm", "ledger.sqlite-wal"], 0o600
    )


def test_nothing_written_is_nothing_found(ledger):
    assert ledger.runs() == []
    assert ledger.publications("ops") == []
    assert ledger.answers("done") == {}
    assert ledger.decisions() == []
    assert ledger.buried() == frozenset()
    assert ledger.audited() == []
    assert ledger.verify() == []
    assert ledger.preview("ada", date(2026, 11, 2)) is None


def test_a_run_is_running_until_it_ends(ledger):
    ledger.run_started("r1", NOON, NOON - timedelta(hours=12))
    ledger.run_started("r2", NOON + timedelta(days=1), NOON)
    ledger.run_ended("r1", NOON + timedelta(minutes=5), "incomplete", "history: refused")
    later, first = ledger.runs()
    assert (later.run_id, later.status, later.ended_at) == ("r2", "running", None)
    assert (first.status, first.problem) == ("incomplete", "history: refused")
    assert first.ended_at == NOON + timedelta(minutes=5)
    assert first.data_until == NOON - timedelta(hours=12)


def test_publications_come_back_newest_first_by_store(ledger):
    days = [Publication("r", "ops", NOON + timedelta(days=n), f"d{n}", {"acts": n}) for n in (0, 1)]
    for publication in days:
        ledger.published(publication)
    assert ledger.publications("ops") == days[::-1]
    assert ledger.publications("restricted") == []


def test_a_later_answer_replaces_the_earlier(ledger):
    ledger.answered("not_so", "finding-1", "yes", NOON)
    ledger.answered("not_so", "finding-1", "no", NOON + timedelta(days=1))
    ledger.answered("done", "move-1", "yes", NOON)
    assert ledger.answers("not_so") == {"finding-1": "no"}


def test_a_decision_stands_until_it_is_taken_back(ledger):
    decision = Decision("code", "k1", "ada", "accepted", NOON)
    ledger.decided(decision)
    assert ledger.decisions() == [decision]
    assert ledger.undecided("code", "k1")
    assert not ledger.undecided("code", "k1")
    assert ledger.decisions() == []


def test_what_is_buried_stays_so(ledger):
    ledger.bury(["b", "a"], NOON)
    ledger.bury(["a"], NOON + timedelta(days=1))
    assert ledger.buried() == {"a", "b"}


def test_only_the_first_sight_counts(ledger):
    later = NOON + timedelta(days=1)
    assert ledger.first_seen("settings", "d", NOON) == NOON
    assert ledger.first_seen("settings", "d", later) == NOON
    assert ledger.first_seen("settings", "e", later) == later
    assert ledger.previewed("ada", date(2026, 11, 2), NOON) == NOON
    assert ledger.previewed("ada", date(2026, 11, 2), later) == NOON


def test_moments_come_back_in_utc(ledger):
    east = datetime.fromisoformat("2026-11-02T14:00:00+02:00")
    assert ledger.first_seen("settings", "d", east).isoformat() == "2026-11-02T12:00:00+00:00"


def test_a_person_forgotten_leaves_no_byte_outside_the_audit_log(ledger):
    ledger.previewed("person-to-forget", date(2026, 11, 2), NOON)
    ledger.decided(Decision("code", "k1", "person-to-forget", "accepted", NOON))
    ledger.previewed("ada", date(2026, 11, 2), NOON)
    ledger.forget("person-to-forget")
    left = b"".join(path.read_bytes() for path in ledger.path.parent.iterdir())
    assert b"person-to-forget" not in left
    assert ledger.preview("ada", date(2026, 11, 2)) == NOON


def test_a_person_finds_who_read_their_data(ledger):
    ledger.audit(reading(1, ("ada", "ben")))
    ledger.audit(reading(2, ("ben",)))
    assert ledger.audited("ada") == [reading(1, ("ada", "ben"))]
    assert len(ledger.audited()) == 2


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("update audit set entry = replace(entry, 'ada', 'eve') where position = 2", "entry 2 was"),
        ("update audit set hash = previous where position = 2", "entry 2 was"),
        ("delete from audit where position = 2", "entry 2 is missing"),
        ("delete from audit where position = 1", "entry 1 is missing"),
        ("delete from audit where position = 3", "entries after 2 are missing"),
        ("delete from audit", "entries after 0 are missing"),
        (
            "insert into audit select 9, entry, previous, hash from audit where position = 2",
            "entry 4 is missing",
        ),
        (
            "insert into audit_checkpoint select 1, position, hash from audit where position = 3",
            "entries up to 3 went without a purge",
        ),
    ],
)
def test_tampering_with_the_audit_log_shows(ledger, sql, fault):
    for number in range(3):
        ledger.audit(reading(number))
    assert ledger.verify() == []
    assert any(found.startswith(fault) for found in altered(ledger, sql))


def test_a_log_written_anew_is_shown_by_a_head_noted_elsewhere(ledger, tmp_path):
    ledger.audit(reading(1))
    noted = ledger.audit_head()
    assert ledger.verify([noted]) == []
    with Ledger(tmp_path / "forged.sqlite") as forged:
        forged.audit(reading(7))
        assert forged.verify() == []
        assert forged.verify([noted]) == ["entry 1 is not the one noted elsewhere"]


def test_a_purge_keeps_the_chain_verifiable(ledger):
    for number in range(4):
        ledger.audit(reading(number, at=NOON + timedelta(days=300 * number)))
    noted = ledger.audit_head()
    now = NOON + timedelta(days=1100)
    assert ledger.purge(now) == 2
    assert [entry.row_count for entry in ledger.audited("ada")] == [2, 3]
    assert ledger.purge(now) == 0
    assert ledger.verify([noted]) == []
    ledger.audit(reading(5, at=now))
    assert ledger.verify() == []
    assert altered(ledger, "delete from audit where position = 3") == [
        "entry 3 is missing",
        "entry 4 was changed or does not follow its predecessor",
    ]


def test_a_purge_leaves_no_byte_of_what_it_removed(ledger):
    ledger.audit(reading(1, ("person-of-old",)))
    ledger.purge(NOON + timedelta(days=731))
    assert b"person-of-old" not in b"".join(
        path.read_bytes() for path in ledger.path.parent.iterdir()
    )


def test_a_log_purged_to_the_end_and_again_can_be_verified(ledger):
    ledger.audit(reading(1))
    ledger.purge(NOON + timedelta(days=731))
    ledger.purge(NOON + timedelta(days=1500))
    assert ledger.verify() == []
    assert len(ledger.audited()) == 1


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from warehouse.audit import Entry
from warehouse.ledger import Ledger
with Ledger(Path(sys.argv[1])) as ledger:
    for number in range(50):
        ledger.audit(Entry(sys.argv[2], (), "x", datetime(2026, 1, 1, tzinfo=UTC), "audit", number))
"""


def test_two_writers_at_once_keep_one_chain(ledger):
    command = [sys.executable, "-c", WRITER, str(ledger.path)]
    writers = [subprocess.Popen([*command, name], cwd=HOUSE) for name in ("one", "two")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert len(ledger.audited()) == 100
    assert ledger.verify() == []


def test_a_failed_write_leaves_what_was_there(ledger):
    ledger.run_started("r1", NOON, NOON)
    with pytest.raises(LedgerError, match=r"ledger\.sqlite: UNIQUE constraint failed"):
        ledger.run_started("r1", NOON, NOON)
    ledger.run_started("r2", NOON, NOON)
    assert [run.run_id for run in ledger.runs()] == ["r2", "r1"]


def test_a_file_that_is_no_ledger_is_refused(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_text("not a database, but long enough to be looked at as one" * 100)
    with pytest.raises(LedgerError, match="file is not a database"):
        Ledger(path)
