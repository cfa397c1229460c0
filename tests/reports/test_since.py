"""What readers answer, and what the next page says of it."""

from datetime import datetime

from connectors import corrections
from reports import page
from reports.facts import Terms
from tests.reports.given_launch import LAUNCH_WEEK, launch
from tests.reports.given_mart import act
from tests.reports.test_launch import read


def test_every_answer_is_an_entry_that_is_taken(tmp_path):
    values = read(tmp_path, launch())
    assert [label for label, _ in values.moves[0].answers] == [
        "We delegated this", "Not what happened", "Done",
    ]  # fmt: skip
    for move in values.moves:
        file = tmp_path / "corrections.toml"
        file.write_text(move.block, "utf-8")
        taken = corrections.read(file, "Europe/Berlin")
        assert taken.problems.is_empty(), taken.problems
        (delegated,) = taken.frames["delegated"].rows(named=True)
        assert (delegated["area"], delegated["from"], delegated["to"]) == ("project:LNCH", "p", "s")
        assert taken.frames["done"]["move_id"].to_list() == [move.move_id]
        assert set(taken.frames["not_so"]["finding_id"]) == set(move.finding_ids)


def test_without_an_address_the_mail_has_no_recipient_yet(tmp_path):
    move = read(tmp_path, launch(), terms=Terms("Example")).moves[0]
    assert move.answers[2][1].startswith("mailto:?subject=dottedline%3A%20Done&body=")


def test_an_answered_move_gives_up_its_place_and_says_what_it_changed(tmp_path):
    story = launch().change(
        "moves", lambda row: row["code"] == "M8", answer="done",
        effect="QA Review skipped by 0 of 4 tickets since",
    )  # fmt: skip
    values = read(tmp_path, story)
    assert [move.code for move in values.moves] == ["M10", "M1", "M2"]
    assert values.settled[0] == (
        "You answered to “Name one escalation point for project LNCH, and a response time” that it "
        "is done. Since then: QA Review skipped by 0 of 4 tickets since."
    )


def test_an_effect_is_told_of_once_also_without_an_answer(tmp_path):
    effect = "now recognised: recorded roles cover all 11 assignments by the same people"
    story = launch().change("moves", lambda row: True, effect=effect)
    (line,) = read(tmp_path, story).settled
    assert line == f"Since “{sentence_of('M8')}” was on this page: {effect}."


def sentence_of(code: str) -> str:
    return next(str(row["sentence"]) for row in launch().rows["moves"] if row["code"] == code)


def test_a_role_recorded_for_what_somebody_led_is_said(tmp_path):
    story = launch().add("mandates", {
        "mandate_id": "m-s", "holder_type": "person", "holder_id": "s",
        "mandate_kind": "delegated_duty", "scope_type": "project", "scope_id": "LNCH",
        "compensated": "time", "time_budget_hours_week": 3.0,
        "valid_from": datetime.fromisoformat("2026-10-01T00:00:00+02:00"),
        "recorded_at": datetime.fromisoformat("2026-10-02T00:00:00+00:00"),
    })  # fmt: skip
    assert read(tmp_path, story).settled == (
        (
            "Sol Reyes's leading work around project LNCH is now recognised: a recorded role since "
            "1 October 2026, with 3 h a week."
        ),
    )


def test_an_owner_out_of_an_answer_is_counted_since(tmp_path):
    story = launch().add("mandates", {
        "mandate_id": "correction:1", "holder_type": "person", "holder_id": "d1",
        "mandate_kind": "owner", "scope_type": "component", "scope_id": "LNCH/tests",
        "valid_from": datetime.fromisoformat("2026-09-30T00:00:00+00:00"),
        "recorded_at": datetime.fromisoformat("2026-09-30T00:00:00+00:00"),
    })  # fmt: skip
    assert read(tmp_path, story).settled == (
        (
            "You told us that Dee Ames owns component LNCH/tests since 30 September 2026: counted "
            "as formal since."
        ),
    )


def test_an_entry_that_could_not_be_read_is_quoted_with_file_and_line(tmp_path):
    problem = "line 7: cannot be read: areea = 'LNCH'; mend or remove the entry"
    story = launch().add("coverage", {"source": "corrections.toml", "week": LAUNCH_WEEK,
                                      "problem": problem})  # fmt: skip
    values = read(tmp_path, story)
    assert values.unread_answers == (f"corrections.toml: {problem}",)
    assert page.html(values).count("cannot be read: areea") == 1
    assert "No answers yet" not in page.html(values)


def test_who_helped_is_thanked_by_name_in_the_order_of_the_alphabet(tmp_path):
    numbers = iter(range(300, 400))
    story = launch()
    for person, kind, count in (
        ("w", "answer", 5), ("d4", "onboard", 3), ("d2", "answer", 2), ("m", "answer", 9),
        ("p", "answer", 9),
    ):  # fmt: skip
        acts = [act(next(numbers), person, LAUNCH_WEEK, kind=kind) for _ in range(count)]
        story.add("acts", *acts)
    assert read(tmp_path, story).thanks == (
        "Dia Dorn introduced 1 newcomer in 3 acts.",
        "Wyn Hale answered 5 questions of 1 colleague.",
    )
