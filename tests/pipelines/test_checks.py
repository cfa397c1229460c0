"""Checks and columns on Dagster's pages come from the declarations, for every table."""

import dagster as dg
import pytest

from models.tables import raw
from models.tables.registry import TABLES
from pipelines import checks

COMMITS = raw.COMMITS


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_has_a_blocking_check(name):
    spec = checks.rules_spec(TABLES[name])
    assert spec.blocking
    assert spec.asset_key == dg.AssetKey(name.split("."))


def test_a_check_says_what_a_row_is_and_what_is_never_empty():
    text = checks.rules_spec(COMMITS).description or ""
    assert f"One row is {COMMITS.grain}: source, commit_id occur once together" in text
    assert "committed_at" in text
    assert "lines_changed" not in text


def test_rows_that_keep_the_rules_pass():
    assert checks.rules_result(COMMITS, 3, {}).passed


def test_one_broken_rule_fails_with_its_count():
    result = checks.rules_result(COMMITS, 3, {"file_count|min": 2})
    assert not result.passed
    assert result.severity == dg.AssetCheckSeverity.ERROR
    assert result.metadata["breaks file_count|min"].value == 2


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_has_a_meaning_on_the_page(name):
    schema = checks.metadata(TABLES[name])["dagster/column_schema"]
    assert [column.name for column in schema.columns] == TABLES[name].columns
    assert all(column.description for column in schema.columns)
