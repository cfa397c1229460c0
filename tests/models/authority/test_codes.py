"""Lists of kinds as bits: a kind is in a list, or it is not."""

import polars as pl
import pytest

from models.authority.codes import KINDS, coded, covers_kind, is_kind, kind_bit


def covered(listed: str | None, kind: str) -> bool:
    rows = coded(
        pl.LazyFrame(
            {"act_kinds": [listed], "kind": [kind]}, schema_overrides={"act_kinds": pl.String}
        )
    )
    bits = rows.with_columns(pl.col("kind").cast(KINDS)).with_columns(kind=kind_bit())
    return bool(bits.select(covers_kind("act_kinds")).collect().item())


@pytest.mark.parametrize(
    ("listed", "is_covered"),
    [
        ("", True),
        ("review", True),
        ("merge;review", True),
        ("review;merge", True),
        ("merge", False),
        ("request_review", False),  # ends in the same letters
        ("nothing", False),
        (None, False),
    ],
)
def test_a_list_covers_the_kinds_in_it_and_an_empty_one_all(listed, is_covered):
    assert covered(listed, "review") is is_covered


def test_each_kind_has_a_bit_of_its_own():
    kinds = KINDS.categories.to_list()
    rows = pl.LazyFrame({"kind": kinds}, schema={"kind": KINDS}).with_columns(kind=kind_bit())
    assert [rows.filter(is_kind(kind)).collect().height for kind in kinds] == [1] * len(kinds)
