"""One night with Jira: what becomes of tickets, accounts and leads, and what is missing."""

from datetime import date, timedelta

import polars as pl
import pytest

from connectors.connector import SourceError
from connectors.demo.services import jira as made_up
from connectors.jira import probe
from models.tables import raw, tickets
from tests.connectors.jira_given import (
    ANA,
    AT,
    BASKET,
    BEN,
    CAI,
    CHECKOUT,
    CORE,
    LAUNCH,
    RULE,
    column,
    hours,
    key,
    night,
    site,
    synced,
    ticket,
    told,
)


def test_rows_are_in_the_shape_of_their_tables():
    batch = synced(site(ticket().assign(BEN, by=ANA, at=hours(1))))
    tickets.TicketEventsSchema.validate(batch.rows["raw.ticket_events"])
    raw.AccountsSchema.validate(batch.rows["raw.accounts"])
    tickets.LeadsSchema.validate(batch.whole["raw.leads"])


def test_no_ticket_gives_no_rows():
    batch = synced(site())
    tickets.TicketEventsSchema.validate(batch.rows["raw.ticket_events"])
    assert told(batch).is_empty()
    assert batch.problems == ()


def test_each_change_says_who_did_it_and_what_held_then():
    moved = ticket(components=["checkout"], reporter=BEN)
    moved.assign(BEN, by=ANA, at=hours(1)).move("In Test", by=BEN, at=hours(2), assign=CAI)
    found = told(synced(site(moved))).select(
        "field", "actor_key", "from_key", "to_key", "from_value", "to_value", "assignee_key",
        "status",
    ).rows()  # fmt: skip
    ana, ben, cai = key(ANA), key(BEN), key(CAI)
    assert found == [
        ("created", ana, None, None, None, None, None, "To Do"),
        ("assignee", ana, None, ben, None, None, ben, "To Do"),
        ("status", ben, None, None, "To Do", "In Test", cai, "In Test"),
        ("assignee", ben, ben, cai, None, None, cai, "In Test"),
    ]


def test_fields_changed_at_once_share_the_id_of_their_change():
    moved = ticket().move("In Test", by=BEN, at=hours(2), assign=CAI)
    found = told(synced(site(moved))).filter(pl.col("field") != "created")
    assert found["change_id"].n_unique() == 1
    assert found["event_id"].n_unique() == 2


def test_the_first_assignee_is_whom_the_first_change_took_it_from():
    found = column(synced(site(ticket(assignee=BEN).assign(CAI, by=ANA, at=hours(1)))),
                   "to_key", field="created")  # fmt: skip
    assert found == [key(BEN)]


def test_a_first_assignee_who_still_has_it_was_given_it_by_the_opener():
    batch = synced(site(ticket(assignee=BEN, opened_by=ANA)))
    assert told(batch).select("field", "actor_key", "to_key").rows() == [
        ("created", key(ANA), key(BEN))
    ]


@pytest.mark.parametrize(
    ("component", "project_way", "assignee", "is_default"),
    [
        ("checkout", "UNASSIGNED", ANA, True),
        ("checkout", "UNASSIGNED", BEN, False),
        ("basket", "UNASSIGNED", BEN, False),
        ("basket", "PROJECT_LEAD", BEN, True),
        (None, "PROJECT_LEAD", BEN, True),
        (None, "PROJECT_LEAD", ANA, False),
        (None, "UNASSIGNED", BEN, False),
    ],
)
def test_whom_a_component_or_project_assigns_by_itself_is_marked(
    component, project_way, assignee, is_default
):
    launch = made_up.project("10000", "LNCH", "Launch", lead=BEN, assignee_type=project_way,
                             components=[CHECKOUT, BASKET])  # fmt: skip
    one = ticket(project=launch, assignee=assignee, components=[component] if component else [])
    batch = synced(site(one.assign(CAI, by=CAI, at=hours(1)), projects=[launch]))
    assert column(batch, "is_default_assignee") == [is_default, False]


