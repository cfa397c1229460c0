"""Three things to do: recommendations with the traces they rest on and the reader's three answers.

One without a single trace that a reader could open or look up is left out.
"""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from reports import phrases
from reports.facts import Evidence, Move, Terms
from reports.groups import Group
from reports.rows import Rows, in_utc

MOST_MOVES = 3
MOST_LINKS = 3
SURE = {"established": "very likely", "emerging": "likely"}

Row = dict[str, Any]


def moves(rows: Rows, group: Group, terms: Terms) -> tuple[Move, ...]:
    """At most three, in their published order, resting on findings that reach into this week.

    A manager's page takes findings about their own people or about no person; everyone's page only
    the latter.
    """
    findings = {
        row["finding_id"]: row
        for row in rows["findings"].rows(named=True)
        if rows.week <= row["window_end"] < rows.week + timedelta(days=7)
        and row["status"] in SURE
        and (row["person_id"] is None or row["person_id"] in group.reports)
    }
    evidence: dict[str, list[Row]] = {}
    for row in rows["evidence"].sort("finding_id", "happened_at", "evidence_id").rows(named=True):
        evidence.setdefault(row["finding_id"], []).append(row)
    teams = _teams(rows, group)
    found = [
        _move(row, [findings[key] for key in row["finding_ids"]], evidence, terms)
        for row in rows["moves"].sort("position", "move_id").rows(named=True)
        if (row["team_id"] is None or row["team_id"] in teams)
        and row["finding_ids"]
        and all(key in findings for key in row["finding_ids"])
    ]
    return tuple(move for move in found if move.evidence)[:MOST_MOVES]


def _teams(rows: Rows, group: Group) -> set[str | None]:
    if group.manager_id is None:
        return set()
    people = rows["people"].rows(named=True)
    return {row["team_id"] for row in people if row["person_id"] in group.reports}


def _move(row: Row, findings: list[Row], evidence: dict[str, list[Row]], terms: Terms) -> Move:
    traces = [trace for finding in findings for trace in evidence.get(finding["finding_id"], [])]
    shown = [_trace(trace) for trace in traces[:MOST_LINKS]]
    weakest = min((SURE[finding["status"]] for finding in findings), key=len)
    direct = phrases.counted(sum(finding["act_count"] or 0 for finding in findings), "direct trace")
    return Move(
        position=row["position"],
        sentence=phrases.shown(row["sentence"]),
        why=tuple(phrases.shown(finding["sentence"]) for finding in findings),
        first_step=phrases.shown(row["first_step"]),
        check=phrases.shown(row["check_metric"]),
        review_on=row["review_on"],
        evidence=tuple(shown),
        more=max(0, len(traces) - MOST_LINKS),
        sure=f"{weakest} ({direct})",
        answers=_answers(row, findings[0], terms) if terms.answers_to else (),
        answer=phrases.shown(row["answer"]),
        effect=phrases.shown(row["effect"]),
    )


def _trace(row: Row) -> Evidence:
    key = phrases.cut(phrases.shown(row["object_id"] or row["evidence_id"]), 24)
    at = row["happened_at"]
    when = f", {phrases.short_day(in_utc(at).date())}" if at else ""
    return Evidence(f"{key}{when}", phrases.link(row["evidence_url"]))


def _answers(move: Row, finding: Row, terms: Terms) -> tuple[tuple[str, str], ...]:
    """The three answers as mail links whose body is a block of corrections.toml."""
    blocks = (
        (
            "We delegated this",
            "delegated",
            {
                "area": finding["scope_id"] or "",
                "from": "",
                "to": finding["person_id"] or "",
                "since": finding["window_start"],
            },
        ),
        ("Not what happened", "not_so", {"finding_id": finding["finding_id"]}),
        ("Done", "done", {"move_id": move["move_id"]}),
    )
    return tuple(
        (
            label,
            (
                f"mailto:{quote(terms.answers_to, safe='@')}?subject={quote('dottedline: ' + name)}"
                f"&body={quote(_toml(name, values))}"
            ),
        )
        for label, name, values in blocks
    )


def _toml(name: str, values: dict[str, Any]) -> str:
    lines = [
        f"{key} = {json.dumps(phrases.shown(value), ensure_ascii=False)}"
        if isinstance(value, str)
        else f"{key} = {value.isoformat()}"
        for key, value in values.items()
    ]
    return "\n".join([f"[[{name}]]", *lines, ""])
