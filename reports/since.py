"""What changed since the reader's answers, and what is worth a thank-you.

Answers come back with the recommendation they were given to; owners and time that were recorded
since come back as mandates.
"""

from collections.abc import Mapping
from typing import Any

from models.signs.words import named
from reports import phrases
from reports.findings import Seen, is_for
from reports.groups import Group
from reports.rows import Rows, day_of, holds_in

CORRECTION = "correction:"  # how ids of mandates out of corrections.toml begin
ANSWERS = "corrections.toml"
FEWEST_HELPED = 3  # acts of a week: below it a thank-you would be for every reply
ANSWERED: Mapping[str, str] = {
    "done": "it is done",
    "not_so": "it is not what happened",
    "delegated": "it was delegated",
}

Row = dict[str, Any]


def settled(rows: Rows, group: Group, seen: Seen) -> tuple[str, ...]:
    """What was answered and what was seen since, then what is recorded of those who led.

    A recommendation is told of until the day on which it is to be looked at again.
    """
    moves = [
        row
        for row in rows["moves"].sort("review_on", "position", "move_id").rows(named=True)
        if row["review_on"] >= rows.week and is_for(row, group)
    ]
    said = [*_answered(moves, seen), *_owned(rows, seen), *_recognised(rows, seen)]
    return tuple(dict.fromkeys(said))


def _answered(moves: list[Row], seen: Seen) -> list[str]:
    """A line for each answer, then one for each effect that no answer's line tells of."""
    found, told = [], set()
    for row in sorted(moves, key=lambda row: row["answer"] is None):
        about, effect = (
            phrases.shown(named(row[name] or "", seen.name_of)).rstrip(".")
            for name in ("sentence", "effect")
        )
        if row["answer"]:
            said = ANSWERED.get(row["answer"], phrases.shown(row["answer"]))
            since = f" Since then: {effect}." if effect else ""
            found.append(f"You answered to “{about}” that {said}.{since}")
        elif effect and effect not in told:
            found.append(f"Since “{about}” was on this page: {effect}.")
        told.add(effect)
    return found


def _owned(rows: Rows, seen: Seen) -> list[str]:
    """Owners that readers named, for people whom the page may name."""
    return [
        f"You told us that {seen.names[row['holder_id']]} owns {_scope(row)} since "
        f"{phrases.day(day_of(row['valid_from'], seen.zone))}: counted as formal since."
        for row in rows["mandates"].sort("valid_from", "mandate_id").rows(named=True)
        if row["mandate_id"].startswith(CORRECTION) and _is_own(rows, row, seen)
    ]


def _recognised(rows: Rows, seen: Seen) -> list[str]:
    """Mandates for what somebody was found to lead outside the role before."""
    led = {
        (row["person_id"], row["scope_type"], row["scope_id"]): row["window_start"]
        for row in rows["findings"].sort("window_start", descending=True).rows(named=True)
        if row["person_id"] in seen.known
    }
    found = []
    for row in rows["mandates"].sort("valid_from", "mandate_id").rows(named=True):
        since = led.get((row["holder_id"], row["scope_type"], row["scope_id"]))
        start = day_of(row["valid_from"], seen.zone)
        if since is None or start <= since or not _is_own(rows, row, seen):
            continue
        hours = row["time_budget_hours_week"]
        budget = f", with {phrases.number(hours)} h a week" if hours else ""
        found.append(
            f"{seen.names[row['holder_id']]}'s leading work around {_scope(row)} is now "
            f"recognised: a recorded role since {phrases.day(start)}{budget}."
        )
    return found


def _is_own(rows: Rows, mandate: Row, seen: Seen) -> bool:
    return mandate["holder_id"] in seen.known and holds_in(mandate, rows.week, seen.zone)


def _scope(row: Row) -> str:
    return phrases.shown(f"{row['scope_type'].replace('_', ' ')} {row['scope_id']}")


def unread(rows: Rows) -> tuple[str, ...]:
    """Entries of corrections.toml that could not be read, quoted with their line."""
    found = rows["coverage"].filter(source=ANSWERS)["problem"].drop_nulls().unique().sort()
    return tuple(f"{ANSWERS}: {phrases.shown(problem)}" for problem in found)


def thanks(rows: Rows, group: Group, seen: Seen) -> tuple[str, ...]:
    """Direct reports who answered colleagues or introduced newcomers several times this week."""
    acts: dict[str, dict[str, tuple[int, int]]] = {}
    for actor, kind, count, people in rows["helped"].iter_rows():
        if actor in group.reports:
            acts.setdefault(actor, {})[kind] = (count, people)
    helped = {
        actor
        for actor, kinds in acts.items()
        if sum(count for count, _ in kinds.values()) >= FEWEST_HELPED
    }
    return tuple(
        f"{seen.names[actor]} {phrases.names(_helped(acts[actor]))}."
        for actor in seen.names.in_order(helped)
    )


def _helped(kinds: dict[str, tuple[int, int]]) -> list[str]:
    found = []
    if "answer" in kinds:
        count, people = kinds["answer"]
        whom = f" of {phrases.counted(people, 'colleague')}" if people else ""
        found.append(f"answered {phrases.counted(count, 'question')}{whom}")
    if "onboard" in kinds:
        count, people = kinds["onboard"]
        whom = phrases.counted(people, "newcomer") if people else "newcomers"
        found.append(f"introduced {whom} in {phrases.counted(count, 'act')}")
    return found
