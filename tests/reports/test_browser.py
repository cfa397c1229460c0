"""The pages as a reader's browser shows them."""

from collections.abc import Iterator
from typing import Any

import pytest

from reports import page
from reports.own import own
from tests.reports.browser import Page, opened
from tests.reports.given_history import public_history
from tests.reports.given_launch import LAUNCH_OPEN, LAUNCH_READ_AT, LAUNCH_WEEK, launch
from tests.reports.given_mart import checkout
from tests.reports.given_moves import with_moves
from tests.reports.made import TERMS, made

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LEAST_CONTRAST = """
(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  let least = 99;
  for (const element of document.querySelectorAll("h1,h2,h3,p,th,td,dt,dd,li,a,summary,span,b")) {
    if (!element.innerText || !element.innerText.trim() || !element.offsetParent) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return least;
})()
"""
OVERLAPS = """
(() => {
  const found = [];
  for (const drawing of document.querySelectorAll("svg.wide")) {
    const boxes = [...drawing.querySelectorAll("text:not([transform]):not([aria-hidden])")]
      .map((one) => [one.getBoundingClientRect(), one.textContent]);
    boxes.forEach(([a, name], at) => boxes.slice(at + 1).forEach(([b, other]) => {
      const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (x > 1 && y > 5) found.push(name + " | " + other);
    }));
  }
  return found;
})()
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of a crowded team, opened once."""
    folder = tmp_path_factory.mktemp("team")
    path = folder / "page.html"
    path.write_text(page.html(made(folder, with_moves(crowded()), reader="sam")))
    with opened(path, folder / "profile") as opened_page:
        yield opened_page


def crowded():
    """The team with seven more people, long names and more areas than the map shows."""
    story = checkout()
    for number in range(7):
        person = f"more{number}"
        story.copy_person("ravi", person, f"Wilhelmina Constantinople-Featherstonehaugh {number}")
        story.add_area(
            f"example/shop:src/a-rather-long-path/of-a-module-{number}/**", person, person
        )
    return story


def test_nothing_is_wider_than_a_small_window(shown):
    for width in (500, 360, 900):
        shown.show(width)
        assert shown.value(WIDE) <= 0


def test_the_browser_has_nothing_to_complain_and_nothing_to_fetch(shown):
    shown.show(900)
    assert shown.value("document.scripts.length") == 0
    assert shown.complaints == []


def test_dark_is_dark_and_paper_is_light(shown):
    background = "getComputedStyle(document.body).backgroundColor"
    shown.show(900, dark=True)
    assert _brightness(shown.value(background)) < 40
    shown.show(900, dark=True, paper=True)
    assert _brightness(shown.value(background)) > 240
    shown.show(900)
    assert _brightness(shown.value(background)) > 220


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_has_the_contrast_of_wcag_aa(shown, dark):
    shown.show(900, dark=dark)
    assert shown.value(LEAST_CONTRAST) >= 4.5


def test_no_label_of_a_drawing_lies_on_another(shown):
    shown.show(900)
    assert shown.value("document.querySelectorAll('svg.wide').length") == 4
    assert shown.value(OVERLAPS) == []


def test_a_team_in_one_row_and_a_day_of_a_crisis_fit_too(tmp_path):
    path = tmp_path / "page.html"
    story = launch()
    story.change(
        "people",
        lambda row: row["person_id"] in ("d1", "d2"),
        name="Wilhelmina Constantinople-Featherstonehaugh",
        title="Principal of tests",
    )
    for actor, target in (("d1", "s"), ("s", "m"), ("m", "d4"), ("d3", "w"), ("w", "d3")):
        story.add(
            "lead_ties",
            {
                "actor_id": actor,
                "target_id": target,
                "week": LAUNCH_WEEK,
                "act_count": 5,
                "informal_act_count": 4,
                "hours": 0.3,
            },
        )
    values = made(tmp_path, story, reader="m", week=LAUNCH_WEEK, rendered_at=LAUNCH_READ_AT,
                  opens_on=LAUNCH_OPEN)  # fmt: skip
    path.write_text(page.html(values))
    with opened(path, tmp_path / "profile") as shown:
        for width in (360, 500, 900):
            shown.show(width)
            assert shown.value(WIDE) <= 0
        assert shown.value(OVERLAPS) == []
        for dark in (False, True):
            shown.show(900, dark=dark)
            assert shown.value(LEAST_CONTRAST) >= 4.5
        assert shown.complaints == []


def test_an_own_page_fits_too(tmp_path):
    path = tmp_path / "page.html"
    given: dict[str, Any] = {"week": LAUNCH_WEEK, "terms": TERMS, "rendered_at": LAUNCH_READ_AT}
    path.write_text(page.own_html(own(launch().write(tmp_path), person_id="s", **given)))
    with opened(path, tmp_path / "profile") as shown:
        for width in (360, 500, 900):
            shown.show(width)
            assert shown.value(WIDE) <= 0
        assert shown.value(LEAST_CONTRAST) >= 4.5
        assert shown.complaints == []


def test_the_page_of_a_long_public_history_fits_too(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(page.html(made(tmp_path, public_history(people=40, area_count=60, years=6))))
    with opened(path, tmp_path / "profile") as shown:
        shown.show(500)
        assert shown.value(WIDE) <= 0
        shown.show(900)
        assert shown.value(OVERLAPS) == []
        assert shown.complaints == []


def test_what_somebody_smuggles_in_is_stopped_and_seen(tmp_path):
    path = tmp_path / "page.html"
    smuggled = "<script>document.title = 'run'</script><img src='https://example.org/x.png'>"
    overlap = "<svg class='wide'><text x='9' y='20'>one</text><text x='12' y='21'>two</text></svg>"
    clean = page.html(made(tmp_path, checkout(), reader="sam"))
    path.write_text(clean.replace("</main>", f"{smuggled}{overlap}</main>"))
    with opened(path, tmp_path / "profile") as broken:
        broken.show(900)
        assert broken.value("document.title") == "Checkout team · 2026-W47"
        assert broken.value(OVERLAPS) == ["one | two"]
        assert len([one for one in broken.complaints if "Content Security Policy" in one]) == 2


def _brightness(colour: str) -> float:
    numbers = [float(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    return sum(numbers) / 3
