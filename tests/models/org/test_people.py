from datetime import UTC, datetime

import polars as pl
import pytest

from models.org.people import persons, unjoined
from models.privacy import account_key
from models.tables.org import IdentitiesSchema, PeopleSchema
from models.tables.raw import AccountsSchema

KEY = b"k" * 32
PEOPLE = [
    {"person_id": "ana", "name": "Ana Example", "email": "Ana@Example.org"},
    {"person_id": "bo", "name": "Bo Example", "email": "bo@example.org"},
    {"person_id": "cy", "name": "Cy Example", "email": "shared@example.org"},
    {"person_id": "di", "name": "Di Example", "email": "shared@example.org"},
]


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


def key_of(account_id: str, source="git") -> str:
    return account_key(KEY, source, account_id)


def account(account_id, name=None, *, canonical=None, first=1, kind="human", source="git", **more):
    return {
        "source": source,
        "account_key": key_of(account_id, source),
        "account_id": account_id,
        "name": name,
        "kind": kind,
        "canonical_key": key_of(canonical or account_id, source),
        "canonical_name": None,
        "is_mapped": canonical is not None,
        "first_seen_at": day(first),
        "last_seen_at": day(28),
    } | more


def found(*accounts, people=None, listed=(), same_person=(), ignore=()):
    rows = [row | {"valid_from": day(1)} for row in people or []]
    return persons(
        pl.DataFrame(list(accounts), schema=AccountsSchema.create_empty().schema),
        pl.DataFrame(rows, schema=PeopleSchema.create_empty().schema),
        listed=text(["person_id", "system", "account_id", "kind"], listed),
        same_person=text(["system", "account_id", "person"], same_person).with_row_index("line"),
        ignore=text(["system", "account_id"], ignore),
        key=KEY,
        has_people=people is not None,
    )


def text(columns, rows) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String()), orient="row")


def whose(result, *account_ids, source="git"):
    """Person, match and confidence of each account."""
    columns = ["person_id", "match", "confidence"]
    rows = {key: row for key, *row in result.identities.select("account_key", *columns).rows()}
    return [tuple(rows[key_of(own, source)]) for own in account_ids]


def groups(result, accounts) -> list[set[str]]:
    """The account ids of each person."""
    own = {row["account_key"]: row["account_id"] for row in accounts}
    by_person = result.identities.drop_nulls("person_id").group_by("person_id")
    return sorted(({own[key] for key in part["account_key"]} for _, part in by_person), key=min)


# with people.csv


def test_an_address_of_people_csv_joins_whatever_case_and_tag():
    result = found(
        account("ana@example.org"), account("bo+work@example.org"), account("x@example.org"),
        people=PEOPLE,
    )  # fmt: skip
    assert whose(result, "ana@example.org", "bo+work@example.org", "x@example.org") == [
        ("ana", "address", 0.9),
        ("bo", "address", 0.9),
        (None, "none", 0.0),
    ]
    assert result.people.height == len(PEOPLE)


def test_names_never_join_where_people_are_listed():
    result = found(account("x@home.example", "Ana Example"), people=PEOPLE)
    assert whose(result, "x@home.example") == [(None, "none", 0.0)]


def test_an_address_of_two_persons_joins_nobody():
    result = found(account("shared@example.org"), people=PEOPLE)
    assert whose(result, "shared@example.org") == [(None, "none", 0.0)]


def test_accounts_csv_goes_before_the_address():
    result = found(
        account("bo@example.org"), account("octo", source="forge"), people=PEOPLE,
        listed=[("ana", "git", "BO@example.org", "human"), ("bo", "forge", "octo", "human")],
    )  # fmt: skip
    assert whose(result, "bo@example.org") == [("ana", "mapped", 1.0)]
    assert whose(result, "octo", source="forge") == [("bo", "mapped", 1.0)]


@pytest.mark.parametrize("is_committing", [True, False])
def test_mailmap_leads_to_the_person_of_the_address_it_names(is_committing):
    accounts = [account("old@home.example", canonical="ana@example.org")]
    accounts += [account("ana@example.org")] * is_committing
    result = found(*accounts, people=PEOPLE)
    assert whose(result, "old@home.example") == [("ana", "mailmap", 0.9)]


@pytest.mark.parametrize(
    ("listed", "person"),
    [(["eve"], "ana"), (["eva"], "ana"), (["eva", "eve"], "ana"), ([], None)],
)
def test_a_changed_login_is_found_by_the_old_one_and_by_the_new(listed, person):
    """Its account keeps the key of the old login and is mapped to that of the new."""
    renamed = account("eva", account_key=key_of("eve"), canonical_key=key_of("eva"), is_mapped=True)
    result = found(
        renamed, people=PEOPLE, listed=[("ana", "git", login, "human") for login in listed]
    )
    assert result.identities["person_id"].to_list() == [person]


def test_what_is_told_of_an_alias_itself_goes_before():
    result = found(
        account("old@a", canonical="new@a"), account("new@a"), people=PEOPLE,
        listed=[("ana", "git", "new@a", "human"), ("bo", "git", "old@a", "human")],
    )  # fmt: skip
    assert whose(result, "old@a", "new@a") == [("bo", "mapped", 1.0), ("ana", "mapped", 1.0)]


def test_answers_of_readers_go_before_accounts_csv_and_the_last_counts():
    result = found(
        account("x@a"), account("list@a"), people=PEOPLE,
        listed=[("ana", "git", "x@a", "human"), ("ana", "git", "list@a", "human")],
        same_person=[("git", "x@a", "ana"), ("git", "x@a", "BO@example.org")],
        ignore=[("git", "list@a")],
    )  # fmt: skip
    assert whose(result, "x@a", "list@a") == [("bo", "mapped", 1.0), (None, "mapped", 1.0)]
    assert result.identities["kind"].sort().to_list() == ["human", "service"]


