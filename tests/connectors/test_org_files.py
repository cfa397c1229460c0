# ruff: noqa: E501 - files and messages stand here as they are
import re
from datetime import UTC, date, datetime

import dataframely as dy
import polars as pl
import pytest

from connectors.org_files import OrgError, OrgFiles, problem_line, read
from connectors.org_shapes import FILES
from models.tables import org

PEOPLE = "person_id,name,valid_from\nana,Ana Example,2020-01-01\nbo,Bo Example,2020-01-01\ncy,Cy,2020-01-01\n"
TEAMS = "team_id,name,parent_team_id\ncore,Core,\n"
MANDATES = "mandate_id,holder_type,holder_id,mandate_kind,scope_type,scope_id,act_kinds,valid_from,valid_to\n"
LINES = "person_id,manager_id,line_type,valid_from,valid_to\n"


def given(folder, **files: str | bytes) -> OrgFiles:
    directory = folder / "org"
    directory.mkdir()
    for name, text in ({"people": PEOPLE} | files).items():
        content = text if isinstance(text, bytes) else text.encode()
        (directory / f"{name}.csv").write_bytes(content)
    return read(directory, "Europe/Berlin", ["berlin"], ["code"])


def told(found: OrgFiles) -> list[str]:
    return [problem_line(*row) for row in found.problems.rows()]


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_every_file_fills_the_columns_of_its_table(tmp_path):
    found = given(tmp_path)
    for file in FILES:
        if file.schema is not None:
            frame = found.frames[file.name]
            wanted = dict(file.schema.create_empty().schema)
            wanted.pop("superseded_at", None)
            assert dict(frame.schema) == wanted
    assert set(found.frames) == {file.name for file in FILES}


def test_people_are_read_with_dates_that_begin_at_midnight_here(tmp_path):
    people = (
        "\ufeffperson_id,name,team_id,time_zone,contract_hours_week,working_hours,location,valid_from,valid_to\r\n"
        '\r\nana,"Example, Ana",core,America/New_York,38.5,"Mo-Th 09:00-12:30,13:00-17:30",berlin,'
        "2026-01-01,2026-07-01T00:00:00-04:00\r\n"
    )
    found = given(tmp_path, people=people, teams=TEAMS)
    assert told(found) == []
    (row,) = found.frames["people"].rows(named=True)
    assert row["name"] == "Example, Ana"
    assert row["contract_hours_week"] == 38.5
    assert row["valid_from"] == at(2025, 12, 31, 23)
    assert row["valid_to"] == at(2026, 7, 1, 4)
    assert org.PeopleSchema.validate(found.frames["people"], cast=False).height == 1


