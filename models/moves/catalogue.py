"""What each move is, and what calls for it, in words."""

from models.moves.include_in_planning import SELDOM
from models.moves.watch_load import LEAST_HOURS

ABOUT: dict[str, tuple[str, str]] = {
    "M1": (
        "Publish owners",
        (
            "S4. A line for each object given out in the window, but for what was delegated; "
            "owners stay blank until people confirm them."
        ),
    ),
    "M2": (
        "Include in planning",
        (
            "S4 that names a person, who was asked to fewer than "
            f"{100 * SELDOM:.0f} % of the planning meetings of the scope: those held in the window "
            "under a line or a mandate."
        ),
    ),
    "M8": ("Escalation channel", "S4, P2 or W2, together for one scope and week."),
    "M10": (
        "Monitor workload",
        (
            "S4, where somebody it counts has hidden hours in its days whose 5 % bound is "
            f"{LEAST_HOURS:g} hour or more."
        ),
    ),
}