def test_scopes_are_those_of_the_moment():
    moved = ticket(components=["checkout", "basket"])
    moved.put_under(["basket"], by=BEN, at=hours(1)).transfer(CORE, 9, by=BEN, at=hours(2))
    moved.assign(CAI, by=BEN, at=hours(3))
    found = told(synced(site(moved), projects=("LNCH", "CORE")))
    at = dict(found.select("field", "scope_chain").rows())
    assert at["created"] == "component:LNCH/basket\ncomponent:LNCH/checkout\nproject:LNCH"
    assert found["scope_chain"][1] == "component:LNCH/basket\nproject:LNCH"
    assert at["assignee"] == "project:CORE"
    assert set(found["ticket_key"]) == {"CORE-9"}
    assert found["ticket_id"].n_unique() == 1


def test_a_component_has_the_name_of_today_and_one_that_is_no_more_the_last_it_had():
    moved = ticket(components=["checkout", "basket"]).put_under(["basket"], by=BEN, at=hours(1))
    renamed = made_up.component("10100", "payments", lead=ANA)
    launch = made_up.project("10000", "LNCH", "Launch", components=[renamed])
    assert column(synced(site(moved, projects=[launch])), "scope_chain") == [
        "component:LNCH/basket\ncomponent:LNCH/payments\nproject:LNCH",
        "component:LNCH/basket\nproject:LNCH",
    ]


def test_a_ticket_that_came_from_a_project_that_is_not_read_keeps_its_scope_there():
    moved = ticket(project=CORE).transfer(LAUNCH, 9, by=BEN, at=hours(1))
    assert column(synced(site(moved)), "scope_chain", field="created") == ["project:CORE"]
    hidden = column(synced(site(moved, hidden={"CORE"})), "scope_chain", field="created")
    assert hidden == ["project:10001"]


def test_a_comment_leaves_whom_it_mentions_and_what_it_says_of_itself():
    asked = ticket(assignee=CAI).comment("[~acc-ben] could you decide?", by=ANA, at=hours(1))
    asked.comment("Decision: the second one", by=BEN, at=hours(2))
    found = told(synced(site(asked))).filter(field="comment").select(
        "actor_key", "mentioned_keys", "is_question", "is_ping", "has_decision", "assignee_key"
    )  # fmt: skip
    assert found.rows() == [
        (key(ANA), [key(BEN)], True, False, False, key(CAI)),
        (key(BEN), [], False, False, True, key(CAI)),
    ]


def test_only_comments_have_labels():
    batch = synced(site(ticket().assign(BEN, by=ANA, at=hours(1))))
    assert told(batch).select("is_question", "is_ping", "has_policy_link", "has_decision").rows() \
        == [(None,) * 4] * 2  # fmt: skip


@pytest.mark.parametrize("shown", [0, 1, 150])
def test_comments_that_a_search_leaves_out_are_read(shown):
    asked = ticket()
    for number in range(150):
        asked.comment("and?", by=ANA, at=hours(number))
    with night(site(asked, shown_comments=shown)) as given:
        assert len(column(given.sync(), "event_id", field="comment")) == 150
        assert given.traffic.counts["issue/comment"] == (2 if shown < 150 else 0)


def test_a_ticket_whose_further_comments_are_refused_keeps_its_rows():
    asked = ticket()
    for number in range(3):
        asked.comment("and?", by=ANA, at=hours(number))
    with night(site(asked, shown_comments=1)) as given:
        first = given.sync()
        given.traffic.faults.append(made_up.Fault("issue/comment", status=403))
        second = given.sync(first.cursor)
    assert len(column(first, "event_id", field="comment")) == 3
    assert told(second).is_empty()
    assert asked.issue["id"] not in second.objects["raw.ticket_events"][1]
    assert [one.text for one in second.problems] == [
        "tickets that do not show all of their comments: 1"
    ]