def test_a_bad_row_names_file_and_line_and_the_others_load(tmp_path):
    rows = [
        "m1,person,ana,component_lead,project,LNCH,,2026-01-01,",
        "m2,person,m.ortiz,component_lead,project,LNCH,,,",
        "m3,team,cor,component_lead,project,LNCH,,,",
        "m4,persn,ana,component_lead,project,LNCH,,,",
        "m5,person,ana,component_lead,projekt,LNCH,,,",
        "m6,person,ana,component_lead,project,LNCH,assign;reasign,,",
        "m7,person,ana,component_lead,project,LNCH,,2026-02-30,",
        "m8,person,ana,component_lead,project,LNCH,,2026-02-01,2026-02-01",
        "m9,person,ana,component_lead,project,,,,",
        "m10,person,,component_lead,project,LNCH,,,",
        "m11,person,ana,component_lead,project,LNCH,,2026-01-01T10:00,",
        "m1,person,bo,component_lead,project,LNCH,,2026-01-01,",
        "m12,person,ana,component_lead,project",
        "m13,person,ana,deputy,person,anna,,,",
        ",person,ana,deputy,person,ana,,01.02.2026,",
        "m14,rota,,on_call,project,LNCH,answer; merge ;answer,,",
        "m15,team,core,component_lead,company,,,,",
    ]
    found = given(tmp_path, teams=TEAMS, mandates=MANDATES + "\n".join(rows) + "\n")
    assert told(found) == [
        'org/mandates.csv line 3: holder_id "m.ortiz" is nobody in people.csv; add the row or clear it',
        (
            'org/mandates.csv line 4: holder_id "cor" is no team in teams.csv; add the row or clear it.'
            ' Did you mean "core"?'
        ),
        (
            'org/mandates.csv line 5: holder_type "persn" is not one of person, team, rota.'
            ' Did you mean "person"?'
        ),
        (
            'org/mandates.csv line 6: scope_type "projekt" is not one of company, team, project, component,'
            " repository, path, process, meeting_series, incident, person."
            ' Did you mean "project"?'
        ),
        (
            'org/mandates.csv line 7: act_kinds "assign;reasign" names no kind of act with "reasign".'
            ' Did you mean "reassign"?'
        ),
        (
            'org/mandates.csv line 8: valid_from "2026-02-30" is no day of the calendar;'
            " write it as 2026-01-31"
        ),
        (
            "org/mandates.csv line 9: valid_to 2026-02-01 is not after valid_from 2026-02-01;"
            " correct one of them"
        ),
        "org/mandates.csv line 10: scope_id is empty; fill it in",
        "org/mandates.csv line 11: holder_id is empty; name the holder, or make it a rota",
        (
            'org/mandates.csv line 12: valid_from "2026-01-01T10:00" has no offset;'
            " write 2026-01-31T09:00+01:00 or a date"
        ),
        "org/mandates.csv line 13: has the same mandate_id, valid_from as line 2; keep one",
        (
            "org/mandates.csv line 14: has 5 fields where the header has 9;"
            " put fields that hold commas in quotes"
        ),
        (
            'org/mandates.csv line 15: scope_id "anna" is nobody in people.csv;'
            ' add the row or correct it. Did you mean "ana"?'
        ),
        "org/mandates.csv line 16: mandate_id is empty; fill it in",
        'org/mandates.csv line 16: valid_from "01.02.2026" is no date; write it as 2026-01-31',
    ]
    loaded = found.frames["mandates"].select("mandate_id", "holder_id", "scope_id", "act_kinds")
    assert loaded.rows() == [
        ("m1", "ana", "LNCH", ""),
        ("m14", "m14", "LNCH", "answer;merge"),
        ("m15", "core", "", ""),
    ]


@pytest.mark.parametrize(
    ("column", "value", "wrong"),
    [
        ("time_zone", "Europe/Berln", "is no time zone; write one such as Europe/Berlin"),
        ("working_hours", "9 to 5", "is no pattern; write Mo-Th 09:00-12:30,13:00-17:30"),
        (
            "location",
            "berln",
            "is no location in dottedline.toml; add it there or clear it. Did you",
        ),
        ("contract_hours_week", "400", "is no number of hours a week"),
        ("contract_hours_week", '"38,5"', "is no number of hours a week"),
        ("team_id", "core", "is no team in teams.csv"),
        ("valid_to", "2026-W01-1", "is no date"),
    ],
)
def test_a_value_that_cannot_be_is_shown_with_what_to_write(tmp_path, column, value, wrong):
    found = given(tmp_path, people=f"person_id,{column}\nana,{value}\nbo,\n")
    (line,) = told(found)
    assert line.startswith(f'org/people.csv line 2: {column} "{value.strip(chr(34))}" {wrong}')
    assert found.frames["people"]["person_id"].to_list() == ["bo"]


