"""A night over HTTP: services and calendars full of hostile texts, and ones that fail."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb
import polars as pl
import pytest

from connectors import github_client, jira_session
from connectors.demo.services import github, jira
from models.tables import Table, meetings, metrics, tickets
from pipelines import settings_file
from pipelines.coverage import write_coverage
from pipelines.night import open_night
from pipelines.sync import sync
from tests.pipelines.conftest import run_night
from tests.pipelines.nights import NOW
from tests.pipelines.test_canary import traces
from warehouse.lake import Lake

AT = datetime(2026, 11, 4, 9, tzinfo=UTC)
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "=HYPERLINK(kanariformel)",
    "\u202eKanaribidi\u200b",
    "\x1b[31mKanarisequenz",
)
TEXT = " kanaritext ".join(HOSTILE)
SECRET = "kanarisecret"
ENVIRONMENT = {
    "DOTTEDLINE_TRACKER_USER": "reader@shop.example",
    "DOTTEDLINE_TRACKER_TOKEN": SECRET,
    "DOTTEDLINE_CODE_TOKEN": SECRET,
}
ANA = 'Ana "<img src=x onerror=alert(1)>" Example'

SETTINGS = """\
[company]
name = "Made up"
time_zone = "Europe/Berlin"

[privacy]
legal_basis = "test"
assessed_on = 2026-01-01
internal_hosts = [{hosts}]

[[sources]]
name = "tracker"
kind = "jira"
url = "{tracker}"
projects = ["LNCH"]
since = 2026-10-01

[[sources]]
name = "code"
kind = "github"
url = "{host}"
repositories = ["example/shop"]
since = 2026-10-01

[[sources]]
name = "rooms"
kind = "ics"
urls = ["calendars/*.ics"]
since = 2026-10-01
"""
PEOPLE = """\
person_id,name,email,title,role_family,team_id,time_zone,contract_hours_week,working_hours,location,valid_from,valid_to
ana,"{ana}",ana@shop.example,,,red,,,,,2026-01-01,
ben,Ben Example,ben@shop.example,,,red,,,,,2026-01-01,
cai,Cai Example,cai@shop.example,,,red,,,,,2026-01-01,
"""
ACCOUNTS = "person_id,system,account_id,kind\n" + "".join(
    f"{who},{system},{account},human\n"
    for who in ("ana", "ben", "cai")
    for system, account in (("tracker", f"acc-{who}"), ("code", f"{who}-example"))
)
MEETING = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//made up//
BEGIN:VEVENT
UID:sync@shop.example
DTSTAMP:20261101T000000Z
DTSTART:20261104T110000Z
DTEND:20261104T113000Z
SUMMARY:kanaritext <img src=x onerror=alert(1)>
ORGANIZER;CN=Ana:mailto:ana@shop.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@shop.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@shop.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:cai@shop.example
END:VEVENT
END:VCALENDAR
"""


@dataclass
class Shop:
    """A company whose services answer on loopback."""

    folder: Path
    tracker: jira.Traffic = field(default_factory=jira.Traffic)
    host: github.Traffic = field(default_factory=github.Traffic)

    def read(self, until: date, *, is_full: bool = False) -> dict[str, str | None]:
        """Why each source could not be read, by name; and what is missing is written down."""
        held = settings_file.load(self.folder / "dottedline.toml", self.folder, ENVIRONMENT)
        opened = open_night(held, until=until, now=NOW, run_id="run", is_full=is_full)
        errors = {source.name: sync(opened, source).error for source in held.sources}
        write_coverage(opened)
        return errors

    def lake(self, table: Table) -> pl.DataFrame:
        return Lake(str(self.folder / "var" / "lake")).scan(table).collect()

    def missing(self) -> dict[str, list[str]]:
        """What is missing, by source."""
        rows = self.lake(metrics.COVERAGE).filter(pl.col("problem").is_not_null())
        return {
            str(source): sorted(set(problems))
            for source, problems in rows.group_by("source").agg("problem").rows()
        }


def site() -> jira.JiraSite:
    ana, ben, cai = (
        jira.user(f"acc-{who}", f"{TEXT} {who}", email=f"{who}@shop.example")
        for who in ("ana", "ben", "cai")
    )
    project = jira.project("10000", "LNCH", TEXT, lead=ana)
    tickets = [
        jira.Ticket(project, number, opened_by=ana, at=AT, title=TEXT, labels=[HOSTILE[0]])
        .assign(cai, by=ben, at=AT + timedelta(hours=number))
        .comment(f"[~acc-ana] {TEXT}?", by=ben, at=AT + timedelta(hours=number + 1))
        for number in range(1, 4)
    ]
    return jira.JiraSite(
        users=[ana, ben, cai], projects=[project], issues=[one.issue for one in tickets],
        user="reader@shop.example", token=SECRET,
    )  # fmt: skip


