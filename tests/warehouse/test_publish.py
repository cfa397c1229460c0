import dataclasses
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from models.tables import mart, org
from tests import given
from tests.warehouse.clients import CLIENTS, Client
from tests.warehouse.publication import ABOUT, KEY, MONDAY, RED, acts, frames, published
from warehouse import build, checks
from warehouse import publish as publishing
from warehouse.catalogue import declared_type, tables
from warehouse.publish import ChecksFailed, PublishError, publish
from warehouse.read import query

COUNT = "select count(*) from mart.acts"
STORES = ("ops", "restricted")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return published(tmp_path_factory.mktemp("root"))


@pytest.fixture
def root(tmp_path, files):
    """A root where something was published before."""
    shutil.copytree(files.ops.parent, tmp_path / "published")
    return tmp_path


@pytest.fixture
def held(root):
    """The bytes of both files published before."""
    return bytes_in(root)


def bytes_in(root):
    return {store: (root / "published" / f"{store}.duckdb").read_bytes() for store in STORES}


def in_folder(root):
    return sorted(path.name for path in (root / "published").iterdir())


def rows_of(path):
    with duckdb.connect(path, read_only=True) as con:
        names = con.execute(
            "select table_name from duckdb_tables() where schema_name = 'mart' order by 1"
        ).fetchall()
        return {name: con.execute(f"from mart.{name}").fetchall() for (name,) in names}


def test_two_files_are_left_and_nothing_else(files):
    assert in_folder(files.ops.parents[1]) == ["ops.duckdb", "restricted.duckdb"]
    assert files.ops.stat().st_mode & 0o777 == 0o644
    assert files.restricted.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("store", STORES)
def test_every_declared_table_is_there_with_its_columns_and_types(files, store):
    with duckdb.connect(getattr(files, store), read_only=True) as con:
        for table in tables(store, "pseudonyms"):
            shape = con.execute(f"describe {table.name}").fetchall()
            wanted = [(name, declared_type(table, name)) for name in table.columns]
            assert [row[:2] for row in shape] == wanted


def test_ops_lacks_what_is_restricted_and_the_dictionary_says_so(files):
    said = query(files.ops, "select object from mart.dictionary where type = 'absent'")
    restricted = [table.name for table in mart.MART if table.audience == "restricted"]
    assert sorted(f"mart.{name}" for name in said["object"]) == sorted(restricted)
    assert not {name.removeprefix("mart.") for name in restricted} & set(rows_of(files.ops))


def test_under_teams_no_table_with_rows_of_persons_is_there(tmp_path):
    there = set(rows_of(published(tmp_path, "teams").ops))
    assert not there & {"acts", "person_weeks", "people", "requests"}
    assert {"team_weeks", "areas", "teams", "examples"} <= there


def test_ops_holds_no_name_address_id_or_object_of_anybody(files):
    cells = {
        str(cell)
        for name, rows in rows_of(files.ops).items()
        if name not in ("dictionary", "examples")
        for row in rows
        for cell in row
    }
    known = {*RED, "gus", *(name.title() for name in RED), "shop#0", "act-000"}
    assert not cells & known
    assert not [cell for cell in cells if "@" in cell or "https" in cell]


@pytest.mark.parametrize("store", STORES)
def test_the_dictionary_says_what_the_comments_say(files, store):
    path = getattr(files, store)
    missing = query(
        path,
        """
        select said.object, said.column
        from mart.dictionary as said
        full join (
            select table_name as object, column_name as "column", comment
            from duckdb_columns() where schema_name = 'mart'
        ) as there using (object, "column")
        where said.column is null
            or (said.column <> '' and not starts_with(there.comment, said.text))
        """,
    )
    assert missing.rows() == []
    objects = query(path, "select object from mart.dictionary where \"column\" = ''")["object"]
    assert {"team_hidden_load", "week_of", "why", "evidence_for", "acts"} <= set(objects)


def test_the_publication_says_of_what_it_is_made(files):
    found = query(files.ops, "from mart.about").row(0, named=True)
    assert found["run_id"] == "run-1"
    assert found["data_until"] == ABOUT.data_until.replace(tzinfo=None)
    assert found["published_at"] == ABOUT.published_at.replace(tzinfo=None)


