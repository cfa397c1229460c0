"""Acts with the authority under which each was done, at its own date."""

from models.tables import columns as c
from models.tables.acts import ActsSchema
from models.tables.table import Table

RULES = "METHOD 2.2: number of the deciding rule and its reason"


class JudgedActsSchema(ActsSchema):
    team_id = c.text("The actor's team at that moment", nullable=True)
    authority = c.label(
        c.AUTHORITIES, "Under which authority: as now, or as known if recorded late"
    )
    authority_class = c.label(c.AUTHORITY_CLASSES, "Class of the authority")
    authority_as_known = c.label(c.AUTHORITIES, "By the records known 14 days after the act")
    authority_as_now = c.label(c.AUTHORITIES, "By all records known today")
    is_recorded_late = c.truth("Whether records that came later than 14 days change the authority")
    rule = c.text("Number of the deciding rule and its reason, such as 7 absent")
    confidence = c.number(
        "Identity x scope x freshness; below 0.6 the act is unknown", "share", high=1
    )
    is_scope_resolved = c.truth("Whether the scope has a holder or an explicit no_owner then")
    is_stale = c.truth("Whether the deciding mandates are stale")


ACTS = Table(
    name="authority.acts",
    schema=JudgedActsSchema,
    grain="one act",
    comment="Every act of every kind, judged by the register at its own moment",
    week="utc_week",
    weeks_back=16,  # what was asked in the 13 weeks before a window of at most three
    weeks_ahead=0,
)

AUTHORITY = [ACTS]
