"""What was found in a week, in words, for one reader; and what could not be said, and why.

A stored sentence holds no name: people stand in it by id, and are named here where the reader may
know them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models.signs.words import named, people_in
from reports import phrases, traces
from reports.facts import Finding
from reports.groups import Group, Names
from reports.rows import Rows, holds_in
from reports.traces import NameOf

Row = dict[str, Any]
SURE = {"established": "very likely", "emerging": "likely"}
CONTEXT = "D3"  # told of a holder who reports to somebody else too, but without a name
OUTSIDER = "somebody outside your reports"


@dataclass(frozen=True)
class Seen:
    """The findings of a week that a reader may see, with their traces and how people are called."""

    rows: tuple[Row, ...]
    traces: dict[str, list[Row]]
    known: frozenset[str]
    holders: frozenset[str]
    names: Names
    zone: str

    def name_of(self, person_id: str) -> str:
        """The name of a person whom the reader leads, or who holds a published mandate."""
        is_known = person_id in self.known or person_id in self.holders
        return self.names[person_id] if is_known else OUTSIDER

    def named_in(self, finding: Row) -> NameOf:
        """How people are called in a finding; of a week full of meetings only own people are."""
        known = self.known if finding["code"] == CONTEXT else self.known | self.holders
        return lambda one: self.names[one] if one in known else OUTSIDER

    def sentence(self, finding: Row) -> str:
        """The finding in words."""
        return phrases.shown(named(finding["sentence"], self.named_in(finding)))


def seen(rows: Rows, group: Group, names: Names, zone: str) -> Seen:
    """Findings that reach into this week and that can be assessed.

    A manager's page takes those of the teams that they lead, about no person or about one of
    theirs, and those about one of theirs; everyone's page those of no team that name nobody.
    """
    known = group.reports | ({group.manager_id} if group.manager_id else set())
    found = [row for row in _this_week(rows, group) if row["status"] in SURE]
    allowed = [row for row in found if _is_allowed(row, group, frozenset(known))]
    return Seen(
        rows=tuple(allowed),
        traces=traces.by_finding(rows),
        known=frozenset(known),
        holders=holders(rows, zone),
        names=names,
        zone=zone,
    )


def _this_week(rows: Rows, group: Group) -> list[Row]:
    end = rows.week + timedelta(days=7)
    return [
        row
        for row in rows["findings"].sort("code", "window_start", "finding_id").rows(named=True)
        if rows.week <= row["window_end"] < end
        and (is_for(row, group) or row["person_id"] in group.reports)
    ]


def _is_allowed(row: Row, group: Group, known: frozenset[str]) -> bool:
    if group.manager_id is None:
        return row["person_id"] is None and not people_in(row["sentence"])
    return row["person_id"] is None or row["person_id"] in known or row["code"] == CONTEXT


def is_for(row: Row, group: Group) -> bool:
    """Whether a finding or move is about a team that the reader leads; about none: everyone's."""
    if group.manager_id is None:
        return row["team_id"] is None
    return row["team_id"] in group.led_teams


def holders(rows: Rows, zone: str) -> frozenset[str]:
    """Persons with a mandate in the week: the register is published, so they may be named."""
    return frozenset(
        row["holder_id"]
        for row in rows["mandates"].rows(named=True)
        if holds_in(row, rows.week, zone)
    )


def holders_of(rows: Rows, scope_type: str | None, scope_id: str | None, zone: str) -> list[str]:
    """Persons who hold this very scope by a mandate, in the week."""
    return sorted(
        {
            row["holder_id"]
            for row in rows["mandates"].rows(named=True)
            if row["holder_type"] == "person"
            and (row["scope_type"], row["scope_id"]) == (scope_type, scope_id)
            and holds_in(row, rows.week, zone)
        }
    )


def label(code: str) -> str:
    """A sign in a few words."""
    return phrases.SIGNS[code]


def sure(seen: Seen, found: list[Row]) -> str:
    """How sure, by the finding that is least so, and of how many traces."""
    weakest = min((SURE[row["status"]] for row in found), key=len)
    all_of = {
        (trace["evidence_kind"], trace["evidence_id"])
        for row in found
        for trace in seen.traces.get(row["finding_id"], [])
    }
    return f"{weakest} ({phrases.counted(len(all_of), 'direct trace')})"


def told(seen: Seen, row: Row) -> Finding:
    """One finding as a page tells it."""
    rest = seen.traces.get(row["finding_id"], [])
    evidence = traces.shown(rest, seen.named_in(row), seen.zone)
    return Finding(
        finding_id=row["finding_id"],
        code=row["code"],
        label=label(row["code"]),
        sentence=seen.sentence(row),
        sure=sure(seen, [row]),
        evidence=evidence,
        more=max(0, len(rest) - len(evidence)),
    )


def unsaid(rows: Rows, group: Group) -> tuple[str, ...]:
    """Why signs of this week cannot be said, each reason once; nobody is named in them."""
    found = [
        _reason(row["code"], phrases.shown(row["sentence"]))
        for row in _this_week(rows, group)
        if row["status"] == "not_assessable" and not people_in(row["sentence"])
    ]
    return tuple(dict.fromkeys(found))


def _reason(code: str, sentence: str) -> str:
    """The reason with its sign, where it does not begin with it."""
    if sentence.startswith(("Not assessable", "A reader")):
        return f"{label(code)}: {sentence[0].lower()}{sentence[1:]}"
    return sentence
