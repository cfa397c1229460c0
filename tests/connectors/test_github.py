"""What comes out of pull requests: events, people, labels, areas."""

import pytest

from connectors import github, readers
from connectors.connector import SourceError
from connectors.demo.services.github import Fault
from connectors.github_changes import said
from models.tables.registry import TABLES
from tests.connectors.hub import (
    EVENTS,
    KEY,
    Account,
    Event,
    OwnersFile,
    Repository,
    Team,
    at,
    change,
    events,
    key_of,
    nights,
    site,
    synced,
)

OWNED = "/src/pay/ @ben\n"


def labels(batch):
    return events(batch, "event", "is_question", "is_ping", "has_policy_link", "has_decision")


def test_a_pull_request_becomes_its_events():
    review = Event("reviewed", at(hours=2), "ben", verdict="approved", commit="c" * 40, comments=3)
    batch = synced(site(
        change(
            review,
            Event("merged", at(hours=3), "cai"),
            files=["src/pay/card.py"], additions=7, deletions=2,
        ),
        owners=OWNED,
    ))  # fmt: skip
    row = batch.rows[EVENTS].filter(event="reviewed").row(0, named=True)
    assert row == {
        "source": "code",
        "event_id": "PR_7_12_E1",
        "change_id": "PR_7_12",
        "object_id": "shop/till#12",
        "repository": "shop/till",
        "happened_at": at(hours=2),
        "utc_week": at(days=-1).date(),
        "event": "reviewed",
        "actor_key": key_of("ben"),
        "target_key": None,
        "target_team": None,
        "author_key": key_of("ana"),
        "opened_at": at(),
        "verdict": "approved",
        "commit_id": "c" * 40,
        "comment_count": 3,
        "lines_changed": 9,
        "is_automatic": False,
        "mentioned_keys": [],
        "is_question": None,
        "is_ping": None,
        "has_policy_link": None,
        "has_decision": None,
        "scope_chain": "path:shop/till:/src/pay/\nrepository:shop/till",
        "flags_version": row["flags_version"],
    }
    assert events(batch, "event", "actor_key") == [
        ("opened", "ana"), ("reviewed", "ben"), ("merged", "cai"),
    ]  # fmt: skip
    assert batch.problems == ()


def test_every_table_keeps_its_declaration():
    team = Team("shop/pay", ("ben", "cai"))
    batch = synced(site(change(), owners="/src @shop/pay @dee a@shop.example\n", teams=[team]))
    tables = {**batch.rows, **batch.whole}
    assert set(tables) == {
        EVENTS, "raw.accounts", "raw.owner_patterns", "raw.owner_entries",
    }  # fmt: skip
    for name, rows in tables.items():
        assert rows.height == TABLES[name].schema.validate(rows).height > 0, name


def test_no_pull_requests_are_no_rows_and_no_problem():
    batch = synced(site())
    assert (batch.rows[EVENTS].height, batch.problems) == (0, ())
    assert batch.rows[EVENTS].columns == TABLES[EVENTS].columns


@pytest.mark.parametrize(
    ("kind", "event", "target", "team"),
    [
        ("assigned", "assigned", "cai", None),
        ("unassigned", "unassigned", "cai", None),
        ("review_requested", "review_requested", "cai", None),
        ("review_request_removed", "review_request_removed", "cai", None),
        ("labeled", "labeled", None, None),
        ("milestoned", "milestoned", None, None),
        ("ready", "ready", None, None),
        ("draft", "draft", None, None),
        ("closed", "closed", None, None),
        ("reopened", "reopened", None, None),
        ("auto_merge_enabled", "auto_merge_enabled", None, None),
    ],
)
def test_what_somebody_did_has_the_doer_as_actor(kind, event, target, team):
    done = Event(kind, at(hours=1), "ben", whom=target)
    batch = synced(site(change(done)))
    assert events(batch, "actor_key", "target_key", "target_team", event=event) == [
        ("ben", target, team)
    ]


def test_a_team_that_is_asked_is_named_and_is_nobody():
    asked = Event("review_requested", at(hours=1), "ben", whom="shop/pay")
    batch = synced(site(change(asked), teams=[Team("shop/pay", ("cai",))]))
    assert events(batch, "target_key", "target_team", event="review_requested") == [
        (None, "shop/pay")
    ]


def test_a_team_that_is_not_visible_is_asked_all_the_same():
    asked = Event("review_requested", at(hours=1), "ben", whom="shop/secret")
    batch = synced(site(change(asked)))
    assert events(batch, "actor_key", "target_key", "target_team", event="review_requested") == [
        ("ben", None, None)
    ]


def test_a_review_that_is_not_handed_in_is_none():
    pending = Event("reviewed", at(hours=1), "ben", verdict="pending")
    assert events(synced(site(change(pending))), "event") == ["opened"]


