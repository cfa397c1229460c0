from connectors.owners.committers import parse_committers

TABLE = """# Maintainers

Write to security@plant.example if it burns.

| Name | Login | Company |
| --- | --- | --- |
| Ana Roth | [anar](https://github.com/anar) | Plant |
| Ben Ito | @Ben | Plant |

* Cai Lund <cai@plant.example> (@cai)

## Emeritus

- Dee Moss (@dee)

## Docs

- Eli Ray (@eli)
"""


def test_everybody_listed_is_a_committer_of_the_repository_but_those_who_left():
    register = parse_committers(TABLE, "plant")
    people = {entry.account_id: entry.role for entry in register.entries}
    assert people == dict.fromkeys(["@anar", "@ben", "cai@plant.example", "@eli"], "committer")
    assert {(entry.scope_type, entry.scope_id) for entry in register.entries} == {
        ("repository", "plant")
    }
    assert register.names["@anar"] == "Ana Roth"
    assert register.names["cai@plant.example"] == "Cai Lund"
    assert register.names["@eli"] == "Eli Ray"


def test_no_list_is_no_area():
    assert parse_committers("Just words.\n", "plant").patterns == frozenset()
