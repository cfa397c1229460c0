from datetime import UTC, datetime

import polars as pl

from models.org.mandates import lead_mandates, owner_mandates
from models.tables import tickets
from models.tables.org import MandatesSchema
from models.tables.raw import OWNER_ENTRIES
from tests.given import rows

IDENTITIES = pl.LazyFrame(
    [("git", "a1", "ana"), ("git", "a2", "ana"), ("git", "b1", "bo"), ("git", "x", None)],
    schema=["source", "account_key", "person_id"],
    orient="row",
)


def day(number: int | None) -> datetime | None:
    return datetime(2026, 1, number, tzinfo=UTC) if number else None


def entry(account, start, end=None, **given):
    return {
        "source": "git",
        "repository": "shop",
        "scope_type": "component",
        "scope_id": "Drivers",
        "account_key": account,
        "role": "maintainer",
        "is_merge_only": False,
        "valid_from": day(start),
        "valid_to": day(end),
    } | given


def mandates(*entries) -> pl.DataFrame:
    schema = OWNER_ENTRIES.schema.create_empty().schema
    rows = pl.LazyFrame(list(entries), schema=schema)
    return MandatesSchema.validate(owner_mandates(rows, IDENTITIES).collect(), cast=False)


def stretches(*entries):
    found = mandates(*entries).sort("holder_id", "valid_from")
    return found.select("holder_id", "valid_from", "valid_to").rows()


def test_stretches_that_touch_or_overlap_are_one_whatever_address_and_role():
    assert stretches(
        entry("a1", 1, 5), entry("a2", 5, 8, role="reviewer"), entry("a1", 7, 9), entry("a1", 10)
    ) == [("ana", day(1), day(9)), ("ana", day(10), None)]


def test_an_open_stretch_swallows_what_begins_later():
    assert stretches(entry("a1", 1), entry("a2", 3, 4)) == [("ana", day(1), None)]


def test_other_areas_and_persons_stay_apart():
    found = mandates(entry("a1", 1, 5), entry("b1", 2), entry("a1", 5, scope_id="Docs"))
    assert found.select("mandate_id", "holder_id").rows() == [
        ("owners:component:Docs:all:1", "ana"),
        ("owners:component:Drivers:all:1", "ana"),
        ("owners:component:Drivers:all:2", "bo"),
    ]


def test_a_later_listing_leaves_the_ids_of_earlier_ones():
    before = mandates(entry("b1", 2))
    after = mandates(entry("b1", 2), entry("a1", 3))
    assert set(before["mandate_id"]) < set(after["mandate_id"])
    assert after.filter(pl.col("holder_id") == "bo")["mandate_id"].to_list() == [
        "owners:component:Drivers:all:1"
    ]


def test_who_is_nobody_holds_nothing():
    assert stretches(entry("x", 1), entry("unknown", 1)) == []


def test_a_section_without_paths_is_for_merges_only():
    shop = {"scope_type": "repository", "scope_id": "shop", "is_merge_only": True}
    (row,) = mandates(entry("a1", 1, **shop)).rows(named=True)
    assert row["act_kinds"] == "merge"
    assert row["scope_type"] == "repository"


def test_an_owners_file_confirms_itself_and_dates_itself():
    (row,) = mandates(entry("b1", 2, 9, role="owner")).rows(named=True)
    assert row["mandate_kind"] == "code_owner"
    assert row["is_self_confirming"]
    assert (row["recorded_at"], row["superseded_at"], row["act_kinds"]) == (day(2), None, "")


def test_maintainers_lead_their_component():
    kinds = mandates(entry("a1", 1), entry("b1", 1, role="reviewer")).sort("holder_id")
    assert kinds["mandate_kind"].to_list() == ["component_lead", "code_owner"]


def test_no_entries_give_no_mandates():
    assert mandates().height == 0


def led(account, start, end=None, **given):
    project = {"source": "git", "scope_type": "project", "scope_id": "LNCH", "role": "project_lead"}
    return {
        **project, "account_key": account, "valid_from": day(start), "valid_to": day(end), **given,
    }  # fmt: skip


def test_a_trackers_lead_holds_all_of_it_since_first_seen_so_and_confirms_nothing():
    leads = rows(
        tickets.LEADS,
        led("a1", 1, 5),
        led("a2", 5, 9),
        led("b1", 9),
        led("b1", 2, scope_type="component", scope_id="LNCH/web", role="component_lead"),
        led("x", 1),
    )
    found = MandatesSchema.validate(lead_mandates(leads, IDENTITIES).collect(), cast=False)
    named = ["mandate_id", "holder_id", "mandate_kind", "valid_from", "valid_to"]
    assert found.select(named).rows() == [
        ("leads:component:LNCH/web:1", "bo", "component_lead", day(2), None),
        ("leads:project:LNCH:1", "ana", "project_lead", day(1), day(9)),
        ("leads:project:LNCH:2", "bo", "project_lead", day(9), None),
    ]
    assert not found["is_self_confirming"].any()
    assert found["recorded_at"].equals(found["valid_from"])
    assert set(found["act_kinds"]) == {""}
