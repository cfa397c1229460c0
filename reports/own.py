"""A person's own page: what was counted about them, by which rule, who may see it, how to contest.

It is shown to that person only, and before their manager sees a page that names them.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from models.signs.words import named
from reports import phrases, replies
from reports.carriers import usual
from reports.facts import Band, Terms
from reports.groups import ReportError
from reports.own_facts import Own, OwnAct, OwnAsked, OwnFound, OwnReading, OwnSum
from reports.rows import BEFORE, WEEKS, day_of, in_utc, weeks_to
from reports.traces import meeting_words
from warehouse.audit import Entry
from warehouse.read import connect
from warehouse.read import rows as ask

EIGHT = 8
RULES = {
    "0": "a machine, a shared account, your own work, undone or part of a batch",
    "2": "you manage this person by the reporting line",
    "3": "you hold a mandate that covers it",
    "4": "it was delegated to you, or the holder asked you for it",
    "5": "the team agreed that anyone may do it",
    "5a": "asking the owner is an everyday duty",
    "6": "it is an everyday duty of your role",
    "7": "somebody else holds the mandate",
    "8": "it is recorded that nobody owns it",
    "9 confidence": "the records are too weak to say; it counts nowhere",
    "9 contested": "it is contested; it counts nowhere until that is settled",
    "9": "the records do not say who owns it; it counts nowhere",
}

QUERIES = {
    "about": "select run_id, data_until, method_version from mart.about",
    "person": "select name, title, team_id from mart.people where person_id = ?",
    "weeks": "select * from mart.person_weeks where person_id = ? and week between ? and ?",
    "acts": """
        select act_id, happened_at, week, kind, object_kind, object_id, scope_type, scope_id,
            authority, authority_class, rule, is_recorded_late, minutes, minutes_low, minutes_high,
            source, evidence_url
        from mart.acts where actor_id = ? and week between ? and ? order by happened_at desc, act_id
    """,
    "findings": """
        select finding_id, code, status, sentence, window_start, scope_type, scope_id
        from mart.findings
        where status <> 'not_assessable' and window_end between ? and ? and (
            person_id = ? or contains(sentence, ?)
            or finding_id in (
                select finding_id
                from mart.finding_evidence join mart.requests on request_id = evidence_id
                where evidence_kind = 'request' and holder_id = ?
            )
        )
        order by window_end desc, code, finding_id
    """,
    "asked": """
        select scope_type, scope_id, asked_at, waited_hours, is_open,
            answered_at is not null as is_answered
        from mart.requests
        where holder_id = ? and asked_at >= ? and asked_at < ?
        order by asked_at desc, request_id
    """,
    "managers": """
        select names.name, lines.manager_id
        from mart.reporting_lines as lines
        left join mart.people as names on names.person_id = lines.manager_id
        where lines.person_id = ? and lines.line_type = 'solid'
            and lines.valid_from <= ? and (lines.valid_to is null or lines.valid_to > ?)
        order by lines.manager_id
    """,
}


MOST_READINGS = 20
MOST_BEFORE = 200  # rows of earlier acts on the page; the restricted file has all
SUMS = (
    ("Outside the role", "hidden_hours"),
    ("of which reviews above the fair share", "excess_hours"),
    ("Delegated or agreed", "deliberate_hours"),
    ("of which without time or pay", "unfunded_hours"),
    ("Everyday duties of the role", "ordinary_hours"),
    ("With the role", "formal_hours"),
    ("Not known; counts nowhere", "unknown_hours"),
    ("Outside your working hours", "after_hours_hours"),
    ("In meetings", "meeting_hours"),
)


def own(
    store: Path,
    *,
    person_id: str,
    week: date,
    terms: Terms,
    rendered_at: datetime,
    opens_on: date | None = None,
    readings: Sequence[Entry] = (),
) -> Own:
    """What the restricted store holds about one person, for that person.

    `opens_on` is the day from which the line manager's page may name them; None: not set yet.
    `readings` are the entries of the audit log that concern them.

    Raises:
        ReportError: nobody has that id.
    """
    first = week - timedelta(weeks=BEFORE - 1)
    since = week - timedelta(weeks=EIGHT - 1)
    at = rendered_at.replace(tzinfo=None)
    values: dict[str, list[Any]] = {
        "about": [],
        "person": [person_id],
        "weeks": [person_id, first, week],
        "acts": [person_id, since, week],
        "findings": [
            since,
            week + timedelta(days=6),
            person_id,
            f"{{person:{person_id}}}",
            person_id,
        ],
        "asked": [person_id, since, week + timedelta(days=7)],
        "managers": [person_id, at, at],
    }
    with connect(store, threads=1) as con:
        found = {name: ask(con, sql, values[name]) for name, sql in QUERIES.items()}
    if found["person"].is_empty():
        raise ReportError(f'nobody has the id "{person_id}"; ids are those of org/people.csv')
    if found["about"].is_empty():
        raise ReportError(f"{store.name}: mart.about is empty; run `dottedline run` first")
    by_week = {row["week"]: row for row in found["weeks"].rows(named=True)}
    now = by_week.get(week, {})
    series = tuple(_hours(by_week, monday, "hidden_hours") for monday in weeks_to(week, BEFORE))
    acts = [_act(row, person_id, terms) for row in found["acts"].rows(named=True)]
    this_week = set(found["acts"].filter(pl.col("week") == week)["act_id"])
    before = [act for act in acts if act.act_id not in this_week]
    about = found["about"].row(0, named=True)
    name = phrases.shown(found["person"]["name"][0]) or phrases.NAMELESS
    return Own(
        person_id=person_id,
        name=name,
        week=week,
        iso_week=phrases.iso_week(week),
        days=phrases.week_days(week),
        company=phrases.shown(terms.company),
        headline=_headline(now, len(this_week)),
        hidden=_triple(now, "hidden_hours"),
        mean=_triple(now, "hidden_hours_8w"),
        series=series[-WEEKS:],
        usual=usual(series),
        sums=tuple(_sum(by_week, week, label, name) for label, name in SUMS),
        acts=tuple(act for act in acts if act.act_id in this_week),
        before=tuple(before[:MOST_BEFORE]),
        more=max(0, len(before) - MOST_BEFORE),
        found=tuple(
            _found(row, person_id, name, terms) for row in found["findings"].rows(named=True)
        ),
        asked=tuple(_asked(row, terms.time_zone) for row in found["asked"].rows(named=True)),
        readings=_readings(readings, terms.time_zone),
        contests=_contests(person_id, week, terms),
        readers=tuple(
            phrases.shown(name) or phrases.NAMELESS for name in found["managers"]["name"]
        ),
        opens_on=opens_on,
        preview_working_days=terms.preview_working_days,
        smallest_group=terms.smallest_group,
        answers_to=terms.answers_to,
        assessed_on=terms.assessed_on,
        run_id=phrases.shown(about["run_id"]),
        data_until=in_utc(about["data_until"]),
        rendered_at=rendered_at,
        method_version=phrases.shown(about["method_version"]),
        is_calibrated=terms.is_calibrated,
    )


def hours_words(triple: tuple[float | None, float | None, float | None]) -> str:
    """Hours with their range, as a band where that is too wide, or that they are not known."""
    value, low, high = triple
    if value is None or low is None or high is None:
        return "not known"
    if value == 0:
        return "none found"
    if phrases.is_banded(value, low, high):
        band: Band = phrases.band(value)
        return phrases.band_words(*band)
    return f"{phrases.hours(value)} ({phrases.span(low, high)})"


def rule_words(rule: str) -> str:
    """The deciding rule with its number: `rule 7: somebody else holds the mandate (absent)`."""
    number, _, reason = rule.partition(" ")
    if reason and rule in RULES:
        return f"rule {number}: {RULES[rule]}"
    words = RULES.get(number, "see METHOD 2.2")
    return f"rule {number}: {words}" + (f" ({reason.replace('_', ' ')})" if reason else "")


def _headline(now: dict[str, Any], act_count: int) -> str:
    if not now:
        return "Nothing was counted about you this week."
    if not now["is_observed"]:
        return "You were not observed this week."
    return f"What was counted about you this week: {phrases.counted(act_count, 'act')}"


def _triple(now: dict[str, Any], name: str) -> tuple[float | None, float | None, float | None]:
    return now.get(name), now.get(f"{name}_low"), now.get(f"{name}_high")


def _hours(by_week: dict[date, dict[str, Any]], monday: date, name: str) -> float | None:
    row = by_week.get(monday)
    return row[name] if row and row["is_observed"] else None


def _sum(by_week: dict[date, dict[str, Any]], week: date, label: str, name: str) -> OwnSum:
    eight = [_hours(by_week, monday, name) for monday in weeks_to(week, EIGHT)]
    known = [value for value in eight if value is not None]
    return OwnSum(label, eight[-1], sum(known) if known else None)


def _found(row: dict[str, Any], person_id: str, name: str, terms: Terms) -> OwnFound:
    """Nobody else is named: what is said of others stands on pages of theirs."""
    said = named(row["sentence"], lambda one: name if one == person_id else "a colleague")
    label = phrases.SIGNS[row["code"]]
    body = replies.not_so(row["finding_id"], label)
    return OwnFound(
        row["finding_id"],
        label,
        phrases.shown(said),
        replies.mail(terms.answers_to, "not what happened", body),
    )


def _asked(row: dict[str, Any], zone: str) -> OwnAsked:
    scope = f"{row['scope_type'].replace('_', ' ')} {row['scope_id']}"
    on = day_of(row["asked_at"], zone)
    flags = bool(row["is_open"]), bool(row["is_answered"])
    return OwnAsked(on, phrases.shown(scope), row["waited_hours"], *flags)


def _readings(entries: Sequence[Entry], zone: str) -> tuple[OwnReading, ...]:
    """The newest readings first."""
    newest = sorted(entries, key=lambda entry: (entry.at, entry.who, entry.purpose), reverse=True)
    return tuple(
        OwnReading(day_of(one.at, zone), phrases.shown(one.who), phrases.shown(one.purpose))
        for one in newest[:MOST_READINGS]
    )


def _contests(person_id: str, week: date, terms: Terms) -> tuple[tuple[str, str], ...]:
    """What can be answered to the page as a whole: label and mail link."""
    account: replies.Values = {"system": "", "account_id": ""}
    blocks = (
        ("It was delegated to me", _delegated("", person_id, week)),
        ("An account here is not mine", replies.block("ignore", account)),
        (
            "Another account is mine too",
            replies.block("same_person", {**account, "person": person_id}),
        ),
    )
    return replies.links(blocks, terms.answers_to)


def _delegated(area: str, person_id: str, since: date) -> str:
    values: replies.Values = {"area": area, "from": "", "to": person_id, "since": since}
    return replies.block("delegated", values)


def _key(row: dict[str, Any], zone: str) -> str:
    """A key of the source; of a meeting day and hour, as no title is kept."""
    if row["object_kind"] == "meeting":
        return meeting_words(in_utc(row["happened_at"]), zone)
    return phrases.cut(phrases.shown(row["object_id"]) or "no key", 24)


def _act(row: dict[str, Any], person_id: str, terms: Terms) -> OwnAct:
    on = day_of(row["happened_at"], terms.time_zone)
    area = f"{row['scope_type']}:{row['scope_id']}" if row["scope_id"] else ""
    body = replies.contested(row["act_id"], _delegated(area, person_id, on))
    is_counted = row["authority_class"] != "excluded"
    scope = f"{row['scope_type'].replace('_', ' ')} {row['scope_id']}" if row["scope_id"] else ""
    return OwnAct(
        act_id=row["act_id"],
        on=on,
        kind=phrases.KINDS[row["kind"]],
        key=_key(row, terms.time_zone),
        url=phrases.link(row["evidence_url"]),
        scope=phrases.shown(scope) or "no area known",
        authority=phrases.AUTHORITY[row["authority"]],
        authority_class=row["authority_class"],
        rule=rule_words(phrases.shown(row["rule"])),
        minutes=row["minutes"] if is_counted else None,
        low=row["minutes_low"] if is_counted else None,
        high=row["minutes_high"] if is_counted else None,
        is_recorded_late=bool(row["is_recorded_late"]),
        source=phrases.shown(row["source"]),
        contest=replies.mail(terms.answers_to, "an act", body) if is_counted else "",
    )