def test_a_figure_leads_back_to_its_acts(files):
    found = query(files.restricted, "from mart.evidence_for('ada', date '2026-11-19')")
    assert found.select("act_id", "rule", "object_id").rows() == [("act-000", "7 absent", "shop#0")]
    why = query(files.restricted, "from mart.why('ada', '2026-11-16')").row(0, named=True)
    assert (why["act_count"], why["minutes"], why["hidden_hours"]) == (1, 6.5, 0.5)
    assert why["text"].startswith("Informal")


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        ("date '2026-11-22'", date(2026, 11, 16)),
        ("'2026-11-23'", date(2026, 11, 23)),
        ("timestamp '2026-11-16 23:59:59'", date(2026, 11, 16)),
        ("null", None),
    ],
)
def test_a_week_is_its_monday(files, moment, monday):
    assert query(files.ops, f"select mart.week_of({moment}) as week").item() == monday


def test_the_same_rows_in_any_order_give_the_same_tables_row_for_row(tmp_path, files):
    shuffled = acts().collect().sample(fraction=1.0, shuffle=True, seed=3).lazy()
    again = published(tmp_path, acts=shuffled)
    for store in STORES:
        assert rows_of(getattr(again, store)) == rows_of(getattr(files, store))


def test_acts_handed_over_in_parts_are_those_handed_over_at_once(tmp_path, monkeypatch):
    weeks_ago = pl.duration(weeks=pl.int_range(pl.len()) % 3)
    spread = acts(12).with_columns(pl.col("week", "happened_at") - weeks_ago)
    at_once = published(tmp_path / "at_once", acts=spread)
    monkeypatch.setattr(publishing, "MOST_ACTS", 5)
    in_parts = published(tmp_path / "in_parts", acts=spread)
    for store in STORES:
        assert rows_of(getattr(in_parts, store)) == rows_of(getattr(at_once, store))
    assert in_parts.row_counts == at_once.row_counts


def test_no_rows_at_all_can_be_published(tmp_path):
    empty = {**given.marts(), "org.objections": given.rows(org.OBJECTIONS)}
    done = publish(empty, ABOUT, root=tmp_path, detail="pseudonyms", key=KEY, smallest_group=5)
    assert query(done.ops, COUNT).item() == 0


def test_an_objector_is_in_no_store_since_then(tmp_path):
    since = {"person_id": "ada", "valid_from": datetime(2026, 11, 1, tzinfo=UTC)}
    objected = {**frames(), "org.objections": given.rows(org.OBJECTIONS, since)}
    done = publish(objected, ABOUT, root=tmp_path, detail="named", key=KEY, smallest_group=5)
    for path in (done.ops, done.restricted):
        assert query(path, f"{COUNT} where actor_id = 'ada'").item() == 0
        week = query(path, "from mart.person_weeks where person_id = 'ada'").row(0, named=True)
        assert (week["is_observed"], week["hidden_hours"]) == (False, None)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"acts": pl.concat([acts(1), acts(1)])}, 'restricted: mart.acts: 1 keys ("act_id")'),
        (
            {"acts": acts().with_columns(minutes_low=pl.lit(99.0))},
            "restricted: mart.acts: minutes_low is above minutes_high in 6 rows",
        ),
        (
            {"acts": acts().with_columns(rule=pl.lit(None, dtype=pl.String))},
            "restricted: mart.acts: rule is null in 6 rows",
        ),
        (
            {
                "coverage": given.rows(
                    mart.COVERAGE,
                    {"source": "code", "problem": "ask ada@example.com", "week": MONDAY},
                )
            },
            "ops: mart.coverage: problem looks like a mail address in 1 rows",
        ),
    ],
)
def test_a_failed_check_is_named_and_the_earlier_files_stay(root, held, changed, fault):
    with pytest.raises(ChecksFailed) as caught:
        published(root, about=dataclasses.replace(ABOUT, run_id="run-2"), **changed)
    assert any(line.startswith(fault) for line in caught.value.failures)
    assert "ada@" not in str(caught.value)
    assert bytes_in(root) == held
    assert in_folder(root) == ["ops.duckdb", "restricted.duckdb"]


