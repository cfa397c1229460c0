"""Signs seen in the traces, and what each rests on: all fill one shape, whatever the sign."""

from models.tables import columns as c
from models.tables import mart
from models.tables.table import Table

WINDOW_KINDS = ["declared", "surge", "plain", "context", "first_weeks"]


class FindingsSchema(mart.FindingsSchema):
    window_kind = c.label(WINDOW_KINDS, "Why it was looked at then")
    week = c.day("Monday of the week of the last day looked at")
    evidence = c.texts("What it rests on: kind:id, such as act:1f3a")


class FindingEvidenceSchema(mart.FindingEvidenceSchema):
    week = c.day("Monday of the week of the finding")


LONGEST_WINDOW_WEEKS = 8  # of a longer declared window the last weeks: what is read has an end
USUAL_WEEKS = 26  # METHOD 6.3 P2: what a holder's own usual is taken from

FINDINGS = Table(
    "signs.findings",
    FindingsSchema,
    "one sign, driver, pressure point, watch or escalation",
    "What was found, and what could not be said and why",
    week="week",
    # The window, the window before that makes a sign established, and the usual before both.
    weeks_back=2 * LONGEST_WINDOW_WEEKS + USUAL_WEEKS + 1,
    weeks_ahead=3,  # a release declared later takes what was asked ten working days before it
)
FINDING_EVIDENCE = Table(
    "signs.finding_evidence",
    FindingEvidenceSchema,
    "one finding and what it rests on",
    "Evidence",
    week="week",
)

SIGNS = [FINDINGS, FINDING_EVIDENCE]