def test_a_person_is_in_one_team_at_a_time(tmp_path):
    people = "person_id,valid_from,valid_to\nana,2026-01-01,2026-03-01\nana,2026-02-01,\nana,2026-03-01,\n"
    found = given(tmp_path, people=people)
    assert told(found)[0] == (
        "org/people.csv line 3: is valid at the same time as line 2 for the same person_id;"
        " end that first"
    )


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        (["ana,bo,solid,2026-01-01,", "bo,ana,solid,2026-02-01,"],
         "line 3: closes a circle: bo > ana > bo report to one another; correct one of the lines"),
        (["ana,bo,,,", "bo,cy,,,", "cy,ana,,,"],
         "line 4: closes a circle: cy > ana > bo > cy report to one another;"),
        (["ana,ana,solid,,"], 'line 2: manager_id "ana" is the person itself;'),
        (["ana,bo,solid,2026-01-01,2026-03-01", "ana,cy,solid,2026-02-01,"],
         "line 3: gives a second solid line while line 2 holds; end one or make it dotted"),
    ],
)  # fmt: skip
def test_lines_that_cannot_hold_together_are_left_out(tmp_path, rows, wrong):
    found = given(tmp_path, reporting_lines=LINES + "\n".join(rows) + "\n")
    (line,) = told(found)
    assert line.startswith(f"org/reporting_lines.csv {wrong}")
    assert found.frames["reporting_lines"].height == len(rows) - 1


@pytest.mark.parametrize(
    "rows",
    [
        ["ana,bo,solid,2026-01-01,2026-02-01", "bo,ana,solid,2026-02-01,"],
        ["ana,bo,solid,,", "bo,ana,dotted,,"],
        ["ana,bo,solid,,2026-02-01", "ana,cy,solid,2026-02-01,", "bo,cy,solid,,"],
    ],
)
def test_lines_that_follow_one_another_or_are_dotted_are_kept(tmp_path, rows):
    found = given(tmp_path, reporting_lines=LINES + "\n".join(rows) + "\n")
    assert told(found) == []
    assert found.frames["reporting_lines"].height == len(rows)


def test_teams_below_themselves_and_below_nothing_are_left_out(tmp_path):
    teams = "team_id,name,parent_team_id\na,A,b\nb,B,a\nc,C,d\n"
    found = given(tmp_path, teams=teams)
    assert [line.split(";")[0] for line in told(found)] == [
        "org/teams.csv line 3: closes a circle: b > a > b belong to one another",
        'org/teams.csv line 4: parent_team_id "d" is no team in teams.csv',
    ]
    assert found.frames["teams"]["team_id"].to_list() == ["a"]


def test_an_account_of_two_persons_is_nobodys(tmp_path):
    accounts = (
        "person_id,system,account_id,kind\n"
        "ana,code,X@example.org,\nbo,code,x@example.org,human\ncy,code,y@example.org,\n"
        ",code,z@example.org,\n,code,ci@example.org,bot\ncy,code,y@example.org,\n"
    )
    found = given(tmp_path, accounts=accounts)
    assert told(found) == [
        (
            'org/accounts.csv line 2: account_id "x@example.org" is given differently in lines 2 and 3;'
            " none is used, keep one"
        ),
        (
            'org/accounts.csv line 3: account_id "x@example.org" is given differently in lines 2 and 3;'
            " none is used, keep one"
        ),
        'org/accounts.csv line 5: person_id is empty; fill it in, or give a kind other than "human"',
    ]
    assert found.frames["accounts"].rows() == [
        ("cy", "code", "y@example.org", "human"),
        (None, "code", "ci@example.org", "bot"),
        ("cy", "code", "y@example.org", "human"),
    ]


def test_what_nobody_owns_cannot_have_a_mandate_at_the_same_time(tmp_path):
    mandates = MANDATES + "m1,person,ana,lead,project,LNCH,,2026-01-01,2026-03-01\n"
    no_owner = "scope_type,scope_id,valid_from,valid_to\nproject,LNCH,2026-02-01,\nproject,LNCH,2026-03-01,\n"
    found = given(tmp_path, mandates=mandates, no_owner=no_owner)
    assert told(found) == [
        'org/no_owner.csv line 2: stands against mandate "m1" for the same scope; end one of them'
    ]
    assert found.frames["no_owner"].height == 1


