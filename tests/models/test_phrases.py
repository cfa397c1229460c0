"""What a comment says about itself."""

import time
from dataclasses import astuple

import pytest

from models.phrases import MOST_CHARACTERS, Labels, labels

NOTHING = Labels(is_question=False, is_ping=False, has_policy_link=False, has_decision=False)


@pytest.mark.parametrize(
    ("text", "is_question"),
    [
        ("Which gateway do we take?", True),
        ("Welche Variante nehmen wir?", True),
        ("Could you have a look at the second step", True),
        ("Please confirm by Friday.", True),
        ("Bitte um Freigabe.", True),
        ("Wir brauchen deine Entscheidung", True),
        ("どれにしますか？", True),
        ("Really?!", True),
        ("Done, see https://example.org/find?q=1", False),
        ("The lookup a?b:c is fixed.", False),
        ("> Which gateway do we take?\nThe first.", False),
        ("{quote}Which one?{quote} The first.", False),
        ("Thanks, that works.", False),
    ],
)
def test_a_question_asks_in_the_writers_own_words(text, is_question):
    assert labels(text).is_question == is_question


@pytest.mark.parametrize(
    ("text", "is_ping"),
    [
        ("ping", True),
        ("Gentle reminder: this still waits.", True),
        ("Any update on this?", True),
        ("Following up here.", True),
        ("Kleine Erinnerung", True),
        ("Ich wollte kurz nachhaken.", True),
        ("Gibt es schon Neuigkeiten?", True),
        ("Wie ist der aktuelle Stand?", True),
        ("@ana ping", True),
        ("Bump @ana", True),
        ("The shopping list is done.", False),
        ("ping of the host takes 20 ms", False),
        ("bump the version", False),
        ("Reminder: " + "the parser takes the last of two equal keys, " * 5, False),
        ("Reminder: we decided to take the first.", False),
        ("{code}ping 10.0.0.1{code} answers", False),
        ("Fixed in the second build.", False),
    ],
)
def test_a_ping_does_no_more_than_remind(text, is_ping):
    assert labels(text).is_ping == is_ping


@pytest.mark.parametrize(
    ("text", "has_link"),
    [
        ("Please read https://example.org/wiki/Release-Policy first", True),
        ("see CONTRIBUTING.md", True),
        ("[how|https://example.org/handbook/reviews]", True),
        ("siehe https://example.org/richtlinien/tests", True),
        ("https://example.org/templates/bug", True),
        ("the policy is clear", False),
        ("https://example.org/wiki/misguided", False),
        ("https://example.org/tickets/7", False),
        ("```\ncat CONTRIBUTING.md\n```", False),
    ],
)
def test_a_policy_link_points_to_a_rule_or_template(text, has_link):
    assert labels(text).has_policy_link == has_link


@pytest.mark.parametrize(
    ("text", "has_decision"),
    [
        ("We decided to ship without it.", True),
        ("Decision: take the second gateway", True),
        ("Let\u2019s go with the second.", True),
        ("Approved.", True),
        ("Wir haben uns für die zweite Variante entschieden.", True),
        ("Entscheidung: wir verschieben", True),
        ("Freigegeben", True),
        ("Not decided yet.", False),
        ("Has this been approved?", False),
        ("It will be fine once it is approved by them.", False),
        ("Noch nicht entschieden.", False),
        ("Wer hat das entschieden?", False),
        ("This needs a decision: who takes it", False),
        ("> We decided to ship.\nThanks.", False),
        ("Version 1.2 is not out. We decided to wait.", True),
    ],
)
def test_a_decision_is_one_that_is_made(text, has_decision):
    assert labels(text).has_decision == has_decision


@pytest.mark.parametrize("text", ["", " \n", "\u202e\x00", "{code}", "-->", "?" * 0])
def test_an_empty_text_has_no_label(text):
    assert labels(text) == NOTHING


def test_what_a_mark_opens_and_nobody_closes_is_not_the_writers():
    assert labels("{code:java} ping?") == NOTHING
    assert labels("<!-- Please confirm: https://example.org/policy -->Done") == NOTHING


def test_only_the_beginning_of_a_long_text_is_read():
    assert labels("x " * MOST_CHARACTERS + "decision: yes?") == NOTHING


def test_labels_hold_nothing_of_the_text():
    assert {type(value) for value in astuple(labels("We decided, ok?"))} == {bool}


@pytest.mark.parametrize(
    "piece",
    [
        "{code:a}", "?", "a?b", "> ", "we ", "we have ", "https://", "habe ich ", "<!--", "a.b.",
        "wir nehmen a ", "\ufdfa", "gibt es a ", "wir brauchen ", "warte immer ", ". ", "\n",
    ],
)  # fmt: skip
def test_no_text_takes_long(piece):
    started = time.perf_counter()
    labels(piece * 1_000_000)
    assert time.perf_counter() - started < 1
