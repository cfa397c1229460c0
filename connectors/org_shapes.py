"""The CSV files of the org folder: their columns, what each may hold, and what each file adds.

Reading them is in `connectors.org_files`, single values in `connectors.org_values`.
"""

from dataclasses import dataclass

import dataframely as dy

from models.tables import columns as c
from models.tables import org


@dataclass(frozen=True)
class Column:
    """One column: how a value is read, and what stands for an empty one."""

    name: str
    reads: str = "text"  # the name of a reader in `connectors.org_values`
    is_required: bool = False
    labels: tuple[str, ...] = ()
    empty: str | None = None


@dataclass(frozen=True)
class File:
    """One file; `key` names a row, `adds` completes "it says ..."."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    adds: str
    schema: type[dy.Schema] | None = None

    @property
    def file(self) -> str:
        """Its name in the folder."""
        return f"{self.name}.csv"


def _label(name: str, *labels: str, empty: str | None = None, is_required: bool = False) -> Column:
    return Column(name, "label", is_required, labels, empty)


def _must(name: str, reads: str = "text") -> Column:
    return Column(name, reads, is_required=True)


FROM, TO = Column("valid_from", "moment"), Column("valid_to", "moment")
BEGIN = _must("valid_from", "moment")
RECORDED = Column("recorded_at", "moment")
SCOPE = (_label("scope_type", *c.SCOPE_TYPES, is_required=True), Column("scope_id"))
ACTS = Column("act_kinds", "act_kinds", empty="")

FILES = (
    File(
        "teams",
        (_must("team_id"), _must("name"), Column("parent_team_id")),
        ("team_id",),
        "which team belongs to which, so that figures of units can be given",
        org.TeamsSchema,
    ),
    File(
        "people",
        (
            _must("person_id"),
            Column("name"),
            Column("email"),
            Column("title"),
            Column("role_family"),
            Column("team_id", "team"),
            Column("time_zone", "zone"),
            Column("contract_hours_week", "hours"),
            Column("working_hours", "pattern"),
            Column("location", "location"),
            FROM,
            TO,
        ),
        ("person_id", "valid_from"),
        "who works here, where and when; without it people are known from commits alone",
        org.PeopleSchema,
    ),
    File(
        "accounts",
        (
            Column("person_id", "person"),
            _must("system"),
            _must("account_id"),
            _label("kind", *c.ACCOUNT_KINDS, empty="human"),
        ),
        ("system", "account_id"),
        "whose login is whose, and which are machines",
    ),
    File(
        "reporting_lines",
        (
            _must("person_id", "person"),
            _must("manager_id", "person"),
            _label("line_type", "solid", "dotted", empty="solid"),
            FROM,
            TO,
            RECORDED,
        ),
        ("person_id", "manager_id", "line_type", "valid_from"),
        "who reports to whom, so that acts down the line count as formal",
        org.ReportingLinesSchema,
    ),
    File(
        "mandates",
        (
            _must("mandate_id"),
            _label("holder_type", "person", "team", "rota", empty="person"),
            Column("holder_id"),
            _must("mandate_kind"),
            *SCOPE,
            ACTS,
            _label("compensated", "none", "time", "pay"),
            Column("time_budget_hours_week", "hours"),
            FROM,
            TO,
            RECORDED,
            Column("confirmed_on", "day"),
        ),
        ("mandate_id", "valid_from"),
        "who holds which role for what, so that acts in a role count as formal",
        org.MandatesSchema,
    ),
    File(
        "delegations",
        (
            _must("from_person_id", "person"),
            _must("to_person_id", "person"),
            ACTS,
            *SCOPE,
            BEGIN,
            TO,
            RECORDED,
        ),
        ("from_person_id", "to_person_id", "act_kinds", "scope_type", "scope_id", "valid_from"),
        "who handed what to whom, so that delegated acts are not taken for hidden ones",
        org.DelegationsSchema,
    ),
    File(
        "agreements",
        (
            _must("team_id", "team"),
            ACTS,
            *SCOPE,
            _label("rule", "anyone_in_team", "rota", "holder_only", is_required=True),
            FROM,
            TO,
            RECORDED,
        ),
        ("team_id", "act_kinds", "scope_type", "scope_id", "valid_from"),
        "what a team agreed that anyone in it may do",
        org.AgreementsSchema,
    ),
    File(
        "scopes",
        (
            _label(
                "object_kind",
                "meeting_series",
                "repository",
                "project",
                "component",
                "path",
                is_required=True,
            ),
            _must("object_id"),
            *SCOPE,
            FROM,
            TO,
        ),
        ("object_kind", "object_id", "scope_type", "scope_id", "valid_from"),
        "what belongs under what, so that mandates for the wider reach the narrower",
        org.ScopesSchema,
    ),
    File(
        "rotas",
        (_must("mandate_id", "mandate"), _must("person_id", "person"), BEGIN, TO),
        ("mandate_id", "person_id", "valid_from"),
        "whose turn it is on a mandate",
        org.RotasSchema,
    ),
    File(
        "absences",
        (_must("person_id", "person"), BEGIN, TO),
        ("person_id", "valid_from"),
        "who is away, so that cover for them is seen as cover; no reasons",
        org.AbsencesSchema,
    ),
    File(
        "objections",
        (_must("person_id", "person"), FROM),
        ("person_id",),
        "who objects to being measured",
        org.ObjectionsSchema,
    ),
    File(
        "no_owner",
        (*SCOPE, FROM, TO),
        ("scope_type", "scope_id", "valid_from"),
        "what nobody owns, so that work there is a gap and not unknown",
        org.NoOwnerSchema,
    ),
    File(
        "windows",
        (_label("kind", "release", "incident", is_required=True), *SCOPE, BEGIN, TO),
        ("kind", "scope_type", "scope_id", "valid_from"),
        "when releases and incidents were",
        org.WindowsSchema,
    ),
    File(
        "handoffs",
        tuple(_must(name) for name in ("project", "from_status", "to_status", "next_role")),
        ("project", "from_status", "to_status"),
        "which hand-offs the workflow asks for",
        org.HandoffsSchema,
    ),
    File(
        "required_steps",
        tuple(_must(name) for name in ("project", "status", "before_status")),
        ("project", "status", "before_status"),
        "which steps are required, so that a skipped one is seen",
        org.RequiredStepsSchema,
    ),
)  # in the order in which one refers to another