def test_a_path_with_an_at_sign_is_no_address(tmp_path):
    area = {"scope_type": "path", "scope_id": "icons@2x.png", "week": MONDAY}
    done = published(tmp_path, areas=given.rows(mart.AREAS, area))
    assert query(done.ops, "select scope_id from mart.areas").item() == "icons@2x.png"


def test_a_view_that_does_not_run_fails_the_checks(tmp_path, monkeypatch):
    def without_a_table(path, parquet, store, detail):
        made = build.build(path, parquet, store, detail)
        with duckdb.connect(path) as con:
            con.execute("alter table mart.coverage rename column is_complete to is_whole")
        return made

    monkeypatch.setattr(publishing, "build", without_a_table)
    with pytest.raises(ChecksFailed, match=r"mart\.coverage: no column is_complete"):
        published(tmp_path)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_reader_keeps_the_file_it_opened_and_a_new_one_gets_the_next(root, client):
    path, folder = root / "published" / "ops.duckdb", CLIENTS[client]
    with Client(path, folder) as reader:
        assert reader.ask(COUNT) == [[6]]
        published(root, acts=acts(4))
        assert reader.ask(COUNT) == [[6]]
        assert reader.ask("select count(*) from mart.readme") == [[1]]
        with Client(path, folder) as later:
            assert later.ask(COUNT) == [[4]]


@pytest.mark.parametrize("client", CLIENTS)
def test_readers_can_open_and_ask_all_examples_while_a_build_is_on(root, monkeypatch, client):
    folder = root / "published"
    seen = []

    def with_a_reader(con, expected):
        assert list(folder.glob("*.build.duckdb"))
        with Client(folder / f"{expected.store}.duckdb", CLIENTS[client]) as reader:
            for (sql,) in reader.ask("select sql from mart.examples"):
                reader.ask(str(sql))
            seen.append(reader.ask(COUNT))
        return checks.faults(con, expected)

    monkeypatch.setattr(publishing, "faults", with_a_reader)
    published(root, acts=acts(4))
    assert seen == [[[6]], [[6]]]


def test_what_a_killed_run_left_is_cleared_away(tmp_path):
    folder = tmp_path / "published"
    (folder / "handover.build").mkdir(parents=True)
    (folder / "handover.build" / "mart.acts.parquet").write_text("half")
    for name in ("ops.build.duckdb", "ops.build.duckdb.wal"):
        (folder / name).write_text("half")
    published(tmp_path)
    assert in_folder(tmp_path) == ["ops.duckdb", "restricted.duckdb"]


def test_a_second_run_at_the_same_time_is_refused_and_harms_nothing(tmp_path, monkeypatch):
    refused = []

    def with_a_second_run(con, expected):
        with pytest.raises(PublishError, match="another run publishes") as caught:
            published(tmp_path)
        refused.append(caught.value)
        return checks.faults(con, expected)

    monkeypatch.setattr(publishing, "faults", with_a_second_run)
    assert query(published(tmp_path).ops, COUNT).item() == 6
    assert len(refused) == 2


def test_nobody_else_can_read_a_build(tmp_path, monkeypatch):
    modes: set[int] = set()

    def with_a_look(con, expected):
        modes.update(
            path.stat().st_mode & 0o077 for path in (tmp_path / "published").rglob("*build*")
        )
        return checks.faults(con, expected)

    monkeypatch.setattr(publishing, "faults", with_a_look)
    published(tmp_path)
    assert modes == {0}


FULL_DISK = """
import resource, sys
from pathlib import Path
from tests.warehouse.publication import published
from warehouse.publish import PublishError
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    published(Path(sys.argv[1]))
except PublishError as error:
    print(error)
"""


@pytest.mark.parametrize("most_bytes", [1_000, 1_000_000])
def test_a_full_disk_is_said_and_the_earlier_files_stay(root, held, most_bytes):
    """A limit on the size of a file stands for the disk: no file may grow beyond it."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(root), str(most_bytes)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert "the disk is full; free some space" in done.stdout, done.stderr
    assert bytes_in(root) == held
    assert in_folder(root) == ["ops.duckdb", "restricted.duckdb"]
