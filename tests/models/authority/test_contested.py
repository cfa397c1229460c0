"""An act that somebody contests is unknown until the entry is taken back."""

import polars as pl
import pytest

from models.authority.contested import contested

ACTS = pl.LazyFrame(
    {
        "act_id": ["covered", "in_role", "of_bot"],
        "authority": ["cover", "formal_mandate", "excluded"],
        "authority_class": ["informal", "formal", "excluded"],
        "authority_as_known": ["gap", "formal_mandate", "excluded"],
        "authority_as_now": ["cover", "formal_mandate", "excluded"],
        "is_recorded_late": [True, False, False],
        "rule": ["7 absent", "3 mandate", "0 bot"],
    }
)


def judged(*contests: str) -> dict[str, dict[str, object]]:
    given = pl.LazyFrame({"act_id": list(contests)}, schema={"act_id": pl.String})
    return {row["act_id"]: row for row in contested(ACTS, given).collect().to_dicts()}


@pytest.mark.parametrize("act_id", ["covered", "in_role"])
def test_a_contested_act_is_unknown_whatever_the_records_say(act_id):
    row = judged(act_id)[act_id]
    assert {row[name] for name in row if name.startswith("authority")} == {"unknown"}
    assert (row["rule"], row["is_recorded_late"]) == ("9 contested", False)


def test_other_acts_stay_as_they_were_judged_in_their_order():
    rows = judged("in_role", "of_nobody")
    before = {row["act_id"]: row for row in ACTS.collect().to_dicts()}
    assert list(rows) == list(before)
    assert {**rows, "in_role": None} == {**before, "in_role": None}


def test_an_excluded_act_stays_excluded():
    assert judged("of_bot")["of_bot"]["rule"] == "0 bot"