def test_an_answer_that_names_nobody_is_told_and_changes_nothing():
    result = found(
        account("bo@example.org"), people=PEOPLE, same_person=[("git", "bo@example.org", "zoe")]
    )
    assert whose(result, "bo@example.org") == [("bo", "address", 0.9)]
    assert result.problems.rows() == [
        (0, '[[same_person]] person "zoe" is nobody; write a person_id or an address')
    ]


@pytest.mark.parametrize("kind", ["bot", "app", "shared", "service"])
def test_what_is_no_human_is_nobody(kind):
    listed = [(None, "git", "bo@example.org", kind)]
    by_list = found(account("bo@example.org"), people=PEOPLE, listed=listed)
    by_source = found(account("bo@example.org", kind=kind), people=PEOPLE)
    assert whose(by_list, "bo@example.org") == [(None, "mapped", 1.0)]
    assert whose(by_source, "bo@example.org") == [(None, "none", 0.0)]
    assert by_list.identities["kind"].to_list() == by_source.identities["kind"].to_list() == [kind]


def test_a_login_in_another_source_is_another_account():
    result = found(
        account("octo", source="forge"), account("octo", source="tracker"), people=PEOPLE,
        listed=[("ana", "forge", "octo", "human")],
    )  # fmt: skip
    assert whose(result, "octo", source="tracker") == [(None, "none", 0.0)]


def test_accounts_of_nobody_are_listed_with_who_has_the_same_name():
    accounts = [
        account("x@home", "Ana  example"), account("y@home", "Ana"), account("ci@a", kind="bot"),
        account("bo@example.org", "Bo Example"),
    ]  # fmt: skip
    result = found(*accounts, people=PEOPLE)
    raw = pl.DataFrame(accounts, schema=AccountsSchema.create_empty().schema)
    listed = unjoined(raw, result.identities, result.people).sort("account_id")
    assert listed.select("account_id", "candidate_id", "evidence").rows() == [
        ("x@home", "ana", "equal full name"),
        ("y@home", None, None),
    ]


# without people.csv


def test_commits_make_people_of_mailmap_address_and_full_name():
    accounts = [
        account("old@a", "O", canonical="new@a", first=3), account("new@a", "Nia New", first=5),
        account("nia@home", "nia  new", first=2), account("bo+x@a", "Bo", first=1),
        account("bo@a", "B", first=2), account("cy@a", "Cy", first=1),
    ]  # fmt: skip
    result = found(*accounts)
    assert groups(result, accounts) == [
        {"bo+x@a", "bo@a"}, {"cy@a"}, {"nia@home", "new@a", "old@a"},
    ]  # fmt: skip
    own = "p" + key_of("nia@home")[:12]
    assert whose(result, "old@a", "new@a", "nia@home", "bo@a", "cy@a")[:3] == [
        (own, "mailmap", 1.0), (own, "mailmap", 1.0), (own, "name", 0.9),
    ]  # fmt: skip
    person = result.people.filter(pl.col("person_id") == own).row(0, named=True)
    assert (person["name"], person["email"], person["valid_from"]) == (
        "nia  new", "nia@home", day(2),
    )  # fmt: skip
    assert person["team_id"] is None
    assert PeopleSchema.validate(result.people, cast=False).height == 3
    assert IdentitiesSchema.validate(result.identities, cast=False).height == 6


def test_one_word_is_no_full_name():
    accounts = [account("a@a", "Nia"), account("b@a", "Nia")]
    assert len(groups(found(*accounts), accounts)) == 2


@pytest.mark.parametrize(("addresses", "people"), [(12, 1), (13, 13)])
def test_a_name_with_too_many_addresses_joins_nobody(addresses, people):
    accounts = [account(f"x{number}@a", "Your Name") for number in range(addresses)]
    assert len(groups(found(*accounts), accounts)) == people


def test_machines_join_nobody_and_are_nobody():
    accounts = [account("a@a", "Nia New"), account("ci@a", "Nia New", kind="bot")]
    result = found(*accounts)
    assert groups(result, accounts) == [{"a@a"}]
    assert whose(result, "ci@a") == [(None, "none", 0.0)]


def test_mailmap_joins_two_that_only_share_what_it_names():
    accounts = [account("a@a", "A", canonical="c@c"), account("b@a", "B", canonical="c@c")]
    assert groups(found(*accounts), accounts) == [{"a@a", "b@a"}]


def test_people_from_two_repositories_meet_by_address():
    accounts = [account("a@a", "A", source="one"), account("a@a", "B", source="two")]
    assert found(*accounts).identities["person_id"].n_unique() == 1


def test_an_answer_moves_one_account_and_keeps_the_other_persons_id():
    accounts = [account("a@a", "A", first=1), account("b@a", "B", first=2)]
    own = "p" + key_of("b@a")[:12]
    result = found(*accounts, same_person=[("git", "a@a", own)])
    assert whose(result, "a@a") == [(own, "mapped", 1.0)]
    assert result.people.select("person_id", "name", "valid_from").rows() == [(own, "B", day(1))]


def test_order_of_accounts_does_not_matter():
    accounts = [
        account(f"x{number}@a", f"Nia {number // 3}x", first=number + 1) for number in range(9)
    ]
    one, other = found(*accounts), found(*reversed(accounts))
    assert one.identities.equals(other.identities)
    assert one.people.equals(other.people)


def test_no_accounts_make_nobody():
    for people in (None, PEOPLE):
        result = found(people=people)
        assert result.identities.height == 0
        assert result.people.height == len(people or [])
