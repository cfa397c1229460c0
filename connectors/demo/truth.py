"""What was planted in the made-up company, and so must be found: counted from its own changes.

The pipeline never sees this. An act here is what docs on git say: a trailer of another than the
author is a review, a committer other than the author a merge, by and for people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.demo.changes import OUTSIDER, QUIET_TEAM, Change
from connectors.demo.company import (
    BYPASS_WEEKS,
    DELEGATION_WEEKS,
    LEAVE_WEEKS,
    NEWCOMER_WEEKS,
    PROJECTS,
    Company,
    at_day,
)
from connectors.demo.tickets import Told


@dataclass(frozen=True)
class Planted:
    """One thing planted: so many acts of a kind, by one actor in one scope, with what authority.

    To find it in `mart.acts`: `happened_at` from `from_at` until before `to_at`; actor None is
    anybody; no kinds are all. Scope type team is compared with `team_id`, the others with
    `scope_type` and `scope_id`. `authority` is an authority or (informal) a class of them; `rule`
    is how the act's rule begins. An `account_id` stands where no act is: its commits, of kind
    commit, are of an account behind which nobody is known. With a `measure` other things than
    acts are counted: `findings` of the code that is its only kind, or people with `no_calendar`.
    """

    name: str
    what: str
    actor_id: str | None
    scope_type: str
    scope_id: str
    kinds: tuple[str, ...]
    from_at: datetime
    to_at: datetime
    authority: str | None
    rule: str | None
    count: int
    account_id: str | None = None
    measure: str | None = None  # what else than acts is counted: findings, no_calendar


@dataclass(frozen=True)
class _Act:
    kind: str
    actor_id: str
    story: str
    area: str


def truth(company: Company, changes: list[Change], told: list[Told]) -> list[Planted]:
    """Everything planted, in code and in what services tell; then what must not be found."""
    return [*_services(company, told), *_code(company, changes)]


def _services(company: Company, told: list[Told]) -> list[Planted]:
    """What is planted in tickets, proposed changes and calendars."""
    cast, span = company.cast, company.span
    window = at_day(span.launch_days[0])

    def planted(
        name: str, what: str, actor_id: str | None, scope_type: str, scope_id: str,
        kinds: tuple[str, ...], from_at: datetime, authority: str, rule: str,
    ) -> Planted:  # fmt: skip
        acts = [
            act
            for act in told
            if name.startswith(act.story) and act.kind in kinds and act.actor_id == actor_id
        ]
        return Planted(
            name, what, actor_id, scope_type, scope_id, kinds, from_at, span.until, authority, rule,
            len(acts),
        )  # fmt: skip

    found = [
        planted(
            "launch_tickets", "Tests of the launch handed out while its lead is slow",
            cast.coordinator, "project", PROJECTS["checkout"], ("assign", "reassign"), window,
            "cover", "7 slow_holder",
        ),
        planted(
            "launch_meetings", "Meetings about the tests, called by the same person",
            cast.coordinator, "meeting_series", "", ("convene",), window, "cover",
            "7 slow_holder",
        ),
        planted(
            "incident", "Tickets moved on the day of an incident without the lead", cast.rerouter,
            "project", PROJECTS["platform"], ("reassign",), at_day(span.incident_on), "bypass", "7",
        ),
    ]  # fmt: skip
    if cast.champion:
        found.append(
            planted(
                "onboarding", "Reviews of nearly all that a newcomer writes: a duty, in excess",
                cast.champion, "path", "", ("review",), at_day(span.back(NEWCOMER_WEEKS)),
                "ordinary", "6",
            )
        )  # fmt: skip
    measured = [
        ("S4", "Crisis reallocation found in the launch", PROJECTS["checkout"], "findings"),
        ("P2", "Slow decisions found in the launch", PROJECTS["checkout"], "findings"),
        ("W2", "Skipped checks found in the launch", PROJECTS["checkout"], "findings"),
        ("S4", "Crisis reallocation found in the incident", PROJECTS["platform"], "findings"),
        ("", "People without a calendar", "", "no_calendar"),
    ]
    return found + [
        Planted(
            f"{measure} {code} {scope_id}", what, None, "project", scope_id, (code,), window,
            span.until, None, None, 1, measure=measure,
        )
        for code, what, scope_id, measure in measured
    ]  # fmt: skip


def _code(company: Company, changes: list[Change]) -> list[Planted]:
    """What is planted in the history of the code."""
    cast, span, until = company.cast, company.span, company.span.until
    acts = list(_acts(changes))

    def told(
        name: str, what: str, story: str, actor_id: str | None, area: str, kind: str,
        from_at: datetime, authority: str, rule: str,
    ) -> Planted:  # fmt: skip
        found = [
            act
            for act in acts
            if (act.story, act.kind) == (story, kind) and actor_id in (None, act.actor_id)
        ]
        return Planted(
            name, what, actor_id, "component", area, (kind,), from_at, until, authority, rule,
            len(found),
        )  # fmt: skip

    leave, start = at_day(span.back(LEAVE_WEEKS)), at_day(span.back(span.weeks))
    first = at_day(span.first_day)
    turn_merges = [act for act in acts if (act.area, act.kind) == ("Deploy", "merge")]
    outside = [change for change in changes if change.author == OUTSIDER]
    return [
        told(
            "leave_merges", "Merges while the only owner is away", "leave", cast.stand_in,
            "Payments", "merge", leave, "cover", "7 absent",
        ),
        told(
            "leave_reviews", "Reviews for another team while the only owner is away", "leave",
            cast.stand_in, "Payments", "review", leave, "cover", "7 absent",
        ),
        told(
            "gap", "Reviews for another team in an area that nobody owns, by record", "gap",
            cast.gap_reviewer, "Search", "review", start, "gap", "8",
        ),
        told(
            "bypass", "Merges while the owner is seen at work in the area", "bypass",
            cast.second_merger, "Cart", "merge", at_day(span.back(BYPASS_WEEKS)), "bypass", "7",
        ),
        told(
            "delegation", "Merges under a delegation recorded in time: nothing to find",
            "delegation", cast.delegate, "Build", "merge",
            at_day(span.back(DELEGATION_WEEKS)), "delegated", "4",
        ),
        told(
            "agreement", "Merges that the team agreed anybody in it may do", "agreement", None,
            "Storage", "merge", first, "shared", "5",
        ),
        Planted(
            "rota", "Merges by whoever is on turn", None, "component", "Deploy", ("merge",),
            first, until, "formal_mandate", "3", len(turn_merges),
        ),
        Planted(
            "quiet_team", "A team in which nobody leads outside the role: the empty state", None,
            "team", QUIET_TEAM, (), first, until, "informal", None, 0,
        ),
        Planted(
            "outsider", "Commits of an address that is nobody's", None, "component", "Prices",
            ("commit",), start, until, None, None, len(outside), OUTSIDER.address,
        ),
    ]  # fmt: skip


def _acts(changes: list[Change]) -> Iterator[_Act]:
    """Reviews and merges by people for people."""
    for change in changes:
        author_id, lander_id = change.author.person_id, change.lander.person_id
        if author_id is None:
            continue
        if lander_id not in (None, author_id):
            yield _Act("merge", lander_id, change.story, change.area)
        for _, reviewer_id in change.reviews:
            yield _Act("review", reviewer_id, change.story, change.area)
