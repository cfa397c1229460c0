import subprocess
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.connector import SourceError
from connectors.demo import Demo, build
from models.settings import SettingsFile
from tests.connectors.demo.recount import INFORMAL, Recount

UNTIL = datetime(2026, 11, 16, tzinfo=UTC)

HEADERS = {  # as CONTRACT 4 has them
    "people": "person_id,name,email,title,role_family,team_id,time_zone,contract_hours_week,"
    "working_hours,location,valid_from,valid_to",
    "teams": "team_id,name,parent_team_id",
    "accounts": "person_id,system,account_id,kind",
    "reporting_lines": "person_id,manager_id,line_type,valid_from,valid_to,recorded_at",
    "mandates": "mandate_id,holder_type,holder_id,mandate_kind,scope_type,scope_id,act_kinds,"
    "compensated,time_budget_hours_week,valid_from,valid_to,recorded_at,confirmed_on",
    "delegations": "from_person_id,to_person_id,act_kinds,scope_type,scope_id,valid_from,valid_to,"
    "recorded_at",
    "scopes": "object_kind,object_id,scope_type,scope_id,valid_from,valid_to",
    "rotas": "mandate_id,person_id,valid_from,valid_to",
    "absences": "person_id,valid_from,valid_to",
    "agreements": "team_id,act_kinds,scope_type,scope_id,rule,valid_from,valid_to,recorded_at",
    "no_owner": "scope_type,scope_id,valid_from,valid_to",
    "required_steps": "project,status,before_status",
    "windows": "kind,scope_type,scope_id,valid_from,valid_to",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Demo:
    return build(tmp_path_factory.mktemp("demo"), until=UNTIL)


@pytest.fixture(scope="module")
def read_back(demo) -> Recount:
    return Recount(demo.settings.parent)


def contents(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_same_arguments_give_the_same_bytes_and_hashes(demo, tmp_path):
    again = build(tmp_path, until=UNTIL)
    assert contents(tmp_path) == contents(demo.settings.parent)
    assert again.truth == demo.truth


def test_another_seed_gives_another_company(demo, tmp_path):
    other = build(tmp_path, seed=2, until=UNTIL)
    assert (
        other.org.joinpath("people.csv").read_bytes()
        != demo.org.joinpath("people.csv").read_bytes()
    )


def test_a_second_build_replaces_the_first_and_leaves_what_was_made_of_it(demo, tmp_path):
    build(tmp_path, seed=2, until=UNTIL)
    (tmp_path / "published").mkdir()
    build(tmp_path, until=UNTIL)
    (tmp_path / "published").rmdir()
    assert contents(tmp_path) == contents(demo.settings.parent)


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path):
    (tmp_path / "dottedline.toml").write_text("[company]\nname = 'Own'\n")
    with pytest.raises(SourceError, match="give another folder with --out"):
        build(tmp_path, until=UNTIL)
    assert contents(tmp_path) == {"dottedline.toml": b"[company]\nname = 'Own'\n"}


def test_git_finds_nothing_wrong_with_the_repository(demo):
    checked = subprocess.run(
        ["git", f"--git-dir={demo.repository}", "fsck", "--strict", "--no-progress"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert checked.stdout + checked.stderr == ""


@pytest.mark.parametrize("name", HEADERS)
def test_headers_are_those_of_the_contract(demo, name):
    lines = (demo.org / f"{name}.csv").read_text("utf-8").splitlines()
    assert lines[0] == HEADERS[name]
    assert len(lines) > 1


def test_no_other_org_file_is_written(demo):
    assert {path.stem for path in demo.org.iterdir()} == set(HEADERS)


def test_settings_are_valid_and_corrections_empty(demo):
    settings = tomllib.loads(demo.settings.read_text("utf-8"))
    assert SettingsFile.model_validate(settings).company.name == "Example Shop"
    assert tomllib.loads((demo.settings.parent / "corrections.toml").read_text("utf-8")) == {}


@pytest.mark.parametrize(
    ("people", "weeks", "seed"), [(24, 12, 1), (24, 12, 7), (12, 12, 1), (13, 3, 2), (60, 6, 3)]
)
def test_planted_acts_are_those_that_git_and_org_files_tell(tmp_path, people, weeks, seed):
    demo = build(tmp_path, people=people, weeks=weeks, seed=seed, until=UNTIL)
    read_back = Recount(tmp_path)
    assert len(read_back.people) == people
    judged = [(act, read_back.authority(act)) for act in read_back.acts]
    for planted in demo.truth:
        if planted.scope_type != "component" or planted.authority is None:
            continue
        found = [
            act
            for act, authority in judged
            if act.kind in planted.kinds
            and planted.actor_id in (None, act.actor)
            and act.area == planted.scope_id
            and authority == planted.authority
            and planted.from_at <= act.at < planted.to_at
        ]
        assert len(found) == planted.count, planted.name
    informal = Counter(authority for _, authority in judged if authority in INFORMAL)
    planted_informal: Counter[str] = Counter()
    for planted in demo.truth:
        if planted.authority in INFORMAL and planted.scope_type == "component":
            planted_informal[planted.authority] += planted.count
    assert informal == planted_informal
    assert "unknown" not in {authority for _, authority in judged}


def test_every_story_has_enough_acts_to_be_seen(demo):
    counts = {planted.name: planted.count for planted in demo.truth if not planted.measure}
    assert counts.pop("quiet_team") == 0
    assert counts.pop("launch_tickets") == 11
    assert counts.pop("launch_meetings") == 3
    assert counts.pop("incident") == 8
    assert counts.pop("onboarding") >= 5
    assert len(counts) == 8
    assert min(counts.values()) >= 10


def test_the_quiet_team_leads_nobody_outside_the_role(demo, read_back):
    planted = next(planted for planted in demo.truth if planted.name == "quiet_team")
    authorities = {
        read_back.authority(act)
        for act in read_back.acts
        if read_back.people[act.actor]["team_id"] == planted.scope_id
    }
    assert authorities == {"formal_line", "formal_mandate", "ordinary"}


def test_reviews_are_shared_evenly_in_the_quiet_team(read_back):
    team = [p for p, row in read_back.people.items() if row["team_id"] == "data"]
    reviews = Counter(
        act.actor for act in read_back.acts if act.kind == "review" and act.actor in team
    )
    hours = {person: float(read_back.people[person]["contract_hours_week"]) for person in team}
    for_forty_hours = [40 * reviews[person] / hours[person] for person in team]
    assert max(for_forty_hours) - min(for_forty_hours) <= 4


def test_the_outsider_is_in_no_org_file(demo, read_back):
    planted = next(planted for planted in demo.truth if planted.name == "outsider")
    assert planted.account_id not in read_back.person_of
    assert all(planted.account_id != row["email"] for row in read_back.people.values())
    assert [c.author for c in read_back.commits].count(planted.account_id) == planted.count


def test_the_owners_file_changes_once_and_hands_one_area_over(read_back):
    (_, before), (_, after) = read_back.owners_files
    changed = [
        (a, b) for a, b in zip(before.split("\n\n"), after.split("\n\n"), strict=True) if a != b
    ]
    assert [section.splitlines()[0] for section, _ in changed] == ["Prices"]


def test_machines_commit_too(read_back):
    committers = Counter(commit.committer for commit in read_back.commits)
    assert committers["noreply@github.com"] > 10
    assert committers["release-bot@shop.example"] > 10


def test_commits_end_before_until_and_lie_over_a_minute_apart(read_back):
    dates = [commit.date for commit in read_back.commits]
    assert dates[-1] < UNTIL
    assert min(later - earlier for earlier, later in pairwise(dates)) > timedelta(seconds=60)


def test_people_commit_on_weekdays_in_their_own_zone(read_back):
    evenings = 0
    for commit in read_back.commits:
        person = read_back.people.get(read_back.person_of.get(commit.committer, ""))
        if person is None:
            continue
        local = commit.date.astimezone(ZoneInfo(person["time_zone"]))
        assert commit.date.utcoffset() == local.utcoffset()
        assert local.weekday() < 5
        assert 7 <= local.hour < 22
        evenings += local.hour >= 19
    assert evenings >= 5


def test_nobody_commits_while_away(read_back):
    for commit in read_back.commits:
        for address, at in [(commit.author, commit.author_date), (commit.committer, commit.date)]:
            assert not read_back.is_away(read_back.person_of.get(address, ""), at)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"people": 11}, "people 11 is not between 12 and 200"),
        ({"people": 201}, "people 201 is not between 12 and 200"),
        ({"weeks": 0}, "weeks 0 is not between 1 and 40"),
        ({"until": datetime(2026, 11, 16)}, "until has no time zone"),  # noqa: DTZ001
    ],
)
def test_arguments_out_of_range_are_refused(tmp_path, wrong, said):
    with pytest.raises(ValueError, match=said):
        build(tmp_path, **{"until": UNTIL} | wrong)
    assert contents(tmp_path) == {}