def test_the_smaller_files_are_read(tmp_path):
    found = given(
        tmp_path,
        teams=TEAMS,
        mandates=MANDATES + "m1,rota,,on_call,project,LNCH,,,\n",
        rotas="mandate_id,person_id,valid_from,valid_to\nm1,ana,2026-01-05,2026-01-12\nm2,bo,2026-01-05,\n",
        delegations="from_person_id,to_person_id,act_kinds,scope_type,scope_id,valid_from,valid_to,recorded_at\n"
        "ana,bo,assign,project,LNCH,2026-09-30,2026-10-03,2026-09-29T12:00Z\nbo,bo,,project,LNCH,2026-09-30,,\n",
        agreements="team_id,act_kinds,scope_type,scope_id,rule,valid_from\ncore,assign,project,LNCH,anyone_in_team,\n",
        scopes="object_kind,object_id,scope_type,scope_id\nproject,LNCH,team,core\nproject,LNCH,team,cre\n",
        absences="person_id,valid_from,valid_to\nana,2026-01-01,2026-01-08\nana,,\n",
        objections="person_id,valid_from\nbo,\n",
        windows="kind,scope_type,scope_id,valid_from,valid_to\nrelease,project,LNCH,2026-09-18,2026-10-03\n",
        handoffs="project,from_status,to_status,next_role\nLNCH,Dev,Test,tester\nLNCH,Dev,,tester\n",
        required_steps="project,status,before_status\nLNCH,QA Review,Done\n",
    )
    assert [line.split(";")[0] for line in told(found)] == [
        "org/absences.csv line 3: valid_from is empty",
        'org/delegations.csv line 3: to_person_id "bo" is who delegates',
        "org/handoffs.csv line 3: to_status is empty",
        'org/rotas.csv line 3: mandate_id "m2" is no mandate in mandates.csv',
        'org/scopes.csv line 3: scope_id "cre" is no team in teams.csv',
    ]
    heights = {name: frame.height for name, frame in found.frames.items()}
    assert {height for name, height in heights.items() if name != "people"} == {0, 1}
    assert heights["accounts"] == heights["reporting_lines"] == heights["no_owner"] == 0
    assert found.frames["delegations"]["recorded_at"].to_list() == [at(2026, 9, 29, 12)]
    assert found.frames["objections"].rows() == [("bo", at(1970, 1, 1), None)]


def test_confirmed_on_is_a_day(tmp_path):
    mandates = (
        "mandate_id,holder_type,holder_id,mandate_kind,scope_type,scope_id,confirmed_on\n"
        "m1,,ana,lead,project,LNCH,2026-09-01\n"
    )
    found = given(tmp_path, mandates=mandates).frames["mandates"]
    assert found.select("holder_type", "confirmed_on", "is_self_confirming").rows() == [
        ("person", date(2026, 9, 1), False)
    ]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("person_id;name\nana;Ana\n", "line 1: is not separated by commas; save it as CSV with"),
        ("person,name\nana,Ana\n", 'line 1: has no column "person_id"; add it to the header'),
        ("person_id,name,name\nana,Ana,A\n", 'line 1: has the column "name" twice; keep one'),
        ("", 'line 1: has no column "person_id"; add it to the header'),
        ("person_id,name\nana,Ana\n".encode("utf-16"), "csv: is not UTF-8 text; save it as CSV"),
        ('person_id,"name\n', "line 1: is no CSV from here on: unexpected end of data; close its"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_whole(tmp_path, content, wrong):
    org_folder = tmp_path / "org"
    org_folder.mkdir()
    (org_folder / "people.csv").write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )
    found = read(org_folder, "UTC", is_git_only=True)
    (line,) = told(found)
    assert wrong in line


def test_a_quote_that_is_not_closed_costs_the_rows_from_there_on(tmp_path):
    found = given(tmp_path, people='person_id,name\nana,Ana\nbo,"Bo\ncy,Cy\n')
    (line,) = told(found)
    assert line.startswith("org/people.csv line 3: is no CSV from here on: unexpected end of data")
    assert found.frames["people"]["person_id"].to_list() == ["ana"]


