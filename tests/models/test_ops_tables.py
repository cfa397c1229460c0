from datetime import UTC, date, datetime

import polars as pl
import pytest

from models.groups import cohorts, shown_teams
from models.privacy import Terms, ops_tables, pseudonym, shows, team_figures
from models.tables import mart
from tests import given

KEY = b"0123456789abcdef0123456789abcdef"
MONDAY = date(2026, 11, 16)
UNTIL = datetime(2026, 11, 23, tzinfo=UTC)


def people_of(team, count, week=MONDAY, **columns):
    return [
        {
            "person_id": f"{team}{n}", "week": week, "team_id": team, "is_observed": True,
            "hidden_hours": 1.0, "act_count": 1, **columns,
        }
        for n in range(count)
    ]  # fmt: skip


SIX_AND_FIVE = given.rows(mart.PERSON_WEEKS, *people_of("red", 6), *people_of("blue", 5))
THREE_MORE = pl.concat([SIX_AND_FIVE, given.rows(mart.PERSON_WEEKS, *people_of("tiny", 3))])
TEAMS = given.rows(mart.TEAMS, *({"team_id": team} for team in ("red", "blue", "tiny")))


def ops(detail="pseudonyms", person_weeks=SIX_AND_FIVE, **frames):
    tables = given.marts(person_weeks=person_weeks, teams=TEAMS, **frames)
    shown = shown_teams(TEAMS.collect(), cohorts(person_weeks).collect(), 5)
    released = ops_tables(tables, Terms(detail, KEY, 5, UNTIL, shown))
    return {name: frame.collect(engine="streaming") for name, frame in released.items()}


def act(**columns):
    return {
        "act_id": "ticket-7", "happened_at": datetime(2026, 11, 18, 9, 41, tzinfo=UTC),
        "week": MONDAY, "actor_id": "red0", "target_id": "red1", "object_id": "LNCH-7",
        "scope_type": "project", "scope_id": "LNCH", "team_id": "red",
        "evidence_url": "https://example.com/LNCH-7", **columns,
    }  # fmt: skip


def test_a_pseudonym_is_a_keyed_digest_that_changes_each_quarter():
    first = pseudonym(KEY, date(2026, 10, 1), "ada")
    assert first == "dcf15e8085a4e6a4d9aff15db2e5559a"  # as openssl says
    assert pseudonym(KEY, date(2027, 1, 1), "ada") != first
    assert pseudonym(b"x" * 32, date(2026, 10, 1), "ada") != first


def test_acts_in_ops_join_to_nothing_outside():
    found = ops(acts=given.rows(mart.ACTS, act()))["mart.acts"].row(0, named=True)
    assert found["act_id"] == "2026-W47-1"
    assert found["happened_at"] == datetime(2026, 11, 16, tzinfo=UTC)
    assert found["actor_id"] == pseudonym(KEY, date(2026, 10, 1), "red0")
    assert [found[name] for name in ("target_id", "object_id", "evidence_url")] == [None] * 3
    assert (found["scope_id"], found["team_id"], found["kind"]) == ("LNCH", "red", "assign")


def test_one_person_has_one_pseudonym_in_all_tables_of_a_quarter():
    found = ops(
        acts=given.rows(mart.ACTS, act()),
        people=given.rows(
            mart.PEOPLE, {"person_id": "red0", "name": "R", "email": "r@example.com"}
        ),
        findings=given.rows(mart.FINDINGS, {"person_id": "red0", "window_end": MONDAY}),
    )
    (actor,) = found["mart.acts"]["actor_id"]
    assert actor in found["mart.person_weeks"]["person_id"].to_list()
    assert found["mart.people"]["person_id"].to_list() == [actor]
    assert found["mart.findings"]["person_id"].to_list() == [actor]
    assert found["mart.people"].select("name", "email", "title").row(0) == (None, None, None)


def test_the_next_quarter_knows_nobody_of_this_one():
    weeks = given.rows(
        mart.PERSON_WEEKS, *people_of("red", 5), *people_of("red", 5, week=date(2027, 1, 4))
    )
    assert ops(person_weeks=weeks)["mart.person_weeks"]["person_id"].n_unique() == 10


def test_under_teams_there_are_no_rows_of_persons():
    findings = given.rows(
        mart.FINDINGS,
        {"finding_id": "f1", "person_id": "red0", "window_end": MONDAY},
        {"finding_id": "f2", "team_id": "red", "window_end": MONDAY},
    )
    found = ops("teams", acts=given.rows(mart.ACTS, act()), findings=findings)
    assert not {"mart.acts", "mart.person_weeks", "mart.people", "mart.requests"} & set(found)
    assert found["mart.findings"]["finding_id"].to_list() == ["f2"]