def test_a_dismissed_review_keeps_its_verdict_and_the_dismissal_names_it():
    batch = synced(site(change(
        Event("reviewed", at(hours=1), "ben", verdict="changes_requested"),
        Event("review_dismissed", at(hours=2), "cai", whom="ben"),
    )))  # fmt: skip
    assert events(batch, "event", "actor_key", "verdict")[1:] == [
        ("reviewed", "ben", "changes_requested"),
        ("review_dismissed", "cai", "changes_requested"),
    ]


def test_single_comments_sent_as_reviews_are_single_events():
    """Case 15 of the method: they become one round where acts are made."""
    reviews = [
        Event("reviewed", at(hours=1, minutes=n), "ben", commit="c" * 40, comments=1)
        for n in range(40)
    ]
    batch = synced(site(change(*reviews)))
    assert events(batch, "commit_id", "comment_count", event="reviewed") == [("c" * 40, 1)] * 40


def test_a_merge_closes_and_that_is_said_once():
    batch = synced(site(change(
        Event("merged", at(hours=2), "ben"), Event("closed", at(hours=2), "ben"),
    )))  # fmt: skip
    assert events(batch, "event") == ["opened", "merged"]


def test_a_deleted_account_is_nobody():
    batch = synced(site(change(Event("commented", at(hours=1), None, text="hello"), by=None)))
    assert events(batch, "event", "actor_key", "author_key") == [
        ("opened", None, None), ("commented", None, None),
    ]  # fmt: skip
    assert batch.rows["raw.accounts"].height == 0


@pytest.mark.parametrize(
    ("login", "account_id", "kind"),
    [
        ("robot", "robot[bot]", "bot"),
        ("ben", "ben", "human"),
        ("old-eve", "mannequin/old-eve", "human"),
    ],
)
def test_accounts_have_their_kind(login, account_id, kind):
    hub = site(change(Event("labeled", at(hours=1), login)))
    hub.accounts.append(Account("old-eve", 6, kind="Mannequin"))
    accounts = synced(hub).rows["raw.accounts"]
    found = accounts.filter(account_id=account_id).row(0, named=True)
    assert (found["kind"], found["account_key"]) == (kind, key_of(account_id))
    assert (found["first_seen_at"], found["last_seen_at"]) == (at(hours=1), at(hours=1))


def test_texts_become_labels_and_mentions():
    batch = synced(site(change(
        Event("commented", at(hours=1), "ben", text="@cai can you look? see ana@shop.example"),
        Event("commented", at(hours=2), "ben", text="```\n@dee\n```\nping @Cai"),
        Event("reviewed", at(hours=3), "ben", text="We decided to drop it."),
        Event("reviewed", at(hours=4), "ben"),
        text="Follows the guide at https://shop.example/CONTRIBUTING.md for @nobody-here",
    )))  # fmt: skip
    assert labels(batch) == [
        ("opened", False, False, True, False),
        ("commented", True, False, False, False),
        ("commented", False, True, False, False),
        ("reviewed", False, False, False, True),
        ("reviewed", None, None, None, None),
    ]
    assert events(batch, "mentioned_keys") == [[], ["cai"], ["cai"], [], []]


@pytest.mark.parametrize(
    ("text", "logins"),
    [
        ("@Ana, and (@ben)!", ("ana", "ben")),
        ("mail a@ben or @shop/pay or @types/node or `@ana`", ()),
        ("see @ana.", ("ana",)),
        ("x@ana @ana-lyst", ("ana-lyst",)),
        ("@ana @ANA", ("ana",)),
        ("<!-- @ana --> @ben", ("ben",)),
    ],
)
def test_mentions_are_logins_outside_code(text, logins):
    found = said(text)
    assert found is not None
    assert found.logins == logins


def test_nothing_of_any_text_is_kept():
    secret = "zebra-crossing"
    hub = site(change(
        Event("commented", at(hours=1), "ben", text=f"{secret}?"),
        Event("reviewed", at(hours=2), "ben", text=secret),
        text=secret, title=secret,
    ))  # fmt: skip
    batch = synced(hub)
    shown = [rows.write_json() for rows in {**batch.rows, **batch.whole}.values()]
    assert secret not in "".join([*shown, str(batch.cursor), str(batch.problems)])


