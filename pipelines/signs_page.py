"""The page of signs and moves, from the words and thresholds beside their code."""

from models.moves.catalogue import ABOUT as MOVES
from models.moves.recommendations import REVIEW_WEEKS
from models.signs.catalogue import ABOUT as SIGNS
from models.signs.catalogue import WINDOWS
from models.tables.moves import EFFECT_WEEKS

HEAD = """# Signs and moves

Made by `dottedline docs` from `models/signs` and `models/moves`; change it there. Thresholds are
judgement (J) until they are calibrated in the company that reads them. The other signs, drivers,
pressure points and moves of the method are not computed yet.

A finding is `emerging` or, if so in two windows in a row, `established`. `not_assessable` says why
nothing can be said: too little was seen, the first eight weeks are not over, the register of
owners is graded worse than B, or a reader answered [[not_so]]. No row is no finding, and never
means that there is nothing. Sentences hold `{person:ID}` where a name goes when a page is made for
a reader who may see it. What people did after they objected is left out.
"""
ORDER = (
    "Of one team and week, 8 and 10 come first where a required step was skipped or a watch is on; "
    "then 1, 2, 3, 9, 4, 5, 6, 7. Each has a first step that can be taken back, a measure, and a "
    f"day to look again, {REVIEW_WEEKS} weeks after the window. `effect` is what was seen in the "
    f'{EFFECT_WEEKS} weeks after it: assignments by the same people, in recorded roles ("now '
    'recognised") or not, and steps skipped.'
)


def page() -> str:
    """Signs, windows and moves as Markdown."""
    parts = [HEAD, "## Windows", "", *(f"- {text}" for text in WINDOWS), ""]
    for code, sign in sorted(SIGNS.items()):
        parts += [f"## {code} {sign.name}", "", sign.question, "", f"- Figure: {sign.figure}",
                  f"- Rule: {sign.rule}", f"- Not said: {sign.limits}", ""]  # fmt: skip
    parts += ["## Moves", "", ORDER, "", "| move | | called for by |", "| --- | --- | --- |"]
    parts += [f"| {code} | {name} | {trigger} |" for code, (name, trigger) in MOVES.items()]
    return "\n".join([*parts, ""])
