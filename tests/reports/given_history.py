"""A made-up public history of ten years without org files, as a published file for the pages."""

from datetime import timedelta

from tests.reports.given_mart import LINE_FROM, NIGHT, WEEK, Story, act, person_week, wave


def public_history(people: int = 90, area_count: int = 200, years: int = 10) -> Story:
    """A public history without org files: no teams, no lines, owners from an owners file."""
    story = Story()
    story.add(
        "about",
        {
            "run_id": "2026-11-23T03:00Z-1",
            "published_at": NIGHT,
            "data_until": NIGHT,
            "method_version": "1.0",
            "settings_digest": "0" * 8,
        },
    )
    ids = [f"p{number:03d}" for number in range(people)]
    story.add("people", *({"person_id": one, "name": f"Person {one}"} for one in ids))
    weeks = [WEEK - timedelta(weeks=back) for back in reversed(range(52 * years))]
    for at, week in enumerate(weeks):
        recent = at >= len(weeks) - 21
        for seed, person in enumerate(ids if recent else ids[:: 3 - (at > 250)]):
            hours = ((seed * 13) % 17) / 3 * wave(seed, at) * (0.5 + at / len(weeks))
            hours = 0.0 if seed % 5 == 0 else hours
            story.add(
                "person_weeks",
                person_week(
                    person,
                    week,
                    hours,
                    team_id=None,
                    contract_hours=None,
                    excess_hours=None,
                    evidence_grade="B",
                    act_count=round(hours * 2),
                ),
            )
            for nth in range(round(hours / 2) if recent else 0):
                authority = ("bypass", "gap", "unresolved")[(nth + seed) % 3]
                story.add(
                    "acts",
                    act(
                        at * 1000 + seed * 10 + nth,
                        person,
                        week,
                        team_id=None,
                        authority=authority,
                        kind="review",
                        object_kind="commit",
                        scope_id=f"Area {seed % 40}",
                        source="history",
                    ),
                )
                story.add(
                    "acts",
                    act(
                        at * 1000 + seed * 10 + 5 + nth,
                        person,
                        week,
                        team_id=None,
                        authority="formal_mandate",
                        authority_class="formal",
                        scope_id=f"Area {seed % 40}",
                        source="history",
                    ),
                )
        story.add(
            "coverage",
            {
                "source": "history",
                "week": week,
                "records": 300 + at % 90,
                "last_sync_at": NIGHT,
                "is_complete": True,
            },
        )
    for number in range(area_count):
        match = ("differs", "matches", "no_owner", "matches", "too_few")[number % 5]
        area = f"Area {number}"
        for week in weeks[-13:]:
            story.add(
                "areas",
                {
                    "scope_type": "component",
                    "scope_id": area,
                    "week": week,
                    "leader_id": ids[number % people],
                    "leader_share": 0.4,
                    "informal_share": 0.35,
                    "act_count": 3 + (number * 37) % 400,
                    "match": match,
                },
            )
        if match != "no_owner":
            owner = ids[number % people] if match == "matches" else ids[(number + 9) % people]
            story.add(
                "area_owners",
                {"scope_type": "component", "scope_id": area, "week": WEEK, "owner_id": owner},
            )
            story.add(
                "mandates",
                {
                    "mandate_id": f"m{number}",
                    "holder_type": "person",
                    "holder_id": owner,
                    "mandate_kind": "maintainer",
                    "scope_type": "component",
                    "scope_id": area,
                    "valid_from": LINE_FROM,
                    "recorded_at": LINE_FROM,
                },
            )
    return story
