"""The page of a story, as its tests want it: this week, in the demo's terms, names open."""

from datetime import date
from pathlib import Path
from typing import Any

from reports.facts import Terms, Weekly
from reports.weekly import weekly
from tests.reports.given_mart import OPEN, READ_AT, WEEK, Story

TERMS = Terms("Example", assessed_on=date(2026, 9, 1), answers_to="lead@example.org")


def made(folder: Path, story: Story, **given: Any) -> Weekly:
    """The values of a page; arguments not given are those of an open page of this week."""
    usual: dict[str, Any] = {
        "week": WEEK, "terms": TERMS, "rendered_at": READ_AT, "opens_on": OPEN,
    }  # fmt: skip
    return weekly(story.write(folder), **{**usual, **given})