def test_bytes_that_are_no_utf_8_cost_their_row_alone(tmp_path):
    found = given(tmp_path, people=b"person_id,name\nana,\xe9\nbo,B\ncy,\x1b[31m\n")
    assert told(found) == [
        "org/people.csv line 2: is not UTF-8; save the file as CSV, UTF-8",
        "org/people.csv line 4: holds a line break or control character in a field; take it out",
    ]
    assert found.frames["people"]["person_id"].to_list() == ["bo"]


def test_lines_are_counted_over_blank_lines_and_quoted_line_breaks(tmp_path):
    people = 'person_id,name,valid_from\n\n#dora,an example,\nana,"A\nB",\n\nbo,Bo,x\n'
    assert [line.split(":")[0] for line in told(given(tmp_path, people=people))] == [
        "org/people.csv line 4",
        "org/people.csv line 7",
    ]


def test_rows_that_begin_with_a_hash_are_no_rows(tmp_path):
    org_folder = tmp_path / "org"
    org_folder.mkdir()
    (org_folder / "people.csv").write_text("person_id,name\n#ana,Ana\n")
    found = read(org_folder, "UTC", is_git_only=True)
    assert (found.has_people, found.frames["people"].height, told(found)) == (False, 0, [])


def test_unknown_columns_files_and_systems_are_noted(tmp_path):
    found = given(
        tmp_path,
        people="person_id,titel\nana,x\n",
        accounts="person_id,system,account_id\nana,cod,x\n",
        mandate="a\n",
    )
    notes = "\n".join(found.notes)
    assert (
        'org/people.csv line 1: column "titel" is unknown and ignored. Did you mean "title"?'
        in notes
    )
    assert 'org/people.csv line 1: column "valid_from" is missing and empty' in notes
    assert 'org/mandate.csv is not read. Did you mean "mandates.csv"?' in notes
    assert 'system "cod" is no source in dottedline.toml. Did you mean "code"?' in notes
    assert "org/teams.csv is not there; it says which team belongs to which" in notes
    assert "objections" not in notes


def test_people_are_needed_unless_all_sources_are_git(tmp_path):
    with pytest.raises(OrgError, match=re.escape("org/people.csv has no rows; add everybody")):
        read(tmp_path / "org", "UTC")
    found = read(tmp_path / "org", "UTC", is_git_only=True)
    assert not found.has_people
    assert all(frame.is_empty() for frame in found.frames.values())


def test_people_known_from_commits_may_object(tmp_path):
    org_folder = tmp_path / "org"
    org_folder.mkdir()
    (org_folder / "objections.csv").write_text("person_id\npabc\npxyz\n")
    found = read(org_folder, "UTC", is_git_only=True, persons=["pabc"])
    assert found.frames["objections"]["person_id"].to_list() == ["pabc"]
    assert [line.split(";")[0] for line in told(found)] == [
        'org/objections.csv line 3: person_id "pxyz" is nobody in people.csv'
    ]


def test_a_midnight_that_the_clock_skips_is_the_first_moment_of_the_day(tmp_path):
    org_folder = tmp_path / "org"
    org_folder.mkdir()
    (org_folder / "people.csv").write_text("person_id,valid_from\nana,2026-09-06\n")
    found = read(org_folder, "America/Santiago")
    assert found.frames["people"]["valid_from"].to_list() == [at(2026, 9, 6, 4)]


def test_problems_have_the_shape_of_their_table(tmp_path):
    problems = given(tmp_path, people="person_id,team_id\nana,x\nbo,\n").problems
    assert org.OrgProblemsSchema.validate(problems, cast=False).height == 1
    assert isinstance(problems, pl.DataFrame)
    assert issubclass(org.OrgProblemsSchema, dy.Schema)
