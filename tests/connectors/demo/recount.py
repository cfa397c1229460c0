"""Reads a made demo back from its files and judges every act anew, by the letter of METHOD 2.2.

Shares no code with what made the demo: addresses, owners, trailers and dates come from git and
from org/*.csv.
"""

import csv
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

INFORMAL = {"gap", "cover", "bypass", "unresolved"}
TRAILERS = ("Reviewed-by: ", "Acked-by: ", "Tested-by: ")


@dataclass(frozen=True)
class Commit:
    author: str
    committer: str
    author_date: datetime
    date: datetime
    lines: list[str]
    paths: list[str]


@dataclass(frozen=True)
class Act:
    kind: str
    actor: str
    target: str
    area: str
    at: datetime


class Recount:
    """A demo as its readers see it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", f"--git-dir={self.root / 'shop.git'}", *arguments],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.root / "org" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def people(self) -> dict[str, dict[str, str]]:
        return {row["person_id"]: row for row in self.rows("people")}

    @cached_property
    def person_of(self) -> dict[str, str]:
        return {row["account_id"]: row["person_id"] for row in self.rows("accounts")}

    @cached_property
    def commits(self) -> list[Commit]:
        out = self.git(
            "log", "--reverse", "--name-only",
            "--format=%x01%ae%x00%ce%x00%aI%x00%cI%x00%B%x00",
        )  # fmt: skip
        made = []
        for record in out.split("\x01")[1:]:
            author, committer, authored, landed, body, paths = record.split("\0")
            made.append(
                Commit(
                    author,
                    committer,
                    datetime.fromisoformat(authored),
                    datetime.fromisoformat(landed),
                    body.splitlines(),
                    paths.split(),
                )
            )
        return made

    @cached_property
    def owners_files(self) -> list[tuple[datetime, str]]:
        """Versions of MAINTAINERS with their moments, oldest first."""
        versions = self.git("log", "--reverse", "--format=%H %cI", "--", "MAINTAINERS").splitlines()
        return [
            (datetime.fromisoformat(date), self.git("show", f"{commit}:MAINTAINERS"))
            for commit, date in (version.split() for version in versions)
        ]

    @cached_property
    def owners(self) -> list[tuple[datetime, dict[str, list[str]]]]:
        """Owners by area from a moment on, newest first."""
        made = []
        for date, text in reversed(self.owners_files):
            areas = {}
            for section in text.split("\n\n"):
                title, *lines = section.strip().splitlines()
                listed = [line.split("<")[1][:-1] for line in lines if line.startswith("M:")]
                areas[title] = [self.person_of[address] for address in listed]
            made.append((date, areas))
        return made

    @cached_property
    def acts(self) -> list[Act]:
        """Reviews and merges by people for people."""
        made = []
        for commit in self.commits:
            target = self.person_of.get(commit.author)
            if not target:
                continue
            area = self.area_of(commit)
            actor = self.person_of.get(commit.committer)
            if actor and actor != target:
                made.append(Act("merge", actor, target, area, commit.date))
            for line in commit.lines:
                if line.startswith(TRAILERS):
                    reviewer = self.person_of[line.split("<")[1][:-1]]
                    made.append(Act("review", reviewer, target, area, commit.date))
        return made

    def area_of(self, commit: Commit) -> str:
        folders = {path.split("/")[1] if "/" in path else "" for path in commit.paths}
        assert len(folders) == 1
        return folders.pop().capitalize()

    def authority(self, act: Act) -> str:
        holders = self.holders(act.area, act.at)
        if act.actor in self.above(act.target):
            return "formal_line"
        if act.actor in holders:
            return "formal_mandate"
        if self.is_delegated(act, holders):
            return "delegated"
        if self.is_agreed(act):
            return "shared"
        is_own_team = self.team_of(act.area) == self.people[act.actor]["team_id"]
        if act.target in holders or (act.kind == "review" and is_own_team):
            return "ordinary"
        if holders:
            return self.beside(holders, act)
        is_unowned = any(row["scope_id"] == act.area for row in self.rows("no_owner"))
        return "gap" if is_unowned else "unknown"

    def beside(self, holders: list[str], act: Act) -> str:
        away = [self.is_away(holder, act.at) for holder in holders]
        if all(away):
            return "cover"
        seen = any(self.was_seen(holder, act) for holder in holders)
        return "bypass" if seen and not any(away) else "unresolved"

    def was_seen(self, holder: str, act: Act) -> bool:
        """Own commits or acts there within five working days before."""
        start = act.at
        for _ in range(5):
            start -= timedelta(days=1)
            while start.weekday() > 4:
                start -= timedelta(days=1)
        own = [
            commit.date
            for commit in self.commits
            if self.person_of.get(commit.author) == holder and self.area_of(commit) == act.area
        ]
        led = [other.at for other in self.acts if (other.actor, other.area) == (holder, act.area)]
        return any(start <= at < act.at for at in own + led)

    def holders(self, area: str, at: datetime) -> list[str]:
        listed = next(areas for since, areas in self.owners if at >= since).get(area, [])
        mandates = [row for row in self.rows("mandates") if row["scope_id"] == area]
        turns = [
            row["person_id"]
            for row in self.rows("rotas")
            if any(row["mandate_id"] == mandate["holder_id"] for mandate in mandates)
            and holds(row, at)
        ]
        return listed + turns

    def above(self, person: str) -> list[str]:
        manager_of = {row["person_id"]: row["manager_id"] for row in self.rows("reporting_lines")}
        found = []
        while person in manager_of:
            person = manager_of[person]
            found.append(person)
        return found

    def is_delegated(self, act: Act, holders: list[str]) -> bool:
        return any(
            row["from_person_id"] in holders
            and (row["to_person_id"], row["scope_id"]) == (act.actor, act.area)
            and act.kind in row["act_kinds"].split(";")
            and holds(row, act.at)
            and datetime.fromisoformat(row["recorded_at"]) <= act.at
            for row in self.rows("delegations")
        )

    def is_agreed(self, act: Act) -> bool:
        both = {self.people[act.actor]["team_id"], self.people[act.target]["team_id"]}
        return any(
            both == {row["team_id"]}
            and row["scope_id"] == act.area
            and act.kind in row["act_kinds"].split(";")
            for row in self.rows("agreements")
        )

    def team_of(self, area: str) -> str:
        return next(row["scope_id"] for row in self.rows("scopes") if row["object_id"] == area)

    def is_away(self, person: str, at: datetime) -> bool:
        return any(row["person_id"] == person and holds(row, at) for row in self.rows("absences"))


def holds(row: dict[str, str], at: datetime) -> bool:
    """Whether a dated row holds at a moment; days begin at midnight in Berlin."""
    start, end = (
        datetime.fromisoformat(row[bound]).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
        if row[bound]
        else None
        for bound in ("valid_from", "valid_to")
    )
    return (start is None or start <= at) and (end is None or at < end)
