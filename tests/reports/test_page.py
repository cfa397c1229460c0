"""The page as text: whole, escaped, the same every time."""

import importlib
import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from reports import page
from reports.own import own
from tests.reports.given_history import public_history
from tests.reports.given_launch import LAUNCH_OPEN, LAUNCH_READ_AT, LAUNCH_WEEK, launch
from tests.reports.given_mart import READ_AT, WEEK, act, checkout
from tests.reports.given_moves import with_moves
from tests.reports.made import TERMS, made
from warehouse.audit import Entry

VOID = {"meta", "br", "wbr", "link", "img", "input", "hr"}
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</title></style><script>alert(1)</script>",
    '" onmouseover="alert(1)" x="',
    "'><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% for a in b %}",
    "=HYPERLINK(\"https://example.org\")",
    "javascript:alert(1)",
    "A\u202egnorw\u2066\u200b\u200d\x1b[31m\x00\x08B\ufeff\u2028C",
    "&lt;b&gt; &amp;",
    "x" * 400,
]  # fmt: skip


class Parts(HTMLParser):
    """Elements with their attributes, in order, and whether every one is closed in turn."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))

    def handle_endtag(self, tag):
        assert self._open[-1:] == [tag], self._open[-3:]
        self._open.pop()

    def handle_data(self, data):
        self.text += data


def hostile(text: str):
    """The team with the text wherever a stranger could put one."""
    story = with_moves(checkout())
    story.change("people", lambda row: row["person_id"] == "dana", name=text, title=text)
    story.change("teams", lambda row: True, name=text)
    story.change("findings", lambda row: True, sentence=text, scope_id=text)
    story.change("moves", lambda row: True, sentence=text, first_step=text, check_metric=text)
    story.change("acts", lambda row: True, object_id=text, evidence_url=text)
    story.change("coverage", lambda row: row["source"] == "code", source=text, problem=text)
    story.add("coverage", {"source": "org/people.csv", "week": WEEK, "problem": text})
    for table in ("areas", "area_owners", "acts"):
        story.change(table, lambda row: row["scope_id"] == "LNCH/launch-tests", scope_id=text)
    return story


def hostile_launch(text: str):
    """The launch with the text wherever a stranger could put one."""
    story = launch()
    story.change("people", lambda row: True, name=text, title=text)
    story.change("teams", lambda row: True, name=text)
    story.change("findings", lambda row: True, sentence=f"{text} {{person:s}}", finding_id=text)
    story.drop("findings", lambda row: row["code"] != "S4")
    story.drop("finding_evidence", lambda row: row["finding_id"] != "S4-1")
    story.change("finding_evidence", lambda row: True, finding_id=text)
    story.change("moves", lambda row: True, sentence=text, first_step=text, check_metric=text,
                 finding_ids=[text], effect=text)  # fmt: skip
    story.change("moves", lambda row: row["code"] == "M2", answer=text)
    story.change("owner_drafts", lambda row: True, wording=text, scope_id=text)
    story.change("owner_drafts", lambda row: row["object_id"] == "LNCH-101", object_id=text)
    story.change("acts", lambda row: True, object_id=text)
    story.change("acts", lambda row: True, scope_id=text)
    story.add("acts", *(act(200 + n, "d1", LAUNCH_WEEK, kind="answer") for n in range(4)))
    story.add("coverage", {"source": "corrections.toml", "week": LAUNCH_WEEK, "problem": text})
    for table in ("mandates", "areas", "area_owners", "requests"):
        story.change(table, lambda row: True, scope_id=text)
    return story


def launch_pages(folder, text):
    """Mara's page, and Sol's and Pia's own, with a stranger's text in them."""
    given: dict[str, Any] = {"week": LAUNCH_WEEK, "terms": TERMS, "rendered_at": LAUNCH_READ_AT}
    weekly = made(folder, hostile_launch(text), reader="m", opens_on=LAUNCH_OPEN, **given)
    read_by = [Entry(text, ("s", "p"), text, LAUNCH_READ_AT, text, 3)]
    store = folder / "restricted.duckdb"
    own_pages = [own(store, person_id=one, readings=read_by, **given) for one in ("s", "p")]
    return [page.html(weekly), *(page.own_html(one) for one in own_pages)]


def shapes(parts: Parts) -> set[tuple[str, tuple[str, ...]]]:
    return set(parts.elements)


def both(folder, text):
    """The manager's page and Dana's own, with a stranger's text in them."""
    weekly = page.html(made(folder, hostile(text), reader="sam"))
    store = folder / "restricted.duckdb"
    mine = own(store, person_id="dana", week=WEEK, terms=TERMS, rendered_at=READ_AT)
    return weekly, page.own_html(mine)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return [shapes(Parts(text)) for text in both(tmp_path_factory.mktemp("plain"), "plain")]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_strangers_text_adds_no_element_and_no_attribute(tmp_path, plain, text):
    for of_stranger, of_friend in zip(both(tmp_path, text), plain, strict=True):
        added = shapes(Parts(of_stranger)) - of_friend
        assert added <= {("wbr", ()), ("title", ())}  # a break in an id, a whole name on hover
        assert not [sign for sign in of_stranger if sign in "\u202e\u2066\u200b\u200d\x1b\x00\x08"]


