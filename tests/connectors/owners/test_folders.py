from connectors.owners.folders import parse_folder


def _entries(text, folder="src/"):
    register = parse_folder(text, "plant", folder)
    return {(entry.scope_id, entry.account_id, entry.role) for entry in register.entries}


def test_an_account_a_line_owns_the_folder():
    text = "# wiring\nana@plant.example\nben@plant.example # backup\nfile://other/OWNERS\n*\n"
    assert _entries(text) == {
        ("src/", "ana@plant.example", "owner"), ("src/", "ben@plant.example", "owner"),
    }  # fmt: skip


def test_the_root_owns_the_whole_repository():
    assert _entries("ana\n", folder="") == {("plant", "@ana", "owner")}
    [pattern] = parse_folder("ana\n", "plant", "").patterns
    assert (pattern.scope_type, pattern.pattern, pattern.is_catch_all) == ("repository", "/", False)


def test_approvers_own_and_reviewers_review():
    text = "approvers:\n- ana\n- ben\nreviewers:\n  - 'ben'\n  - cai\nemeritus_approvers:\n- dee\n"
    assert _entries(text) == {
        ("src/", "@ana", "owner"), ("src/", "@ben", "owner"), ("src/", "@cai", "reviewer"),
    }  # fmt: skip


def test_a_line_for_files_is_an_area_of_its_own():
    text = "ana@plant.example\nper-file *.gn, *.gni = ben@plant.example, cai@plant.example\n"
    found = _entries(text)
    assert ("src/*.gn", "cai@plant.example", "owner") in found
    assert ("src/*.gni", "ben@plant.example", "owner") in found


def test_a_folder_may_take_itself_out_of_those_above():
    register = parse_folder("set noparent\nana@plant.example\n", "plant", "a/b/c/")
    excluded = {(p.scope_id, p.pattern) for p in register.patterns if p.is_exclusion}
    assert excluded == {("a/", "a/b/c/"), ("a/b/", "a/b/c/")}