def test_named_shows_ids_and_names_but_no_addresses_and_objects():
    people = given.rows(mart.PEOPLE, {"person_id": "red0", "name": "R", "email": "r@example.com"})
    found = ops("named", acts=given.rows(mart.ACTS, act()), people=people)
    assert found["mart.people"].select("person_id", "name", "email").row(0) == ("red0", "R", None)
    assert found["mart.acts"].select("actor_id", "object_id").row(0) == ("red0", None)


@pytest.mark.parametrize("detail", ["teams", "pseudonyms", "named"])
def test_restricted_tables_are_never_in_ops(detail):
    found = ops(detail)
    for table in mart.MART:
        assert table.audience != "restricted" or table.name not in found
        if table.name in found:
            assert found[table.name].columns == table.columns
            for column in table.columns:
                if shows(table, column, detail) == "absent":
                    assert found[table.name][column].null_count() == found[table.name].height
    assert {"mart.teams", "mart.areas", "mart.mandates"} <= set(found)


def test_acts_are_numbered_alike_everywhere_and_not_by_time():
    acts = [
        act(
            act_id=f"a{n:02}",
            happened_at=datetime(2026, 11, 18, 9, n, tzinfo=UTC),
            minutes=float(n),
        )
        for n in range(20)
    ]
    steps = [{"object_id": f"T{n}", "assigned_by_act_id": f"a{n:02}"} for n in range(20)]
    found = ops(
        acts=given.rows(mart.ACTS, *acts), skipped_steps=given.rows(mart.SKIPPED_STEPS, *steps)
    )
    by_time = found["mart.acts"].sort("minutes")["act_id"].to_list()
    assert sorted(by_time) == sorted(f"2026-W47-{n}" for n in range(1, 21))
    assert by_time != [f"2026-W47-{n}" for n in range(1, 21)]
    assert set(found["mart.skipped_steps"]["assigned_by_act_id"]) == set(by_time)


@pytest.mark.parametrize("kind", ["person", "meeting_series", "incident"])
def test_a_scope_that_is_a_person_or_an_object_is_not_named(kind):
    scope = {"scope_type": kind, "scope_id": "red0"}
    found = ops(
        acts=given.rows(mart.ACTS, act(**scope)),
        mandates=given.rows(mart.MANDATES, scope),
        areas=given.rows(mart.AREAS, {**scope, "week": MONDAY}),
    )
    assert found["mart.acts"]["scope_id"].to_list() == [None]
    assert found["mart.mandates"]["scope_id"].to_list() == [None]
    assert found["mart.areas"].height == 0


def team_week(team, people=6, **columns):
    return {"team_id": team, "week": MONDAY, "people_count": people, "is_observed": True, **columns}


def test_a_small_team_has_no_figures_and_is_not_named_in_rows():
    found = ops(
        person_weeks=THREE_MORE,
        team_weeks=given.rows(mart.TEAM_WEEKS, *map(team_week, ("red", "blue", "tiny"))),
        moves=given.rows(mart.MOVES, {"move_id": "m", "team_id": "tiny"}),
        findings=given.rows(
            mart.FINDINGS, {"scope_type": "team", "scope_id": "tiny", "window_end": MONDAY}
        ),
        acts=given.rows(mart.ACTS, act(team_id="tiny", scope_type="team", scope_id="tiny")),
    )
    assert sorted(found["mart.team_weeks"]["team_id"]) == ["blue", "red"]
    # three people without a team would stand alone, so the next smallest team is not named either
    assert set(found["mart.person_weeks"]["team_id"]) == {"red", None}
    assert found["mart.moves"].height == found["mart.findings"].height == 0
    assert found["mart.acts"].select("team_id", "scope_id").row(0) == (None, None)


@pytest.mark.parametrize("detail", ["teams", "pseudonyms", "named"])
@pytest.mark.parametrize("people", [4, 400])
def test_everybody_together_is_never_in_ops(detail, people):
    found = ops(
        detail,
        person_weeks=THREE_MORE,
        team_weeks=given.rows(mart.TEAM_WEEKS, team_week("", people), team_week("red")),
    )
    assert found["mart.team_weeks"]["team_id"].to_list() == ["red"]


