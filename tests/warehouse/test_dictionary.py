import re
from pathlib import Path

import pytest

from models.privacy import shows
from models.tables import mart
from warehouse.catalogue import described, scripts, view_column
from warehouse.dictionary import page
from warehouse.examples import GENERAL, NAMED

ROOT = Path(__file__).parents[2]
PAGE = page([*NAMED, *GENERAL])


def test_the_page_of_views_and_examples_is_current():
    written = (ROOT / "docs" / "queries.md").read_text("utf-8")
    assert written == PAGE, "docs/queries.md is old: write warehouse.dictionary.page(...) into it"


@pytest.mark.parametrize("script", scripts("restricted", "named"), ids=lambda script: script.name)
def test_a_view_or_macro_begins_with_its_question(script):
    assert script.text.strip()
    if script.kind == "view":
        assert "? Grain: one " in script.text
    assert script.sql == script.sql.lower() or script.name in ("rules", "evidence_for")


def test_what_a_store_hides_is_said_in_its_dictionary():
    for table in mart.MART:
        for name in table.columns:
            text = described(table, name, "ops", "pseudonyms").text
            hidden = shows(table, name, "pseudonyms") in ("absent", "named")
            assert ("Absent in this store" in text) == hidden
            clear = described(table, name, "restricted", "pseudonyms").text
            assert not re.search("(In|Absent in) this store", clear)


def test_a_range_stands_behind_the_meaning():
    assert described(mart.ACTS, "confidence", "restricted", "pseudonyms").text.endswith(
        "From 0 to 1"
    )


def test_a_column_of_a_view_without_a_meaning_is_named():
    view = next(view for view in scripts("ops", "pseudonyms") if view.name == "readme")
    with pytest.raises(KeyError, match=re.escape("mart.readme.stranger has no comment")):
        view_column(view, "stranger", "BIGINT", "ops", "pseudonyms")


def test_no_name_in_a_published_file_ranks_people():
    """METHOD 11.1, G1."""
    ranking = re.compile(r"rank|score|percentile(?!_)|top_\d|worst|best")
    names = [name for table in mart.MART for name in table.columns]
    names += [column for script in scripts("restricted", "named") for column in script.columns]
    assert not [name for name in names if ranking.search(name)]
