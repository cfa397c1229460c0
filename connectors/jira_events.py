"""What happened to a ticket, in order, and how it stood after each event.

The tracker tells how a ticket stands now and what changed. What held at a moment is folded from
the changes: the value after the last change before it, the value before the first change after
it, and only where a field never changed the value of today. So a change that came between two of
our questions does no harm.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.jira_values import Change, Comment, Item, Ticket
from models.phrases import Labels

BY_ID = ("assignee", "reporter")
BY_NAME = ("status", "resolution", "priority")


@dataclass(frozen=True, slots=True)
class State:
    """How a ticket stood; `project` is an id, `components` names by id."""

    assignee: str | None
    reporter: str | None
    status: str | None
    project: str
    components: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """One event; accounts are the tracker's own ids. `state` holds after the whole change."""

    event_id: str
    change_id: str
    at: datetime
    field: str
    actor: str | None
    state: State
    before: str | None = None
    after: str | None = None
    was: str | None = None
    becomes: str | None = None
    mentioned: tuple[str, ...] = ()
    labels: Labels | None = None


def events(ticket: Ticket, changes: Iterable[Change]) -> list[Event]:
    """Opening, changes and comments of a ticket, oldest first.

    The first assignee is in no change: it is whom the first change of it took the ticket from,
    else who has it now.
    """
    once = {change.change_id: change for change in changes if change.items}
    ordered = sorted(once.values(), key=lambda change: (change.at, _number(change.change_id)))
    first = _first(ticket, ordered)
    states = list(_states(first, ordered))
    opening = f"created-{ticket.ticket_id}"
    found = [
        Event(opening, opening, ticket.created_at, "created", ticket.creator, first,
              after=first.assignee)
    ]  # fmt: skip
    for change, state in zip(ordered, states, strict=True):
        found += _changed(change, state)
    moments = [change.at for change in ordered]
    for comment in ticket.comments:
        passed = bisect_right(moments, comment.at)
        found.append(_commented(comment, states[passed - 1] if passed else first))
    return sorted(found, key=lambda event: event.at)


def _first(ticket: Ticket, changes: Sequence[Change]) -> State:
    """How the ticket stood when it was opened."""
    items = [item for change in changes for item in change.items]
    earliest: dict[str, Item] = {}
    for item in items:
        earliest.setdefault(item.field, item)
    status, project = earliest.get("status"), earliest.get("project")
    assignee, reporter = earliest.get("assignee"), earliest.get("reporter")
    return State(
        assignee=assignee.before if assignee else ticket.assignee,
        reporter=reporter.before if reporter else ticket.reporter,
        status=status.was if status else ticket.status,
        project=(project.before if project else None) or ticket.project_id,
        components=_first_components(ticket, items),
    )


def _first_components(ticket: Ticket, items: Sequence[Item]) -> Mapping[str, str]:
    """Those that never came, or went before they came again."""
    seen: set[str] = set()
    first: dict[str, str] = {}
    for item in items:
        if item.field == "component":
            gone, come = _sides(item)
            if gone and gone[0] not in seen:
                first[gone[0]] = gone[1]
            seen |= {side[0] for side in (gone, come) if side}
    still = {one: name for one, name in ticket.components.items() if one not in seen}
    return {**still, **first}


def _states(first: State, changes: Sequence[Change]) -> Iterator[State]:
    """How the ticket stood after each change."""
    state = first
    for change in changes:
        for item in change.items:
            state = _after(state, item)
        yield state


def _after(state: State, item: Item) -> State:
    match item.field:
        case "assignee":
            return replace(state, assignee=item.after)
        case "reporter":
            return replace(state, reporter=item.after)
        case "status":
            return replace(state, status=item.becomes)
        case "project" if item.after:
            return replace(state, project=item.after)
        case "component":
            gone, come = _sides(item)
            left = {
                one: name for one, name in state.components.items() if not gone or one != gone[0]
            }
            return replace(state, components={**left, **(dict([come]) if come else {})})
    return state


def _sides(item: Item) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """The component that went and the one that came: id and name each."""
    before, after = item.before or item.was, item.after or item.becomes
    return (
        (before, item.was or before) if before else None,
        (after, item.becomes or after) if after else None,
    )


def _changed(change: Change, state: State) -> Iterator[Event]:
    counts: dict[str, int] = {}
    for item in change.items:
        counts[item.field] = number = counts.get(item.field, 0) + 1
        place = f"-{number}" if number > 1 else ""
        is_account, is_named = item.field in BY_ID, item.field in BY_NAME
        yield Event(
            event_id=f"{change.change_id}-{item.field}{place}",
            change_id=change.change_id,
            at=change.at,
            field=item.field,
            actor=change.author,
            state=state,
            before=item.before if is_account else None,
            after=item.after if is_account else None,
            was=item.was if is_named else None,
            becomes=item.becomes if is_named else None,
        )


def _commented(comment: Comment, state: State) -> Event:
    name = f"comment-{comment.comment_id}"
    return Event(
        event_id=name,
        change_id=name,
        at=comment.at,
        field="comment",
        actor=comment.author,
        state=state,
        mentioned=comment.mentioned,
        labels=comment.labels,
    )


def _number(change_id: str) -> tuple[int, str]:
    return (int(change_id), "") if change_id.isdecimal() else (0, change_id)
