"""Three things to do: recommendations with the traces they rest on and the reader's three answers.

One whose traces a reader cannot open or look up is left out; what comes after the third is named.
"""

from typing import Any

from models.signs.words import named
from reports import findings, phrases, replies, traces
from reports.facts import Draft, Finding, Move, Terms
from reports.findings import Seen
from reports.groups import Group
from reports.rows import Rows

MOST_MOVES = 3
Row = dict[str, Any]


def moves(
    rows: Rows, group: Group, seen: Seen, terms: Terms
) -> tuple[tuple[Move, ...], tuple[str, ...]]:
    """At most three in their published order, then what the others of the week say.

    A recommendation counts where the reader may see every finding that it rests on, until it is
    answered. A finding is told of once, with the first that rests on it.
    """
    by_id = {row["finding_id"]: row for row in seen.rows}
    triggered = [
        (row, [by_id[key] for key in row["finding_ids"]])
        for row in rows["moves"].sort("position", "move_id").rows(named=True)
        if not row["answer"]
        and row["finding_ids"]
        and all(key in by_id for key in row["finding_ids"])
    ]
    open_ = [
        (row, found)
        for row, found in triggered
        if any(traces.is_openable(trace) for trace in _of(seen, found))
    ]
    said: set[str] = set()
    shown = [_move(row, found, rows, group, seen, terms, said) for row, found in open_[:MOST_MOVES]]
    return tuple(shown), tuple(
        _named(row["sentence"], seen).rstrip(".") for row, _ in open_[MOST_MOVES:]
    )


def seen_besides(seen: Seen, moves: tuple[Move, ...]) -> tuple[Finding, ...]:
    """What was found and no recommendation on the page tells of."""
    told = {key for move in moves for key in move.finding_ids}
    return tuple(findings.told(seen, row) for row in seen.rows if row["finding_id"] not in told)


def _of(seen: Seen, found: list[Row]) -> list[Row]:
    return [trace for row in found for trace in seen.traces.get(row["finding_id"], [])]


def _named(text: str, seen: Seen) -> str:
    return phrases.shown(named(text, seen.name_of))


def _move(
    row: Row,
    found: list[Row],
    rows: Rows,
    group: Group,
    seen: Seen,
    terms: Terms,
    said: set[str],
) -> Move:
    new = [finding for finding in found if finding["finding_id"] not in said]
    before = [finding for finding in found if finding["finding_id"] in said]
    said.update(finding["finding_id"] for finding in found)
    of_new = [trace for trace in _of(seen, new or found) if traces.is_openable(trace)]
    evidence = traces.shown(of_new, seen.name_of, seen.zone)
    scope = next((one for one in found if one["person_id"]), found[0])
    holders = findings.holders_of(rows, scope["scope_type"], scope["scope_id"], seen.zone)
    answers = replies.to_move(row, found, holders, group.manager_id or "")
    return Move(
        move_id=row["move_id"],
        code=row["code"],
        position=row["position"],
        finding_ids=tuple(row["finding_ids"]),
        sentence=_named(row["sentence"], seen),
        why=tuple(seen.sentence(finding) for finding in new),
        also=tuple(dict.fromkeys(findings.label(finding["code"]) for finding in before)),
        first_step=_named(row["first_step"], seen),
        check=_named(row["check_metric"], seen),
        review_on=row["review_on"],
        evidence=evidence,
        more=max(0, len(_of(seen, new or found)) - len(evidence)),
        sure=findings.sure(seen, found),
        answers=replies.links(answers, terms.answers_to),
        block="\n".join(f"# {label}\n{text}" for label, text in answers),
        drafts=_drafts(row["move_id"], rows),
    )


def _drafts(move_id: str, rows: Rows) -> tuple[Draft, ...]:
    """What the recommendation proposes to publish an owner of."""
    own = [row for row in rows["drafts"].rows(named=True) if row["move_id"] == move_id]
    return tuple(
        Draft(
            key=phrases.cut(phrases.shown(row["object_id"]), 32),
            url=phrases.link(row["evidence_url"]),
            scope=phrases.shown(f"{row['scope_type'].replace('_', ' ')} {row['scope_id']}"),
            wording=phrases.shown(row["wording"]),
        )
        for row in sorted(own, key=lambda row: _natural(row["object_id"]))
    )


def _natural(key: str) -> tuple[str, int, str]:
    """LNCH-9 before LNCH-101: by text, then by the number at its end."""
    text = key.rstrip("0123456789")
    number = key[len(text) :]
    return (text, int(number) if number else -1, key)