def hub() -> github.HubSite:
    accounts = [
        github.Account(f"{who}-example", place, TEXT)
        for place, who in enumerate(("ana", "ben", "cai"), 1)
    ]
    change = github.PullRequest(
        7, "ana-example", AT, files=["src/pay.py"], additions=20, title=TEXT, text=TEXT,
        events=[
            github.Event("reviewed", AT + timedelta(hours=3), "ben-example", text=TEXT,
                         verdict="approved", commit="a" * 40),
            github.Event("commented", AT + timedelta(hours=4), "cai-example", text=TEXT),
        ],
    )  # fmt: skip
    repository = github.Repository("example/shop", 1, [change])
    return github.HubSite(accounts=accounts, repositories=[repository], token=SECRET)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    made = Shop(tmp_path)
    for name, patience in (("jira", jira_session.Patience), ("github", github_client.Patience)):
        at_once = partial(patience, sleep=lambda _seconds: None)
        monkeypatch.setattr(f"connectors.{name}.Patience", at_once)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with ExitStack() as stack:
        tracker = stack.enter_context(jira.serving(site(), made.tracker))
        host = stack.enter_context(github.serving(hub(), made.host))
        hosts = ", ".join(f'"{url.partition("://")[2]}"' for url in (tracker, host))
        text = SETTINGS.format(hosts=hosts, tracker=tracker, host=host)
        (tmp_path / "dottedline.toml").write_text(text)
        (tmp_path / "org").mkdir()
        (tmp_path / "org/people.csv").write_text(PEOPLE.format(ana=ANA.replace('"', '""')))
        (tmp_path / "org/teams.csv").write_text("team_id,name,parent_team_id\nred,Red,\n")
        (tmp_path / "org/accounts.csv").write_text(ACCOUNTS)
        (tmp_path / "calendars").mkdir()
        (tmp_path / "calendars/red.ics").write_text(MEETING)
        yield made


def test_acts_come_from_all_three_and_no_text_of_theirs_is_anywhere(shop, capfd):
    assert run_night(shop.folder) == 0
    kinds = "select kind from mart.acts where rule not like '0%' order by 1"
    with duckdb.connect(shop.folder / "var/published/restricted.duckdb", read_only=True) as con:
        found = [kind for (kind,) in con.execute(kinds).fetchall()]
    assert found == ["assign", "assign", "assign", "convene", "review"]
    written = "".join(
        path.read_bytes().decode("utf-8", "replace")
        for path in sorted((shop.folder / "var").rglob("*"))
        if path.is_file() and "raw/accounts" not in str(path)
    )
    said = "".join(capfd.readouterr())
    sought = ("kanaritext", "kanariformel", "Kanaribidi", "Kanarisequenz", SECRET)
    assert traces(written + said, sought) == []
    pages = "".join(p.read_text("utf-8") for p in sorted(shop.folder.rglob("*.html")))
    assert pages.count("&lt;img src=x") > 0
    assert "<img" not in pages


def test_a_tracker_that_refuses_ends_the_night_with_3_and_says_why(shop, capfd):
    shop.tracker.faults.append(jira.Fault(status=401, times=99))
    assert run_night(shop.folder) == 3
    told = "".join(capfd.readouterr())
    assert "DOTTEDLINE_TRACKER_TOKEN" in told
    assert SECRET not in told
    with duckdb.connect(shop.folder / "var/published/ops.duckdb", read_only=True) as con:
        acts = con.execute("select source, count(*) from mart.acts group by 1 order by 1")
        assert acts.fetchall() == [("code", 1), ("rooms", 1)]


@pytest.mark.parametrize("status", [401, 403, 410, 429, 500])
def test_what_a_tracker_refuses_to_tell_stays_as_it_was_read(shop, status):
    assert shop.read(date(2026, 11, 9)) == {"tracker": None, "code": None, "rooms": None}
    before = shop.lake(tickets.TICKET_EVENTS)
    assert before.height > 0
    shop.tracker.faults.append(jira.Fault(status=status, times=99))
    errors = shop.read(date(2026, 11, 16))
    assert errors["tracker"] is not None
    assert SECRET not in errors["tracker"]
    assert errors["code"] is errors["rooms"] is None
    assert shop.lake(tickets.TICKET_EVENTS).equals(before)
    assert list(shop.missing()) == ["tracker"]


def test_a_host_that_cannot_be_reached_is_no_empty_week(shop):
    text = (shop.folder / "dottedline.toml").read_text()
    with jira.serving(site()) as gone:
        pass
    url = next(line.split('"')[1] for line in text.splitlines() if line.startswith("url"))
    changed = text.replace(url, gone).replace(url.partition("://")[2], gone.partition("://")[2])
    (shop.folder / "dottedline.toml").write_text(changed)
    errors = shop.read(date(2026, 11, 16))
    assert [name for name, error in errors.items() if error] == ["tracker"]
    weeks = shop.lake(metrics.COVERAGE).filter(pl.col("source") == "tracker")
    assert set(weeks["records"]) == {None}
    assert not weeks["is_complete"].any()


def test_a_malformed_calendar_is_a_line_and_the_others_count(shop):
    (shop.folder / "calendars/broken.ics").write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nnonsense")
    assert set(shop.read(date(2026, 11, 16)).values()) == {None}
    assert shop.lake(meetings.MEETINGS).height == 1
    assert any("broken.ics" in problem for problem in shop.missing()["rooms"])


def test_a_full_run_reads_nothing_anew_of_a_source_of_which_a_part_is_away(shop):
    other = MEETING.replace("UID:sync", "UID:other")
    (shop.folder / "calendars/blue.ics").write_text(other)
    shop.read(date(2026, 11, 16))
    before = shop.lake(meetings.MEETINGS)
    (shop.folder / "calendars/blue.ics").write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nnonsense")
    errors = shop.read(date(2026, 11, 16), is_full=True)
    assert [name for name, error in errors.items() if error] == ["rooms"]
    assert "run without --full" in str(errors["rooms"])
    assert before.height == 2
    assert shop.lake(meetings.MEETINGS).equals(before)


def test_a_host_not_listed_as_internal_is_not_talked_to(shop):
    text = (shop.folder / "dottedline.toml").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("internal_hosts")]
    (shop.folder / "dottedline.toml").write_text("\n".join(lines))
    errors = shop.read(date(2026, 11, 16))
    assert [name for name, error in errors.items() if error] == ["tracker", "code"]
    assert not shop.tracker.counts
    assert not shop.host.counts