def test_what_else_changes_is_told_without_its_values():
    changed = ticket()
    changed.prioritise("High", by=BEN, at=hours(1)).plan("Sprint 1", by=BEN, at=hours(2))
    changed.flag(by=BEN, at=hours(3)).relabel(["secret"], by=BEN, at=hours(4))
    changed.report_as(CAI, by=BEN, at=hours(5)).resolve("Done", "Closed", by=BEN, at=hours(6))
    found = told(synced(site(changed)))
    assert found["field"].to_list() == [
        "created", "priority", "sprint", "flagged", "labels", "reporter", "resolution", "status",
    ]  # fmt: skip
    assert found["to_value"].to_list() == [None, "High", None, None, None, None, "Done", "Closed"]
    assert found["reporter_key"].to_list() == [key(ANA)] * 5 + [key(CAI)] * 3


@pytest.mark.parametrize("created_as", ["iso", "seconds", "milliseconds"])
def test_a_change_has_its_moment_in_whatever_way_it_is_written(created_as):
    batch = synced(site(ticket().assign(BEN, by=ANA, at=hours(1)), created_as=created_as))
    assert column(batch, "happened_at", field="assignee") == [hours(1)]


@pytest.mark.parametrize(("bound", "fields"), [
    ("since", ["assignee"]),
    ("until", ["created"]),
])  # fmt: skip
def test_events_outside_the_bounds_are_left_out(bound, fields):
    batch = synced(site(ticket().assign(BEN, by=ANA, at=hours(2))), **{bound: hours(1)})
    assert column(batch, "field") == fields
    assert column(batch, "created_at") == [AT]


def test_accounts_are_those_of_the_rows_with_their_kind_and_times():
    moved = ticket(opened_by=RULE).assign(BEN, by=RULE, at=hours(1))
    moved.comment("[~acc-cai] and?", by=BEN, at=hours(2))
    found = synced(site(moved)).rows["raw.accounts"].sort("account_id")
    assert found.select("account_id", "name", "kind").rows() == [
        ("acc-ana", "Ana Example", "human"),  # leads a component
        ("acc-ben", "Ben Example", "human"),
        ("acc-cai", "Cai Example", "human"),
        ("acc-rule", "Automation for Jira", "app"),
    ]
    rule = found.row(by_predicate=pl.col("kind") == "app", named=True)
    assert (rule["first_seen_at"], rule["last_seen_at"]) == (AT, hours(2))


def test_an_account_of_which_only_the_id_is_seen_is_looked_up():
    given = ticket().comment("[~acc-rule] [~acc-gone] so?", by=BEN, at=hours(1))
    found = synced(site(given)).rows["raw.accounts"]
    kinds = dict(found["account_id", "kind"].rows())
    assert (kinds["acc-rule"], kinds["acc-gone"]) == ("app", "human")


def test_accounts_that_may_not_be_looked_up_are_a_problem_and_the_rest_is_kept():
    refused = made_up.Fault("user/bulk", status=403)
    batch = synced(site(ticket().comment("[~acc-cai] so?", by=BEN, at=hours(1))), refused)
    assert column(batch, "mentioned_keys", field="comment") == [[key(CAI)]]
    assert ["browse users" in one.text for one in batch.problems] == [True]


def test_an_address_that_is_shown_joins_the_account_by_its_key_alone():
    ana = made_up.user("acc-ana", "Ana Example", email="Ana@shop.example")
    found = synced(site(ticket(opened_by=ana), users=[ana])).rows["raw.accounts"]
    row = found.row(by_predicate=pl.col("account_id") == "acc-ana", named=True)
    assert row["canonical_key"] == key("ana@shop.example")
    assert "shop.example" not in str(found.rows())