@pytest.fixture(scope="module")
def plain_launch(tmp_path_factory):
    return [shapes(Parts(text)) for text in launch_pages(tmp_path_factory.mktemp("plain"), "plain")]


@pytest.mark.parametrize("text", HOSTILE)
def test_nor_does_it_in_what_was_found_or_asked_or_answered(tmp_path, plain_launch, text):
    for of_stranger, of_friend in zip(launch_pages(tmp_path, text), plain_launch, strict=True):
        parts = Parts(of_stranger)
        assert shapes(parts) - of_friend <= {("wbr", ()), ("title", ())}
        assert not [sign for sign in of_stranger if sign in "\u202e\u2066\u200b\u200d\x1b\x00\x08"]
        assert {link.partition(":")[0] for link in parts.links} <= {"https", "mailto"}
        assert not [link for link in parts.links if "%0D" in link.partition("?")[0]]


def test_links_are_https_or_our_own_answers(tmp_path):
    links = Parts(page.html(made(tmp_path, with_moves(checkout()), reader="sam"))).links
    assert any(link.startswith("https://") for link in links)
    assert {link.partition(":")[0] for link in links} == {"https", "mailto"}
    for text in ("javascript:alert(1)", "https://example.org/a b"):
        values = made(tmp_path, hostile(text), reader="sam")
        assert {one.url for move in values.moves for one in move.evidence} == {None}
        links = Parts(page.html(values)).links
        assert {link.partition(":")[0] for link in links} == {"mailto"}  # our own answers


@pytest.mark.parametrize("reader", ["sam", None])
def test_the_same_rows_and_moment_give_the_same_bytes(tmp_path, reader):
    first = made(tmp_path, with_moves(checkout()), reader=reader)
    turned = with_moves(checkout())
    for rows in turned.rows.values():
        rows.reverse()
    second = made(tmp_path, turned, reader=reader)
    assert page.html(first) == page.html(second)
    assert page.as_json(first) == page.as_json(second)


def test_the_page_is_one_file_that_asks_for_nothing(tmp_path):
    text = page.html(made(tmp_path, with_moves(checkout()), reader="sam"))
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in text
    tags = {tag for tag, _ in Parts(text).elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "form"}
    assert "url(" not in text
    assert "@import" not in text
    assert len(text) < 100_000


@pytest.mark.parametrize("story", [checkout, lambda: public_history(30, 40, 5)])
def test_tables_and_drawings_can_be_read_aloud(tmp_path, story):
    reader = "sam" if story is checkout else None
    parts = Parts(page.html(made(tmp_path, story(), reader=reader)))
    tags = [tag for tag, _ in parts.elements]
    assert tags.count("table") == tags.count("caption") > 1
    assert all("scope" in names for tag, names in parts.elements if tag == "th")
    for tag, names in parts.elements:
        if tag == "svg":
            assert "aria-hidden" in names or {"role", "aria-label"} <= set(names)
    assert tags.count("h1") == 1


@pytest.mark.parametrize(
    ("scope_type", "kind"),
    [("component", "component_lead"), ("project", "project_lead"), ("path", "code_owner")],
)
def test_an_owner_to_publish_has_the_mandate_that_fits_the_scope(tmp_path, scope_type, kind):
    values = made(tmp_path, with_moves(checkout()), reader="sam")
    rows = tuple(replace(row, scope_type=scope_type) for row in values.areas.rows)
    lines = page.html(replace(values, areas=replace(values.areas, rows=rows))).splitlines()
    proposed = [line.split(",")[3:5] for line in lines if line.startswith("own-")]
    assert proposed
    assert all(one == [kind, scope_type] for one in proposed)


def test_the_foot_says_for_whom_and_for_what(tmp_path):
    text = Parts(page.html(made(tmp_path, checkout(), reader="sam"))).text
    assert "For Sam Whitfield only: not for appraisal or ranking." in text
    assert "method 1.0" in text
    assert "impact assessment 1 September 2026 · minutes not yet calibrated here" in text
    assert "Conversations, chat and phone leave no trace." in text


def test_words_of_blame_and_rank_are_nowhere(tmp_path):
    for reader in ("sam", None):
        text = Parts(page.html(made(tmp_path, with_moves(checkout()), reader=reader))).text.lower()
        assert not [
            word for word in ("unauthorised", "not her role", "score", "ranked", "burnout", "worst")
            if word in text
        ]  # fmt: skip


def test_json_holds_the_same_facts(tmp_path):
    values = made(tmp_path, with_moves(checkout()), reader="sam")
    facts = json.loads(page.as_json(values))
    assert facts["headline"] == values.headline
    assert facts["week"] == "2026-11-16"
    assert [one["name"] for one in facts["carriers"]] == [one.name for one in values.carriers]


def test_a_pdf_without_its_program_says_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(page.PdfError, match="pip install 'weasyprint"):
        page.pdf("<p>")


def test_for_paper_every_colour_is_written_out(tmp_path):
    text = page.plain_colours(page.html(made(tmp_path, checkout(), reader="sam")))
    assert "var(" not in text
    assert 'fill="#b1401c"' in text
