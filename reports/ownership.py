"""Who owns it and who leads it, and the dotted lines beside the solid ones.

People who do not report to the reader are never named as doers; published owners are, because the
register is published.
"""

from datetime import timedelta

import polars as pl

from reports import phrases
from reports.facts import Area, Areas, Lines, Node, Series, Tie
from reports.groups import Group, Names
from reports.rows import ROLLING, WEEKS, Rows, holds_in, weeks_to

MOST_AREAS = 20  # rows on the page; the rest is counted
MOST_PEOPLE = 25  # of more only those with a dotted line are drawn
FEWEST_ACTS = 3  # METHOD 6.4: under it a tie says nothing
ORDER = ("differs", "no_owner", "matches", "too_few")
AREA = ["scope_type", "scope_id"]


def areas_of(rows: Rows, group: Group, week_count: int = 1) -> pl.DataFrame:
    """The areas of the page over the last weeks.

    All for everyone; for a manager those where their people acted within 8 weeks or are published
    as owners.
    """
    since = rows.week - timedelta(weeks=week_count - 1)
    areas = rows["areas"].filter(pl.col("week") >= since)
    if group.manager_id is None:
        return areas
    people = list(group.people)
    acted = rows["acts"].filter(
        pl.col("actor_id").is_in(people),
        pl.col("week") > rows.week - timedelta(weeks=ROLLING),
        pl.col("authority_class") != "excluded",
    )
    owned = rows["owners"].filter(pl.col("owner_id").is_in(people))
    theirs = pl.concat([acted.select(AREA), owned.select(AREA)]).unique()
    return areas.join(theirs, on=AREA, how="semi")


def differing(rows: Rows, group: Group) -> Series:
    """How many areas differ, in each of the 12 weeks; None where the week has no areas at all."""
    counts = dict(
        areas_of(rows, group, WEEKS)
        .group_by("week")
        .agg(count=(pl.col("match") == "differs").sum().cast(pl.Float64))
        .iter_rows()
    )
    return tuple(counts.get(monday) for monday in weeks_to(rows.week, WEEKS))


def areas(
    rows: Rows, group: Group, names: Names, *, named: bool, only_gaps: bool, smallest_group: int
) -> Areas:
    """The areas as rows, those that differ first, then by acts; `only_gaps`: unowned ones only.

    `named` names leaders among the reader's own people; others are words.
    """
    found = areas_of(rows, group)
    counts = [(match, found.filter(pl.col("match") == match).height) for match in ORDER]
    if only_gaps:
        found = found.filter(pl.col("match") == "no_owner")
    actors = {(row[0], row[1]): row[2] for row in rows["actors"].iter_rows()}
    owners: dict[tuple[str, str], list[str]] = {}
    for row in rows["owners"].rows(named=True):
        owners.setdefault((row["scope_type"], row["scope_id"]), []).append(row["owner_id"])
    ordered = sorted(
        found.rows(named=True),
        key=lambda row: (
            ORDER.index(row["match"]),
            -row["act_count"],
            row["scope_id"],
            row["scope_type"],
        ),
    )
    shown = []
    for row in ordered[:MOST_AREAS]:
        key = (row["scope_type"], row["scope_id"])
        listed = frozenset(owners.get(key, []))
        is_many = actors.get(key, 0) >= smallest_group
        is_own = named and row["leader_id"] in group.people
        share = row["leader_share"] if is_own else None
        shown.append(
            Area(
                scope_type=row["scope_type"],
                title=phrases.shown(row["scope_id"]) or phrases.NAMELESS,
                owners=tuple(names[owner] for owner in names.in_order(listed)),
                leader=names[row["leader_id"]] if is_own else None,
                leader_words=_leader(row["leader_id"], listed, is_own, names, only_gaps),
                share=share,
                informal_share=row["informal_share"] if is_many and not only_gaps else None,
                act_count=row["act_count"],
                match=row["match"],
            )
        )
    return Areas(tuple(shown), tuple(counts), max(0, len(ordered) - MOST_AREAS))


def _leader(
    leader: str | None, owners: frozenset[str], is_own: bool, names: Names, hidden: bool
) -> str:
    if leader is None or hidden:
        return "–"
    if is_own:
        return names[leader]
    return "a listed owner" if leader in owners else "someone not listed"


def lines(rows: Rows, group: Group, names: Names, zone: str) -> Lines | None:
    """The reader, their direct reports, and ties of 3 acts or more among them.

    Of more than 25 people only those with a tie are there.
    """
    if group.manager_id is None:
        return None
    circle = group.reports | {group.manager_id}
    ties = rows["ties"].filter(
        pl.col("actor_id").is_in(list(circle)) | pl.col("target_id").is_in(list(circle)),
        pl.col("act_count") >= FEWEST_ACTS,
    )
    within = [
        row
        for row in ties.rows(named=True)
        if row["actor_id"] in circle and row["target_id"] in circle
    ]
    within.sort(key=lambda row: (names[row["actor_id"]], names[row["target_id"]], row["actor_id"]))
    dotted = [row for row in within if row["informal_act_count"] >= FEWEST_ACTS]
    tied = {row[end] for row in within for end in ("actor_id", "target_id")}
    drawn = group.reports if len(group.reports) <= MOST_PEOPLE else group.reports & tied
    return Lines(
        top=_node(rows, group.manager_id, names, zone),
        people=tuple(_node(rows, person, names, zone) for person in names.in_order(drawn)),
        ties=tuple(
            Tie(
                row["actor_id"],
                row["target_id"],
                names[row["actor_id"]],
                names[row["target_id"]],
                row["act_count"],
                row["informal_act_count"],
                row["hours"],
            )
            for row in within
        ),
        elsewhere=ties.height - len(within),
        sentence=_tie_sentence(dotted, names),
        left_out=len(group.reports - drawn),
    )


def _tie_sentence(dotted: list[dict[str, object]], names: Names) -> str:
    """What the dotted lines outside the role add up to, actors by name."""
    if not dotted:
        return "No dotted line outside the role reached 3 acts in 8 weeks."
    led: dict[str, list[int]] = {}
    for row in dotted:
        led.setdefault(str(row["actor_id"]), []).append(int(str(row["informal_act_count"])))
    parts = [
        f"{names[actor]} led {phrases.counted(len(led[actor]), 'colleague')} in "
        f"{phrases.counted(sum(led[actor]), 'act')}"
        for actor in names.in_order(set(led))
    ]
    return f"Over 8 weeks, traces show outside the recorded role: {'; '.join(parts)}."


def _node(rows: Rows, person: str, names: Names, zone: str) -> Node:
    hours = rows["person_weeks"].filter(
        pl.col("person_id") == person, pl.col("week") == rows.week, "is_observed"
    )["hidden_hours_8w"]
    return Node(
        person,
        names[person],
        names.titles.get(person, ""),
        _has_role(rows, person, zone),
        None if hours.is_empty() else hours[0],
    )


def _has_role(rows: Rows, person: str, zone: str) -> bool:
    """Whether the person leads somebody by a solid line or holds a mandate, in that week."""
    leads = rows["lines"].filter(pl.col("manager_id") == person)
    holds = rows["mandates"].filter(pl.col("holder_id") == person)
    return any(
        holds_in(row, rows.week, zone) for row in [*leads.rows(named=True), *holds.rows(named=True)]
    )