def test_names_and_logins_stand_in_accounts_alone():
    batch = synced(site(change(Event("labeled", at(hours=1), "ben")), owners=OWNED))
    others = {n: r for n, r in {**batch.rows, **batch.whole}.items() if n != "raw.accounts"}
    shown = "".join(rows.write_json() for rows in others.values()) + str(batch.cursor)
    assert '"ben"' not in shown
    assert "Ben Example" not in shown
    assert "Ben Example" in batch.rows["raw.accounts"].write_json()


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)>",
        "=HYPERLINK(1)",
        "\u202eevil\u200b",
        "a\x1b[31m\nb",
        "x" * 999,
    ],
)
def test_hostile_names_and_texts_come_out_harmless(hostile):
    hub = site(change(
        Event("commented", at(hours=1), "eve", text=hostile),
        Event("labeled", at(hours=2), hostile),
        title=hostile, files=[hostile],
    ), owners=f"/src @ana {hostile}\n")  # fmt: skip
    hub.accounts.append(Account("eve", 66, hostile))
    batch = synced(hub)
    assert events(batch, "event", "scope_chain") == [
        ("opened", "repository:shop/till"),
        ("commented", "repository:shop/till"),
        ("labeled", "repository:shop/till"),
    ]
    logins = batch.rows["raw.accounts"]["account_id"].to_list()
    assert not any(sign in login for login in logins for sign in "\x1b\n\u202e\u200b")
    name = batch.rows["raw.accounts"].filter(account_id="eve")["name"].item()
    assert not any(sign in name for sign in "\x1b\n\u202e\u200b")
    assert len(name) <= 300


def test_only_what_happened_in_time_is_taken():
    hub = site(change(
        Event("labeled", at(hours=1), "ben"),
        Event("labeled", at(hours=2), "cai"),
        Event("labeled", at(hours=3), "dee"),
    ))  # fmt: skip
    batch = synced(hub, since=at(hours=2), until=at(hours=3))
    assert events(batch, "event", "actor_key") == [("labeled", "cai")]
    accounts = batch.rows["raw.accounts"]["account_id"]
    assert sorted(accounts) == ["ana", "cai"]  # the author stands on every row


def test_repositories_are_read_one_by_one():
    hub = site(change(number=1))
    hub.repositories.append(Repository("shop/web", 8, [change(number=2)]))
    batch = synced(hub, "shop/till", "shop/web")
    assert events(batch, "object_id") == ["shop/till#1", "shop/web#2"]


def test_a_name_in_other_letters_is_the_same_repository():
    batch = synced(site(change()), "Shop/Till")
    assert (events(batch, "repository"), batch.problems) == (["shop/till"], ())


def test_a_renamed_repository_is_read_under_its_name_of_today():
    hub = site(change())
    hub.repositories[0].old_names = ("shop/attic",)
    batch = synced(hub, "shop/attic", "shop/till")
    assert events(batch, "object_id") == ["shop/till#12"]
    assert [problem.text for problem in batch.problems] == [
        "shop/attic is shop/till now; put that into the settings and org files"
    ]


def test_of_a_repository_that_is_not_visible_nothing_is_read_and_the_rest_is():
    batch = synced(site(change()), "shop/none", "shop/till")
    assert events(batch, "object_id") == ["shop/till#12"]
    assert [one.where for one in batch.unread] == ["shop/none"]
    assert set(batch.unread) <= set(batch.problems)


def test_any_reader_finds_this_one_by_its_kind():
    with nights(site(change())) as run:
        batch = readers.sync(run.source(), None, run.access())
        assert batch.rows[EVENTS].height == 1


def test_doctor_says_of_each_repository_whether_it_is_seen():
    with nights(site(change()), "shop/till", "shop/secret") as run:
        found = list(github.probe(run.source(), run.access()))
        assert run.traffic.counts == {"Probe": 2}
    assert found[0] == (True, "shop/till can be read: 1 pull requests")
    assert found[1][0] is False
    assert "shop/secret: is not visible (NOT_FOUND)" in found[1][1]


def test_doctor_says_that_the_token_is_missing_or_refused():
    with nights(site(change())) as run:
        for token in (None, "", " \n"):
            with pytest.raises(SourceError, match="DOTTEDLINE_CODE_TOKEN"):
                list(github.probe(run.source(), run.access(token=token)))
        with pytest.raises(SourceError, match="refuses the token"):
            list(github.probe(run.source(), run.access(token="old")))


@pytest.mark.parametrize("target", ["https://elsewhere.example/graphql", "/graphql"])
def test_a_redirect_takes_the_token_nowhere(target):
    with nights(site(change())) as run:
        moved = Fault(status=301, headers={"Location": target}, times=99)
        run.traffic.faults.append(moved)
        with pytest.raises(SourceError, match="redirect"):
            run.sync()
        assert run.traffic.counts.total() == 1


def test_two_syncs_of_the_same_give_the_same_rows():
    owners = [OwnersFile(at(days=-9), "* @ana\n"), OwnersFile(at(days=-3), OWNED)]
    hub = site(*(change(number=n, files=["src/pay/a"]) for n in range(1, 9)), owners=owners)
    with nights(hub) as run:
        first = run.sync()
        run.cursor = None
        second = run.sync()
    for name, rows in {**first.rows, **first.whole}.items():
        assert rows.equals({**second.rows, **second.whole}[name]), name
    assert first.cursor == second.cursor
    assert KEY.hex() not in str(first.cursor)
