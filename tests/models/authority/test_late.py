"""Records that came late or were taken back: what was known, what is known now, what counts."""

from typing import Any

import polars as pl
import pytest

from tests.models.world import act, at, judged

OWNER: dict[str, Any] = {"mandate_id": "m1", "holder_id": "olga", "scope_id": "pay"}
LATE = at("2026-03-24")  # 20 days after the act
BY_ANN = {"mandate_id": "m9", "holder_id": "ann", "scope_id": "pay"}


def found(*given: dict[str, Any], **frames: list[dict[str, Any]]) -> tuple[str, str, str, bool]:
    """As known, as now, headline, and whether late records tell them apart, of the only act."""
    row = judged(*(given or (act(),)), **frames).row(0, named=True)
    assert row["authority"] == row["authority_as_known"]
    return (
        row["authority_as_known"],
        row["authority_as_now"],
        row["rule"],
        row["is_recorded_late"],
    )


@pytest.mark.parametrize(
    ("recorded", "is_late"), [("2026-03-18 10:00", False), ("2026-03-18 10:01", True)]
)
def test_fourteen_days_after_the_act_is_still_in_time(recorded, is_late):
    known, now, _, late = found(mandates=[OWNER, {**BY_ANN, "recorded_at": at(recorded)}])
    assert (known, now) == ("unresolved" if is_late else "formal_mandate", "formal_mandate")
    assert late == is_late


def test_what_was_taken_back_late_still_counts():
    gone = {**BY_ANN, "superseded_at": LATE}
    assert found(mandates=[OWNER, gone]) == ("formal_mandate", "unresolved", "3 mandate", True)
    assert found(mandates=[gone]) == ("formal_mandate", "unknown", "3 mandate", True)


@pytest.mark.parametrize(
    ("taken_back", "is_late"), [("2026-03-18 10:00", False), ("2026-03-18 10:01", True)]
)
def test_what_was_taken_back_within_14_days_counts_no_more(taken_back, is_late):
    gone = {**BY_ANN, "superseded_at": at(taken_back)}
    assert found(mandates=[OWNER, gone])[3] == is_late


def test_a_line_moved_late_keeps_the_manager_of_then():
    lines = [
        {"person_id": "ben", "manager_id": "ann", "superseded_at": LATE},
        {"person_id": "ben", "manager_id": "mia", "recorded_at": LATE},
    ]
    assert found(mandates=[OWNER], reporting_lines=lines) == (
        "formal_line", "unresolved", "2 solid_line", True,
    )  # fmt: skip


def test_a_line_recorded_late_also_counts_late_for_acts_without_target():
    own = act(target_id=None, target_count=0, scope_chain="team:red")
    frames: dict[str, Any] = {
        "people": [{"person_id": "ben", "team_id": "red"}],
        "reporting_lines": [{"person_id": "ben", "manager_id": "ann", "recorded_at": LATE}],
    }
    assert found(own, **frames) == ("unknown", "formal_line", "9 no_register", True)


def test_a_line_recorded_late_also_counts_late_for_one_of_several_targets():
    several = act(target_id=None, target_count=2)
    targets = [{"act_id": "a1", "target_id": name} for name in ("ben", "cai")]
    lines: list[dict[str, Any]] = [
        {"person_id": "ben", "manager_id": "ann"},
        {"person_id": "cai", "manager_id": "ann", "recorded_at": LATE},
    ]
    assert found(several, act_targets=targets, reporting_lines=lines)[:2] == (
        "unknown", "formal_line",
    )  # fmt: skip


def test_a_second_holder_recorded_late_does_not_undo_a_cover():
    away = {"person_id": "olga", "valid_from": at("2026-03-02"), "valid_to": at("2026-03-09")}
    second = {**OWNER, "mandate_id": "m2", "holder_id": "pia", "recorded_at": LATE}
    assert found(mandates=[OWNER, second], absences=[away]) == (
        "cover", "unresolved", "7 absent", True,
    )  # fmt: skip


def test_a_mandate_recorded_only_after_its_end_had_not_ended_then():
    past = {**OWNER, "valid_to": at("2026-02-01"), "recorded_at": LATE}
    assert found(mandates=[past]) == ("unknown", "gap", "9 no_register", True)


@pytest.mark.parametrize(
    ("table", "record", "authority"),
    [
        ("delegations", {"from_person_id": "olga", "to_person_id": "ann", "scope_id": "pay"},
         "delegated"),
        ("delegations", {"from_person_id": "olga", "to_person_id": "ann",
                         "scope_type": "company", "scope_id": "Example"}, "delegated"),
        ("agreements", {"team_id": "red", "scope_id": "pay"}, "shared"),
        ("agreements", {"team_id": "red", "scope_type": "company", "scope_id": "Example"},
         "shared"),
    ],
)  # fmt: skip
def test_deliberate_work_recorded_late_was_informal_then(table, record, authority):
    people = [{"person_id": name, "team_id": "red"} for name in ("ann", "ben")]
    frames: dict[str, Any] = {"mandates": [OWNER], "people": people}
    frames[table] = [{**record, "recorded_at": LATE}]
    assert found(**frames)[:2] == ("unresolved", authority)
    frames[table] = [{**record, "superseded_at": LATE}]
    assert found(**frames)[:2] == (authority, "unresolved")


def test_a_deputy_recorded_late_did_not_stand_in_then():
    away = {"person_id": "mia", "valid_from": at("2026-03-02"), "valid_to": at("2026-03-09")}
    deputy = {"mandate_id": "d", "holder_id": "ann", "mandate_kind": "deputy",
              "scope_type": "person", "scope_id": "mia", "recorded_at": LATE}  # fmt: skip
    frames: dict[str, Any] = {"mandates": [deputy], "absences": [away]}
    lines = [{"person_id": "ben", "manager_id": "mia"}]
    assert found(reporting_lines=lines, **frames)[:2] == ("unknown", "formal_line")
    frames["mandates"] = [deputy, {**OWNER, "holder_id": "mia"}]
    assert found(**frames)[:2] == ("cover", "formal_mandate")


def test_a_mandate_that_ended_and_was_written_so_later_reads_alike():
    """The open record is taken back when the file first gives its end: nothing changes before."""
    records = [
        {**BY_ANN, "superseded_at": at("2026-06-02")},
        {**BY_ANN, "valid_to": at("2026-06-01"), "recorded_at": at("2026-06-02")},
    ]
    assert found(mandates=records) == ("formal_mandate", "formal_mandate", "3 mandate", False)


def test_late_records_of_others_leave_an_act_alone():
    elsewhere = {**BY_ANN, "scope_id": "web", "recorded_at": LATE}
    acts = judged(act("a1"), act("a2", scope_chain="component:web"), mandates=[OWNER, elsewhere])
    late = acts.filter(pl.col("is_recorded_late"))
    assert late["act_id"].to_list() == ["a2"]
