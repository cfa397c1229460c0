from connectors.owners.codeowners import parse_codeowners


def _entries(text):
    return {(entry.scope_id, entry.account_id) for entry in parse_codeowners(text).entries}


def test_owners_are_logins_teams_and_addresses_in_lower_case():
    text = "# all\n*.js @Ana @plant/Wiring  # front\n/docs/ Ben@plant.example\n"
    assert _entries(text) == {
        ("*.js", "@ana"), ("*.js", "@plant/wiring"), ("/docs/", "ben@plant.example"),
    }  # fmt: skip


def test_the_last_line_of_a_pattern_counts_and_none_un_owns():
    register = parse_codeowners("/a/ @ana\n/b/ @ben\n/a/\n")
    places = {pattern.pattern: pattern.position for pattern in register.patterns}
    assert places == {"/a/": 2, "/b/": 1}
    assert {entry.scope_id for entry in register.entries} == {"/b/"}


def test_catch_alls_are_marked_and_negations_left_out():
    register = parse_codeowners("* @ana\n/** @ana\n!/a/ @ben\n/* @cai\n")
    marks = {pattern.pattern: pattern.is_catch_all for pattern in register.patterns}
    assert marks == {"*": True, "/**": True, "/*": False}


def test_blanks_and_hashes_in_paths_are_written_with_a_backslash():
    assert _entries("/a\\ b/ @ana\n\\#c @ben\n") == {("/a b/", "@ana"), ("#c", "@ben")}


def test_a_heading_gives_its_owners_to_lines_without():
    assert _entries("[Docs][2] @ana\n/docs/\n/api/ @ben\n") == {
        ("/docs/", "@ana"),
        ("/api/", "@ben"),
    }
