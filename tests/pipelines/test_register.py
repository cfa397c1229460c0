"""The register over several nights: what was known when, and which weeks a change touches."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from models.tables import acts, authority, metrics, org, raw, tickets
from pipelines.compute import broken
from pipelines.publishing import purge
from pipelines.register import register
from pipelines.sync import sync
from tests.given import rows as given
from tests.pipelines.conftest import make_company
from tests.pipelines.given import SETTINGS
from tests.pipelines.nights import NOW, night, rows, whole
from warehouse.lake import Lake

PEOPLE = """\
person_id,name,email,team_id,valid_from,valid_to
ada,Ada Schreiber,ada@example.test,kitchen,2026-01-01,
bo,Bo Eigner,bo@example.test,kitchen,2026-01-01,
kim,Kim Vogelname,kanari.addr@example.test,office,2026-01-01,
"""
TEAMS = "team_id,name\nkitchen,Kitchen\noffice,Office\n"
MANDATES = """\
mandate_id,holder_type,holder_id,mandate_kind,scope_type,scope_id,act_kinds,valid_from,valid_to
k1,person,kim,component_lead,component,Kitchen,,{start},
"""
DELEGATIONS = (
    "from_person_id,to_person_id,act_kinds,scope_type,scope_id,valid_from,valid_to,recorded_at\n"
)
DELEGATED = """\
[[delegated]]
area = "component:Kitchen"
from = "bo"
to = "kim"
since = 2026-10-01
"""
LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    make_company(folder)
    (folder / "org").mkdir()
    (folder / "org" / "people.csv").write_text(PEOPLE)
    (folder / "org" / "teams.csv").write_text(TEAMS)
    whole(night(folder))
    return folder


@pytest.fixture
def company_then(first: Path, tmp_path: Path) -> Path:
    shutil.copytree(first, tmp_path / "company")
    return tmp_path / "company"


def by(folder: Path, column: str) -> dict[str, int]:
    judged = night(folder).lake.scan(authority.ACTS).filter(pl.col("actor_id") == "kim")
    return dict(judged.group_by(column).len().collect().rows())


def hours(folder: Path, name: str) -> float:
    weeks = night(folder).lake.scan(metrics.PERSON_WEEKS)
    return round(float(weeks.select(pl.col(name).sum()).collect().item()), 9)  # in any order


def test_a_contested_act_is_unknown_and_hides_no_hours_until_the_entry_is_taken_back(company_then):
    before, hidden = by(company_then, "authority_class"), hours(company_then, "hidden_hours")
    judged = night(company_then).lake.scan(authority.ACTS).filter(authority_class="informal")
    act_id = judged.select(pl.col("act_id").min()).collect().item()
    entry = company_then / "corrections.toml"
    entry.write_text(f'[[contested]]\nact_id = "{act_id}"\n')
    whole(night(company_then))
    assert by(company_then, "authority_class") == {"informal": before["informal"] - 1, "unknown": 1}
    assert hours(company_then, "hidden_hours") < hidden
    assert hours(company_then, "unknown_hours") > 0
    entry.unlink()
    whole(night(company_then))
    assert by(company_then, "authority_class") == before
    assert hours(company_then, "hidden_hours") == hidden


def test_a_mandate_that_comes_late_does_not_change_what_was_known(company_then):
    assert set(by(company_then, "authority_class")) == {"informal"}
    (company_then / "org/mandates.csv").write_text(MANDATES.format(start="2026-01-01"))
    whole(night(company_then))
    mandates = rows(night(company_then))["org.mandates"].filter(mandate_id="k1")
    assert mandates["recorded_at"].to_list() == [datetime(2025, 12, 31, 23, tzinfo=UTC)]

    (company_then / "org/mandates.csv").write_text(MANDATES.format(start="2026-02-01"))
    whole(night(company_then, now=LATER))
    mandates = rows(night(company_then))["org.mandates"].filter(mandate_id="k1")
    assert mandates.sort("recorded_at")["superseded_at"].to_list() == [LATER, None]
    assert mandates["recorded_at"].max() == LATER


def test_a_trackers_lead_holds_a_mandate_night_after_night(company_then):
    lake = night(company_then).lake
    kim = lake.scan(org.IDENTITIES).filter(pl.col("person_id") == "kim").head(1).collect()
    lead = {
        "source": kim["source"].item(), "account_key": kim["account_key"].item(),
        "scope_type": "component", "scope_id": "Kitchen", "role": "component_lead",
        "valid_from": datetime(2026, 1, 1, tzinfo=UTC), "valid_to": None,
    }  # fmt: skip
    lake.write_whole(tickets.LEADS, given(tickets.LEADS, lead).collect())
    for _ in range(2):
        register(night(company_then))
    held = night(company_then).lake.scan(org.MANDATES).filter(pl.col("holder_id") == "kim")
    assert held.select("mandate_id", "superseded_at").collect().rows() == [
        ("leads:component:Kitchen:1", None)
    ]


def test_what_is_as_it_was_stored_is_not_written_again(company_then, monkeypatch):
    written = []
    monkeypatch.setattr(Lake, "write_whole", lambda _lake, table, *_more: written.append(table))
    register(night(company_then))
    assert written == []
    (company_then / "org/no_owner.csv").write_text(
        "scope_type,scope_id,valid_from,valid_to\ncomponent,Cellar,2026-10-19,2026-10-26\n"
    )
    register(night(company_then))
    assert written == [org.NO_OWNER]


def test_a_change_computes_only_the_weeks_it_touches(company_then):
    (company_then / "org/no_owner.csv").write_text(
        "scope_type,scope_id,valid_from,valid_to\ncomponent,Cellar,2026-10-19,2026-10-26\n"
    )
    done = whole(night(company_then))
    assert done["acts.reviews"].weeks == 0
    assert 0 < done["authority.acts"].weeks < 6
    assert done["authority.acts"].changed_weeks == 0


def test_an_answer_of_a_reader_is_known_from_the_night_that_saw_it(company_then):
    (company_then / "corrections.toml").write_text(
        '[[owner]]\nscope_type = "component"\nscope_id = "Kitchen"\nperson = "kim"\n'
        "since = 2026-10-01\n"
    )
    whole(night(company_then))
    found = rows(night(company_then))
    [owner] = found["org.mandates"].filter(mandate_kind="owner").rows(named=True)
    assert (owner["holder_id"], owner["recorded_at"]) == ("kim", NOW)
    late = found["authority.acts"].filter(actor_id="kim").sort("happened_at")
    assert late["authority_as_now"].unique().to_list() == ["formal_mandate"]
    assert late["authority"].to_list()[0] != "formal_mandate"
    assert late["authority"].to_list()[-1] == "formal_mandate"


def test_a_delegation_that_a_reader_tells_of_is_known_from_the_night_that_saw_it(company_then):
    (company_then / "corrections.toml").write_text(DELEGATED)
    register(night(company_then))
    found = rows(night(company_then))["org.delegations"]
    assert found["recorded_at"].to_list() == [NOW]


def test_a_first_delegations_file_is_as_it_says_also_after_a_reader_told_of_one(company_then):
    (company_then / "corrections.toml").write_text(DELEGATED)
    register(night(company_then))
    (company_then / "org/delegations.csv").write_text(
        f"{DELEGATIONS}bo,ada,,component,Kitchen,2026-09-01,,2026-09-02\n"
    )
    register(night(company_then, now=LATER))
    found = rows(night(company_then))["org.delegations"]
    assert found.select("to_person_id", "recorded_at", "superseded_at").rows() == [
        ("ada", datetime(2026, 9, 1, 22, tzinfo=UTC), None),
        ("kim", NOW, None),
    ]


def test_a_delegation_of_the_file_that_a_reader_tells_of_too_is_one_record(company_then):
    (company_then / "corrections.toml").write_text(DELEGATED)
    (company_then / "org/delegations.csv").write_text(
        f"{DELEGATIONS}bo,kim,,component,Kitchen,2026-10-01,,\n"
    )
    for now in (NOW, LATER):
        register(night(company_then, now=now))
        found = rows(night(company_then))["org.delegations"]
        assert found["recorded_at"].to_list() == [datetime(2026, 9, 30, 22, tzinfo=UTC)]


def test_somebody_known_from_commits_alone_may_object(tmp_path):
    make_company(tmp_path)
    sync(night(tmp_path), night(tmp_path).settings.sources[0])
    register(night(tmp_path))
    people = rows(night(tmp_path))["org.people"]["person_id"].to_list()
    (tmp_path / "org").mkdir()
    (tmp_path / "org/objections.csv").write_text(f"person_id\n{people[0]}\npnobody\n")
    register(night(tmp_path))
    found = rows(night(tmp_path))
    assert found["org.objections"]["person_id"].to_list() == people[:1]
    assert found["org.problems"]["line"].to_list() == [3]
    assert found["org.people"]["person_id"].to_list() == people


def test_a_bad_row_is_left_out_and_counted_without_its_values(company_then):
    (company_then / "org/mandates.csv").write_text(
        MANDATES.format(start="2026-01-01").replace("kim", "m.ortiz")
    )
    whole(night(company_then))
    found = rows(night(company_then))
    assert found["org.problems"]["line"].to_list() == [2]
    [told] = found["metrics.coverage"].filter(source="org/mandates.csv").rows(named=True)
    assert "line 2 left out" in told["problem"]
    assert "ortiz" not in told["problem"]
    assert told["is_complete"]


def test_one_unknown_person_in_two_lines_stops_nothing(company_then):
    row = MANDATES.format(start="2026-01-01").replace("kim", "m.ortiz").splitlines()[1]
    (company_then / "org/mandates.csv").write_text(
        "\n".join([MANDATES.splitlines()[0], row, row.replace("k1", "k2")]) + "\n"
    )
    whole(night(company_then))
    assert rows(night(company_then))["org.problems"]["line"].to_list() == [2, 3]
    assert broken(night(company_then).lake, org.ORG_PROBLEMS) == {}


def test_a_source_that_left_the_settings_counts_no_longer(company_then):
    text = (company_then / "dottedline.toml").read_text()
    (company_then / "dottedline.toml").write_text(text.replace('"code"', '"renamed"'))
    whole(night(company_then))
    found = rows(night(company_then))
    assert found["raw.commits"]["source"].unique().to_list() == ["renamed"]
    assert found["acts.reviews"].height == 14


def test_an_earlier_day_shows_the_acts_before_it(company_then):
    day = date(2026, 10, 26)
    whole(night(company_then, until=day))
    found = rows(night(company_then))
    before = pl.col("happened_at") < datetime(2026, 10, 26, tzinfo=UTC)
    assert found["acts.reviews"].select(before.all()).item()
    assert 0 < found["acts.reviews"].height < 14


@pytest.mark.parametrize(("is_public", "left"), [(False, 0), (True, 14)])
def test_retention_takes_old_rows_but_not_of_public_histories(tmp_path, is_public, left):
    text = SETTINGS.replace('kind = "git"', f'kind = "git"\npublic = {str(is_public).lower()}')
    make_company(tmp_path, text)
    whole(night(tmp_path))
    much_later = night(tmp_path, now=NOW + timedelta(days=500))
    purge(much_later)
    assert much_later.lake.scan(acts.REVIEWS).collect().height == left
    assert much_later.lake.scan(raw.TRAILERS).collect().height == left
    assert much_later.lake.scan(org.PEOPLE).collect().height > 0


def test_a_release_that_a_tracker_plans_is_a_window_unless_the_file_has_that_day(company_then):
    day = {"version_id": "1", "scope_type": "project", "scope_id": "LNCH"}
    releases = [
        {**day, "released_on": date(2026, 10, 2)},
        {**day, "version_id": "2", "released_on": date(2026, 11, 6)},
    ]
    lake = night(company_then).lake
    lake.write_whole(tickets.RELEASES, given(tickets.RELEASES, *releases).collect())
    (company_then / "org/windows.csv").write_text(
        "kind,scope_type,scope_id,valid_from,valid_to\nrelease,project,LNCH,2026-10-02,2026-10-05\n"
    )
    register(night(company_then))
    windows = rows(night(company_then))["org.windows"]
    assert windows.select("scope_id", "valid_from", "valid_to").rows() == [
        ("LNCH", datetime(2026, 10, 1, 22, tzinfo=UTC), datetime(2026, 10, 4, 22, tzinfo=UTC)),
        ("LNCH", datetime(2026, 11, 5, 23, tzinfo=UTC), datetime(2026, 11, 6, 23, tzinfo=UTC)),
    ]
