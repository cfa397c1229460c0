"""Which moves the launch calls for, and what they say: METHOD 8, items 5 to 8."""

from datetime import date

import pytest

from models.tables.moves import MovesSchema, OwnerDraftsSchema
from tests.models.moves.given_moves import drafts, moved
from tests.models.signs import launch
from tests.models.signs.launch import act, at, steps


def said(code, **changed):
    [row] = moved(**changed).filter(code=code).rows(named=True)
    return row


def test_the_moves_of_the_launch_in_their_order():
    rows = moved()
    assert rows.select("position", "code").rows() == [(1, "M8"), (2, "M10"), (3, "M1"), (4, "M2")]
    assert rows["review_on"].unique().to_list() == [date(2026, 10, 30)]
    assert rows["answer"].null_count() == rows["effect"].null_count() == 4
    MovesSchema.validate(rows)


def test_each_move_rests_on_the_findings_that_call_for_it():
    codes = {row["finding_id"]: row["code"] for row in launch.found().rows(named=True)}
    resting = {
        row["code"]: [codes[key] for key in row["finding_ids"]] for row in moved().rows(named=True)
    }
    assert resting == {"M8": ["P2", "S4", "W2"], "M10": ["S4"], "M1": ["S4"], "M2": ["S4"]}


def test_the_escalation_point_answers_as_was_usual():
    row = said("M8")
    assert row["sentence"] == (
        "Name an escalation point for project LNCH, and how soon it answers: whom to turn to when "
        "a required step would be missed, or an answer is late, or work must be given out and "
        "whoever holds it is not at hand."
    )
    assert "who answers within 5 working hours" in row["first_step"]


def test_the_owner_table_has_twelve_lines_and_no_owner():
    assert said("M1")["sentence"].startswith("Publish who owns each of the 12 pieces of work")
    rows = drafts()
    assert rows["object_id"].to_list() == [f"LNCH-{key}" for key in range(101, 113)]
    assert rows["owner_id"].null_count() == 12
    assert rows["move_id"].unique().to_list() == [said("M1")["move_id"]]
    OwnerDraftsSchema.validate(rows)


def test_who_gave_out_the_work_is_to_be_asked_to_the_planning():
    """METHOD 8, item 5: 0 of 2 formal planning meetings."""
    assert said("M2")["sentence"] == (
        "Ask {person:sven} to the planning meetings of project LNCH that {person:pia} organises "
        "on Mondays: asked to 0 of 2 from 18 September to 2 October 2026."
    )


def test_who_is_asked_already_needs_no_invitation():
    assert moved(asked="sven").filter(code="M2").is_empty()


def test_meetings_outside_recorded_roles_are_no_formal_planning():
    acts = list(launch.tables()["acts"].collect().rows(named=True))
    informal = [
        row | {"authority_class": "informal"} if row["object_id"].startswith("planning") else row
        for row in acts
    ]
    assert moved(acts=informal).filter(code="M2").is_empty()


@pytest.mark.parametrize(("minutes", "is_found"), [(0.5, False), (30.0, True)])
def test_the_load_is_looked_at_when_an_hour_is_sure(minutes, is_found):
    acts = [
        row | {"credited_minutes": minutes, "held_minutes": 0.0}
        if row["authority_class"] == "informal"
        else row
        for row in launch.tables()["acts"].collect().rows(named=True)
    ]
    assert moved(acts=acts).filter(code="M10").height == is_found


def test_without_a_skipped_step_the_escalation_point_comes_last():
    rows = moved(finished_steps=[row | {"is_skipped": False} for row in steps()])
    assert rows["code"].to_list() == ["M1", "M2", "M8", "M10"]
    assert rows["position"].to_list() == [1, 2, 3, 4]


def test_without_a_person_nobody_is_named_nor_asked_to_plan():
    doers = ["sven", "d1", "d2"]
    acts = [
        row | {"actor_id": doers[n % 3]} if row["authority"] == "cover" else row
        for n, row in enumerate(launch.window_acts())
    ]
    rows = moved(acts=[*acts, *launch.baseline_acts(), *launch.meeting_acts()])
    assert rows.filter(code="M2").is_empty()
    text = " ".join([*rows["sentence"], *rows["first_step"]])
    assert "{person:" not in text


def test_a_move_answered_with_done_keeps_its_id_and_says_so():
    key = said("M8")["move_id"]
    answers = [{"answer": "done", "answered_id": key}]
    row = said("M8", answers=answers)
    assert (row["move_id"], row["answer"]) == (key, "done")
    assert said("M1", answers=answers)["answer"] is None


def test_a_finding_that_is_not_so_calls_for_nothing_and_its_moves_are_told_of():
    wrong = launch.one(launch.found(), "S4")["finding_id"]
    before = dict(moved().select("code", "move_id").iter_rows())
    rows = moved(answers=[{"answer": "not_so", "answered_id": wrong}])
    answered = dict(rows.select("code", "answer").iter_rows())
    assert answered == {"M8": None, "M10": "not_so", "M1": "not_so"}
    assert dict(rows.select("code", "move_id").iter_rows())["M1"] == before["M1"]
    assert wrong not in rows.filter(code="M8")["finding_ids"].item().to_list()


AFTER = [
    act(f"10-{day:02d} 08:00", 400 + day, "sven", "d1", "assign", "formal_mandate")
    for day in (6, 7, 13)
]


def later(*acts):
    """The moves of the launch, seen two weeks later."""
    whole = [*launch.window_acts(), *launch.baseline_acts(), *launch.meeting_acts(), *acts]
    return moved(acts=whole, until=at("10-18 22:00"))


def test_work_that_has_become_somebodys_role_is_now_recognised():
    """METHOD 8, item 8."""
    rows = later(*AFTER)
    assert rows["code"].to_list() == ["M8", "M10", "M1", "M2"]
    assert rows["effect"].unique().to_list() == [
        (
            "now recognised: recorded roles cover all 3 assignments by the same people since "
            "6 October 2026"
        )
    ]


def test_work_that_goes_on_as_before_is_not():
    more = act("10-08 08:00", 420, "sven", "d2", "assign", "cover")
    assert later(*AFTER, more)["effect"].unique().to_list() == [
        (
            "recorded roles still do not cover 1 of 4 assignments by the same people since "
            "6 October 2026"
        )
    ]


def test_hand_outs_of_others_say_nothing_of_the_effect():
    others = [row | {"actor_id": "sam"} for row in AFTER]
    assert later(*others)["effect"].null_count() == 4


def test_steps_after_the_launch_count_for_the_escalation_point():
    after = [
        row | {"ticket_id": f"x{row['ticket_id']}", "object_id": f"x{row['object_id']}",
               "reached_at": at("10-07 10:00"), "is_skipped": row["object_id"] == "LNCH-102"}
        for row in steps()
    ]  # fmt: skip
    row = said("M8", finished_steps=[*steps(), *after], until=at("10-18 22:00"))
    assert row["effect"] == "QA Review skipped by 1 of 12 tickets since"


def test_no_findings_call_for_no_move():
    rows = moved(acts=[], requests=[], finished_steps=[])
    assert rows.is_empty()
