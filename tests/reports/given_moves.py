"""Recommendations and findings for the made-up team, as a published file would hold them."""

from datetime import timedelta

from tests.reports.given_mart import WEEK, Story


def with_moves(story: Story) -> Story:
    """A finding with its traces and the move that it calls for."""
    traces = [
        row
        for row in story.rows["acts"]
        if row["actor_id"] == "dana"
        and row["week"] == WEEK
        and row["authority_class"] == "informal"
    ]
    story.add(
        "findings",
        {
            "finding_id": "f-1",
            "code": "S4",
            "scope_type": "component",
            "scope_id": "LNCH/launch-tests",
            "team_id": "checkout",
            "person_id": "dana",
            "window_start": WEEK - timedelta(weeks=7),
            "window_end": WEEK + timedelta(days=6),
            "value": 0.73,
            "value_low": 0.52,
            "value_high": 0.88,
            "unit": "share",
            "threshold": 0.5,
            "act_count": len(traces),
            "status": "established",
            "sentence": "Since 16 November, traces show Dana Okafor giving out 22 of the 31 launch "
            "tests; Tom Adeyemi, the published owner, gave out 3.",
        },
    )
    story.add(
        "finding_evidence",
        *(
            {"finding_id": "f-1", "evidence_kind": "act", "evidence_id": row["act_id"]}
            for row in traces
        ),
    )
    story.add(
        "moves",
        {
            "move_id": "mv-1",
            "code": "M1",
            "position": 1,
            "finding_ids": ["f-1"],
            "team_id": "checkout",
            "sentence": "Make the owner of the launch tests explicit",
            "first_step": "Ask Dana Okafor and Tom Adeyemi who wants it until the launch.",
            "check_metric": "share of launch tests given out by the owner",
            "review_on": WEEK + timedelta(weeks=4),
        },
    )
    return story
