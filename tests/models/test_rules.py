import re
from pathlib import Path

import pytest

from models.rules import REASONS, RULE_TEXTS, RULES, rule_text

MODELS = Path(__file__).parents[2] / "models"
GIVEN = re.compile(r'"(\d[a-z]? [a-z_]+)"')


def test_every_rule_that_the_code_gives_has_words():
    code = "".join(path.read_text() for path in (MODELS / "authority").glob("*.py"))
    given = set(GIVEN.findall(code))
    assert "7 absent" in given
    assert given - {"0 excluded"} <= set(REASONS)  # what is excluded has the ledger's own reason


def test_every_reason_that_excludes_an_act_has_words():
    code = "".join(path.read_text() for path in (MODELS / "acts").glob("*.py"))
    given = set(re.findall(r'then\(pl\.lit\("([a-z_]+)"\)\)', code)) - {"assign", "reassign"}
    assert {"undone", "all_hands", "bot"} <= given
    assert {f"0 {reason}" for reason in given} <= set(REASONS)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("7 absent", "Informal: somebody else holds the mandate; every holder was absent"),
        ("7", "Informal: somebody else holds the mandate"),
        ("0 new_guard", "Not counted: no act of one person for another; new guard"),
    ],
)
def test_a_rule_is_its_number_and_its_reason_in_words(rule, text):
    assert rule_text(rule).startswith(text)


def test_every_reason_belongs_to_a_rule():
    assert {rule.partition(" ")[0] for rule in REASONS} <= set(RULES)
    assert all(not text.endswith(";") for text in RULE_TEXTS.values())