def test_deleted_accounts_are_nobody_and_never_one_person():
    unknown = made_up.user("unknown", "Former user", kind="unknown")
    left, other = (ticket(number, assignee=unknown) for number in (1, 2))
    left.assign(BEN, by=None, at=hours(1))
    other.comment("?", by=unknown, at=hours(1))
    batch = synced(site(left, other))
    given = column(batch, "to_key", field="created")
    assert None not in given
    assert len(set(given)) == 2
    assert column(batch, "from_key", field="assignee") == given[:1]
    assert column(batch, "actor_key", field="assignee") == [None]
    assert column(batch, "actor_key", field="comment") == [None]
    assert set(batch.rows["raw.accounts"]["account_id"]) == {"acc-ana", "acc-ben"}


def test_one_project_of_two_that_cannot_be_seen_is_a_problem_and_the_rest_is_kept():
    with night(site(ticket(), hidden={"CORE"}), projects=("LNCH", "CORE")) as given:
        batch = given.sync()
        assert column(batch, "ticket_key") == ["LNCH-1"]
        assert [(one.where, "browse" in one.text) for one in batch.problems] == [("CORE", True)]
        assert batch.unread == list(batch.problems)
        given.site.hidden.clear()
        given.site.issues.append(ticket(1, project=CORE).issue)
        assert "CORE-1" in column(given.sync(batch.cursor), "ticket_key")


def test_no_project_that_can_be_seen_is_an_error_and_not_no_tickets():
    with pytest.raises(SourceError, match=r"none of the projects LNCH can be seen.*browse"):
        synced(site(ticket(), hidden={"LNCH"}))


def test_wrong_credentials_are_an_error_that_names_the_variables_and_no_secret():
    with pytest.raises(SourceError) as caught:
        synced(site(ticket(), token="another"))
    text = str(caught.value)
    assert "401" in text
    assert "DOTTEDLINE_TRACKER_USER" in text
    assert "DOTTEDLINE_TRACKER_TOKEN" in text
    assert "made-up" not in text
    assert "reader@" not in text


def test_a_data_center_is_named():
    with pytest.raises(SourceError, match=r"is a Jira Server; Jira Cloud alone"):
        synced(site(deployment="Server"))


def test_the_same_window_twice_gives_the_same_rows():
    served = site(ticket().assign(BEN, by=ANA, at=hours(1)).comment("?", by=BEN, at=hours(2)))
    with night(served) as given:
        first, second = given.sync(), given.sync()
    assert first.rows["raw.ticket_events"].equals(second.rows["raw.ticket_events"])
    assert first.rows["raw.accounts"].equals(second.rows["raw.accounts"])
    assert first.cursor == second.cursor


def test_doctor_sees_each_project():
    with night(site(ticket(), hidden={"CORE"}), projects=("LNCH", "CORE")) as given:
        found = list(probe(given.source, given.access))
    assert [is_good for is_good, _ in found] == [True, False]
    assert found[0][1] == "LNCH can be read, with about 1 ticket"
    assert "CORE cannot be seen" in found[1][1]


def test_doctor_says_what_is_wrong_with_the_credentials():
    with (
        night(site(token="another")) as given,
        pytest.raises(SourceError, match="DOTTEDLINE_TRACKER_TOKEN"),
    ):
        list(probe(given.source, given.access))


def test_versions_with_a_day_are_releases_of_their_project():
    planned = made_up.version("20001", "A made-up release", released_on=date(2026, 10, 2))
    project = made_up.project(
        "10000",
        "LNCH",
        "Launch",
        lead=BEN,
        versions=[planned, made_up.version("20002", "Some day")],
    )
    batch = synced(site(projects=[project, CORE]))
    releases = batch.whole["raw.releases"]
    tickets.ReleasesSchema.validate(releases)
    assert releases.rows() == [("tracker", "20001", "project", "LNCH", date(2026, 10, 2))]


def test_between_the_weekly_checks_releases_stay_as_they_were_read():
    with night(site()) as asked:
        first = asked.sync()
        asked.now += timedelta(days=1)
        assert "raw.releases" not in asked.sync(first.cursor).whole
