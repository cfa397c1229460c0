"""The pull requests of a repository, page by page: those that changed, and the open ones.

A page that is too heavy is asked for again with half as many, down to one; a single pull request
that is too heavy is stepped over and left for the next night. What a page does not hold of a pull
request is read on, for many at once.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.connector import SourceError
from connectors.github_client import Hub, TooHeavyError
from connectors.github_failures import Answer, Withheld
from connectors.github_query import (
    CHANGES,
    FIRST_SIZE,
    HEADS,
    HEADS_OF_CHANGES,
    LATEST_FIRST,
    OLDEST_FIRST,
    PARTS,
    SOME_CHANGES,
    Rest,
    more_of,
)

STEADY = 10  # pages in a row that came before a page may be larger again
MANY_RESTS = 20  # lists that are read on in one query

NEEDED = ("comments", "reviews", "timelineItems")  # without one, what is stored says more

Node = dict[str, Any]


class NotVisibleError(SourceError):
    """A repository that the token does not see."""


@dataclass
class Walk:
    """One repository on its way: how large a page is, what was left out, and why.

    `left`: ids of pull requests that could not be read. `withheld`: fields that came without
    their values.
    """

    hub: Hub
    owner: str
    name: str
    size: int = FIRST_SIZE
    left: set[str] = field(default_factory=set)
    withheld: list[Withheld] = field(default_factory=list)
    unseen: int = 0
    _steady: int = 0
    _unfinished: list[Node] = field(default_factory=list)

    def changed(self, floor: datetime) -> Iterator[Node]:
        """Pull requests that changed at or after a moment, the latest first, each whole."""
        seen: set[str] = set()
        for page in self._pages():
            fresh = [node for node in page if node["id"] not in seen]
            seen |= {node["id"] for node in fresh}
            late = [node for node in fresh if moment(node["updatedAt"]) >= floor]
            yield from self._whole(late)
            if len(late) < len(fresh):
                break
        yield from self._finished()

    def open_ones(self, since: datetime, floor: datetime) -> set[str]:
        """Ids of open pull requests that changed last between two moments."""
        found: set[str] = set()
        after = None
        while True:
            values = self._named(first=HEADS, after=after, order=OLDEST_FIRST, states=["OPEN"])
            page = self._page(self.hub.asked(HEADS_OF_CHANGES, values))
            heads = [(node["id"], moment(node["updatedAt"])) for node in page["nodes"] if node]
            found |= {own for own, updated_at in heads if since <= updated_at < floor}
            is_past = any(updated_at >= floor for _, updated_at in heads)
            if is_past or not page["pageInfo"]["hasNextPage"]:
                return found
            after = next_cursor(page["pageInfo"], after)

    def some(self, ids: Collection[str]) -> Iterator[Node]:
        """These pull requests, each whole; one that is gone is left out."""
        waiting = sorted(ids)
        while waiting:
            now = waiting[: self.size]
            try:
                answer = self.hub.asked(SOME_CHANGES, {"ids": now}, is_divisible=self.size > 1)
            except TooHeavyError:
                if self.size == 1:
                    self.left.add(now[0])
                    waiting = waiting[1:]
                self._smaller()
                continue
            self._came()
            waiting = waiting[len(now) :]
            gone = {one.path[-1:] for one in answer.withheld if one.kind == "NOT_FOUND"}
            self._note(one for one in answer.withheld if one.kind != "NOT_FOUND")
            nodes = answer.data.get("nodes") or []
            self.unseen += sum(not node and (at,) not in gone for at, node in enumerate(nodes))
            yield from self._whole([node for node in nodes if node])
        yield from self._finished()

    def _named(self, **values: Any) -> dict[str, Any]:
        return {"owner": self.owner, "name": self.name, **values}

    def _pages(self) -> Iterator[list[Node]]:
        after = None
        while True:
            values = self._named(first=self.size, after=after)
            try:
                answer = self.hub.asked(CHANGES, values, is_divisible=self.size > 1)
            except TooHeavyError:
                if self.size == 1:
                    info = self._step_over(after)
                    if not info["hasNextPage"]:
                        return
                    after = next_cursor(info, after)
                self._smaller()
                continue
            self._came()
            page = self._page(answer)
            self._note(answer.withheld)
            self.unseen += sum(not node for node in page["nodes"])
            yield [node for node in page["nodes"] if node]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = next_cursor(page["pageInfo"], after)

    def _step_over(self, after: str | None) -> Mapping[str, Any]:
        """Leaves the one pull request of a page; where the next page begins."""
        values = self._named(first=1, after=after, order=LATEST_FIRST, states=None)
        page = self._page(self.hub.asked(HEADS_OF_CHANGES, values))
        self.left |= {node["id"] for node in page["nodes"] if node}
        info: Mapping[str, Any] = page["pageInfo"]
        return info

    def _page(self, answer: Answer) -> Mapping[str, Any]:
        """The page of pull requests in an answer.

        Raises:
            SourceError: it has none: an error never counts as no pull requests.
        """
        page = (answer.data.get("repository") or {}).get("pullRequests")
        if not isinstance(page, dict) or not isinstance(page.get("nodes"), list):
            kinds = ", ".join(sorted({one.kind for one in answer.withheld})) or "no reason given"
            raise not_visible(self.owner, self.name, kinds)
        return page

    def _smaller(self) -> None:
        self._steady, self.size = 0, max(1, self.size // 2)

    def _came(self) -> None:
        self._steady += 1
        if self._steady >= STEADY and self.size < FIRST_SIZE:
            self._steady, self.size = 0, min(FIRST_SIZE, 2 * self.size)

    def _note(self, withheld: Iterator[Withheld] | Sequence[Withheld]) -> None:
        self.withheld.extend(withheld)

    def _whole(self, nodes: Sequence[Node]) -> Iterator[Node]:
        """Those that came whole; the others wait for `_finished`, or are left."""
        for node in nodes:
            if not all(_is_shown(node, part) for part in NEEDED):
                self.left.add(node["id"])
            elif _rests(node):
                self._unfinished.append(node)
            else:
                yield node

    def _finished(self) -> Iterator[Node]:
        """The others, with the rest of their lists."""
        nodes = {node["id"]: node for node in self._unfinished}
        self._unfinished = []
        waiting = [rest for node in nodes.values() for rest in _rests(node)]
        many = MANY_RESTS
        while waiting:
            now = waiting[:many]
            try:
                answer = self.hub.asked(*more_of(now), is_divisible=len(now) > 1)
            except TooHeavyError:
                if len(now) == 1:
                    self.left.add(now[0].change_id)
                    waiting = waiting[1:]
                many = max(1, len(now) // 2)
                continue
            waiting = waiting[len(now) :]
            self._note(answer.withheld)
            for at, rest in enumerate(now):
                more = (answer.data.get(f"m{at}") or {}).get(rest.part)
                waiting.extend(self._joined(nodes[rest.change_id], rest, more))
        yield from (node for node in nodes.values() if node["id"] not in self.left)

    def _joined(self, node: Node, rest: Rest, more: Mapping[str, Any] | None) -> list[Rest]:
        """Puts a further page of a list to the others; what is still to be read of it."""
        if more is None or more.get("nodes") is None:
            self.left.add(rest.change_id)
            return []
        node[rest.part]["nodes"].extend(more["nodes"])
        if not more["pageInfo"]["hasNextPage"]:
            return []
        return [rest._replace(after=next_cursor(more["pageInfo"], rest.after))]


def not_visible(owner: str, name: str, why: str) -> NotVisibleError:
    """What to say of a repository that is not shown."""
    return NotVisibleError(
        f"{owner}/{name}: is not visible ({why}); look at its name, and whether the token may read "
        "it: pull requests, contents and metadata"
    )


def moment(written: str) -> datetime:
    """A moment as GitHub writes it: 2026-09-22T07:10:00Z."""
    return datetime.fromisoformat(written)


def next_cursor(info: Mapping[str, Any], after: str | None) -> str:
    """Where the next page begins.

    Raises:
        SourceError: where this one began: it would never end.
    """
    cursor = info.get("endCursor")
    if not cursor or cursor == after:
        raise SourceError("GitHub names no further page though there is one; run again later")
    return str(cursor)


def _rests(node: Node) -> list[Rest]:
    """What a page does not hold of a pull request."""
    return [
        Rest(node["id"], part, next_cursor(node[part]["pageInfo"], None))
        for part in PARTS
        if _is_shown(node, part) and node[part]["pageInfo"]["hasNextPage"]
    ]


def _is_shown(node: Node, part: str) -> bool:
    """Whether a list came, be it empty; null is one that was withheld."""
    return (node.get(part) or {}).get("nodes") is not None