def test_a_finding_about_a_team_is_rounded_and_one_about_a_person_is_not():
    columns = {"unit": "hours", "value": 3.3, "value_low": 1.1, "window_end": MONDAY}
    found = ops(
        findings=given.rows(
            mart.FINDINGS,
            {"finding_id": "a", "team_id": "red", **columns},
            {"finding_id": "b", "team_id": "red", "person_id": "red0", **columns},
            {"finding_id": "c", "team_id": "red", **columns, "unit": "acts"},
        )
    )["mart.findings"]
    assert found.sort("finding_id")["value"].to_list() == [3.5, 3.3, 3.3]


@pytest.mark.parametrize(
    ("detail", "codes"), [("teams", ["W2"]), ("pseudonyms", ["P2", "W2"]), ("named", ["P2", "W2"])]
)
def test_what_is_known_of_a_holder_is_not_told_under_a_pseudonym(detail, codes):
    rows = [
        {"finding_id": code, "code": code, "team_id": "red", "window_end": MONDAY,
         "person_id": "red0" if code == "D3" else None}
        for code in ("D3", "P2", "W2")
    ]  # fmt: skip
    found = ops(detail, findings=given.rows(mart.FINDINGS, *rows))["mart.findings"]
    assert sorted(found["code"]) == codes


def test_a_finding_is_of_the_quarter_of_the_week_in_which_its_window_ends():
    """2 October 2026 lies in a week that began in September, as the week's acts do."""
    week = date(2026, 9, 28)
    found = ops(
        person_weeks=given.rows(mart.PERSON_WEEKS, *people_of("red", 6, week=week)),
        findings=given.rows(
            mart.FINDINGS,
            {"code": "S4", "person_id": "red0", "team_id": "red", "window_end": date(2026, 10, 2)},
        ),
    )
    (row,) = found["mart.findings"].rows(named=True)
    assert row["person_id"] == pseudonym(KEY, date(2026, 7, 1), "red0")
    assert row["person_id"] in found["mart.person_weeks"]["person_id"].to_list()


def test_what_moves_say_in_words_stays_in_the_restricted_store():
    words = {"sentence": "a", "first_step": "b", "effect": "c", "check_metric": "hours"}
    found = ops(moves=given.rows(mart.MOVES, {"move_id": "m", "team_id": "red", **words}))
    row = found["mart.moves"].row(0, named=True)
    assert [row[name] for name in words] == [None, None, None, "hours"]


def figures(team, people):
    rows = given.rows(mart.PERSON_WEEKS, *people)
    return team_figures(given.rows(mart.TEAM_WEEKS, team), rows, 5).collect()


SHARES = {"top_share": 0.41, "gini_excess": 0.22, "informal_share": 0.73}


def test_team_figures_are_rounded():
    team = team_week("red", 8, hidden_hours=8.3, hidden_hours_low=7.2, **SHARES)
    found = figures(team, people_of("red", 8)).row(0, named=True)
    assert (found["hidden_hours"], found["hidden_hours_low"]) == (8.5, 7.0)
    assert found["top_share"] == pytest.approx(0.4)
    assert found["informal_share"] == pytest.approx(0.75)


def test_the_largest_share_is_shown_from_eight_people_on():
    found = figures(team_week("red", 7, **SHARES), people_of("red", 7)).row(0, named=True)
    assert found["top_share"] is None
    assert found["gini_excess"] is not None


def test_a_cell_that_is_nearly_one_person_is_null():
    heavy = {"hidden_hours": 100.0}
    people = [*people_of("red", 7), {**people_of("red", 8)[7], **heavy}]
    team = team_week("red", 8, hidden_hours=107.0, act_count=8, **SHARES)
    found = figures(team, people).row(0, named=True)
    assert found["hidden_hours"] is found["top_share"] is found["informal_share"] is None
    assert found["act_count"] == 8


def test_a_week_in_which_few_were_observed_has_no_row():
    people = [*people_of("red", 4), {**people_of("red", 5)[4], "is_observed": False}]
    assert figures(team_week("red", 5, hidden_hours=4.0), people).height == 0


def test_a_week_that_was_not_read_stays_as_one():
    people = [{**row, "is_observed": False} for row in people_of("red", 5)]
    found = figures(team_week("red", 5, is_observed=False), people)
    assert found.select("people_count", "is_observed", "hidden_hours").row(0) == (5, False, None)


def test_no_rows_make_empty_tables():
    found = ops(person_weeks=given.rows(mart.PERSON_WEEKS))
    assert all(frame.height == 0 for name, frame in found.items() if name != "mart.teams")
