"""The three programs of the benchmark do the same job: their files say the same."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks.agreement import differences, totals
from benchmarks.generated import Generated, generated

ROWS = 20_000


def program(*command: object) -> None:
    subprocess.run([sys.executable, "-m", *map(str, command)], check=True, timeout=300)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Generated:
    return generated(ROWS, tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="module")
def files(data, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("written")
    floors = folder / "floors.parquet"
    found = {name: folder / f"{name}.duckdb" for name in ("product", "sql", "pandas")}
    program("benchmarks.product", data.folder, found["product"], "--floors", floors)
    program("benchmarks.plain_sql", data.folder, floors, found["sql"])
    program("benchmarks.plain_pandas", data.folder, floors, found["pandas"])
    return found


def test_product_sql_and_pandas_say_the_same(files):
    assert differences({name: totals(path) for name, path in files.items()}) == []


def test_the_data_reaches_every_authority_and_every_measure(files):
    """Otherwise programs would agree on a rule that none of them was asked about."""
    said = totals(files["product"])
    authorities = {name for name in said if name.startswith("acts authority ")}
    assert len(authorities - {"acts authority known"}) == 11
    unmeasured = {name for name, value in said.items() if not value}
    assert unmeasured == {
        "acts evidence_url known",
        "person_weeks meeting_hours",
        "person_weeks meeting_hours known",
    }


def test_another_total_is_a_difference(files, tmp_path):
    changed = tmp_path / "changed.duckdb"
    changed.write_bytes(files["sql"].read_bytes())
    with duckdb.connect(changed) as con:
        con.execute("update mart.acts set minutes = minutes * 1.0001")
    (line,) = differences({"sql": totals(files["sql"]), "changed": totals(changed)})
    assert line.startswith("acts minutes: sql ")


def test_the_same_parameters_give_the_same_acts(data, tmp_path):
    again = generated(ROWS, tmp_path)
    assert again.scan("acts").collect().equals(data.scan("acts").collect())
