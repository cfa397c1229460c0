"""What helps, by what was found; and the drafts that come with a recommendation."""

from models.tables import columns as c
from models.tables import mart
from models.tables.table import Table


class MovesSchema(mart.MovesSchema):
    week = c.day("Monday of the week of the findings that triggered it")


class OwnerDraftsSchema(mart.OwnerDraftsSchema):
    week = c.day("Monday of the week of the move")


EFFECT_WEEKS = 8  # METHOD 7: a move is looked at again after 4 to 8 weeks

MOVES = Table(
    "moves.moves",
    MovesSchema,
    "one recommendation",
    "What helps, in the order of METHOD 7",
    week="week",
    weeks_back=9,
    weeks_ahead=EFFECT_WEEKS + 1,
)
OWNER_DRAFTS = Table(
    "moves.owner_drafts",
    OwnerDraftsSchema,
    "one object whose owner is to be published",
    "Drafts of owner tables, owners blank to confirm",
    week="week",
    weeks_back=9,
    weeks_ahead=EFFECT_WEEKS + 1,
)

MOVES_AND_DRAFTS = [MOVES, OWNER_DRAFTS]
