from connectors.owners.maintainers import parse_maintainers
from connectors.owners.register import Entry, Pattern


def _patterns(register):
    return {(pattern.scope_id, pattern.pattern) for pattern in register.patterns}


def _entries(register):
    return {(entry.scope_id, entry.account_id, entry.role) for entry in register.entries}


TEXT = """Plant Maintainers
=================

Descriptions of section entries:

\tM: Maintainer's Full Name <address@domain>
\tF: Files

General
-------

Main Tree
M: Ana Roth <Ana@Plant.example>
T: git://plant.example/main

################
# Boards
################

Wiring (with overlaps)
M: Ben Ito <ben@plant.example>
# a remark
R: "Cai Lund" <cai@plant.example>
L: wiring@plant.example

S: Maintained
F: src/wiring/
X: src/wiring/old/
N: wire[a-z]+
K: \\bwire_

Motors
-----
M: Dee Moss <dee@plant.example> (volts)
F: src/motors/*
"""


def test_a_section_is_a_title_and_all_lines_to_the_next_title():
    register = parse_maintainers(TEXT, "plant")
    assert _entries(register) == {
        ("plant", "ana@plant.example", "maintainer"),
        ("Wiring (with overlaps)", "ben@plant.example", "maintainer"),
        ("Wiring (with overlaps)", "cai@plant.example", "reviewer"),
        ("Motors", "dee@plant.example", "maintainer"),
    }
    assert _patterns(register) == {
        ("Wiring (with overlaps)", "src/wiring/"),
        ("Wiring (with overlaps)", "src/wiring/old/"),
        ("Wiring (with overlaps)", "wire[a-z]+"),
        ("Motors", "src/motors/*"),
    }
    assert register.lists == {"wiring@plant.example"}
    assert register.names["cai@plant.example"] == "Cai Lund"
    assert register.names["ben@plant.example"] == "Ben Ito"


def test_exclusions_and_expressions_are_marked():
    register = parse_maintainers(TEXT, "plant")
    marks = {
        pattern.pattern: (pattern.dialect, pattern.is_exclusion) for pattern in register.patterns
    }
    assert marks["src/wiring/old/"] == ("maintainers", True)
    assert marks["wire[a-z]+"] == ("maintainers_regex", False)


def test_a_section_without_paths_or_words_is_for_merging_the_repository():
    register = parse_maintainers("Tree\nM: Ana Roth <ana@plant.example>\nT: git x\n", "plant")
    assert register.entries == {
        Entry("repository", "plant", "ana@plant.example", "maintainer", is_merge_only=True)
    }


def test_a_section_of_words_is_an_area_without_paths():
    register = parse_maintainers("Words\nM: a@plant.example\nK: wire\n", "plant")
    assert register.entries == {Entry("component", "Words", "a@plant.example", "maintainer")}
    assert not register.patterns


def test_a_catch_all_is_marked():
    register = parse_maintainers(
        "THE REST\nM: a@plant.example\nF: *\nF: */\nN: .*\nF: src/*\n", "p"
    )
    marks = {pattern.pattern: pattern.is_catch_all for pattern in register.patterns}
    assert marks == {"*": True, "*/": True, ".*": True, "src/*": False}


def test_sections_of_one_title_are_merged_and_told():
    text = "A\nM: a@plant.example\nF: a/\n\nB\nF: b/\n\nA\nM: b@plant.example\nT: tree\n"
    register = parse_maintainers(text, "p")
    assert register.repeated == ("A",)
    assert {entry.scope_type for entry in register.entries} == {"component"}
    assert len(register.entries) == 2


def test_who_maintains_in_one_section_and_reviews_in_another_for_merge_only_maintains():
    text = "A\nR: a@plant.example\n\nB\nM: a@plant.example\n"
    assert _entries(parse_maintainers(text, "p")) == {("p", "a@plant.example", "maintainer")}


def test_what_is_damaged_loses_only_itself():
    text = (
        "A\nM:\nM: nobody\nM: Ana <ana@plant.example>\nF:\nF: a/\n<<<<<<< HEAD\nF: b/\n\x00\x1b\n"
    )
    register = parse_maintainers(text, "p")
    assert ("A", "a/") in _patterns(register)
    assert _entries(register) == {("A", "ana@plant.example", "maintainer")}


def test_signs_that_turn_the_writing_are_not_in_titles():
    register = parse_maintainers("Wi\u202ering\x1b\nM: a@plant.example\nF: a/\n", "p")
    assert register.patterns == {Pattern("component", "Wiring", "a/", "maintainers")}


def test_no_text_lists_nobody():
    assert not parse_maintainers("", "p").entries
