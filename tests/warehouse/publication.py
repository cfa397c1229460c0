"""A small publication for tests: two teams, one of them small, some acts of every class."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from models.tables import mart, org
from tests import given
from warehouse.publish import About, Published, publish

KEY = b"0123456789abcdef0123456789abcdef"
MONDAY = date(2026, 11, 16)
NIGHT = datetime(2026, 11, 23, 4, tzinfo=UTC)
ABOUT = About("run-1", NIGHT, datetime(2026, 11, 23, tzinfo=UTC), "1", "digest")
RED = ["ada", "ben", "cai", "dee", "eve", "flo"]


def acts(count=6):
    rules = [("informal", "cover", "7 absent"), ("formal", "formal_mandate", "3 mandate")]
    return given.rows(
        mart.ACTS,
        *(
            {
                "act_id": f"act-{n:03}", "week": MONDAY, "kind": "review", "actor_id": RED[n % 6],
                "happened_at": datetime(2026, 11, 16, 9, tzinfo=UTC) + timedelta(minutes=n),
                "target_id": "gus", "target_count": 1, "object_kind": "code_review",
                "object_id": f"shop#{n}", "scope_type": "component", "scope_id": "Checkout",
                "team_id": "red", "authority_class": rules[n % 2][0], "authority": rules[n % 2][1],
                "authority_as_known": rules[n % 2][1], "authority_as_now": rules[n % 2][1],
                "rule": rules[n % 2][2], "confidence": 1.0, "minutes": 6.5, "minutes_low": 2.0,
                "minutes_high": 15.0, "source": "code",
                "evidence_url": f"https://example.com/shop/{n}",
            }
            for n in range(count)
        ),
    )  # fmt: skip


def frames(**changed: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    people = [*RED, "gus"]
    week = {"week": MONDAY, "is_observed": True, "evidence_grade": "A"}
    tables = {
        "acts": acts(),
        "act_targets": given.rows(
            mart.ACT_TARGETS, *({"act_id": f"act-{n:03}", "target_id": "gus"} for n in range(6))
        ),
        "person_weeks": given.rows(
            mart.PERSON_WEEKS,
            *(
                {
                    **week, "person_id": person, "team_id": "red" if person in RED else "blue",
                    "hidden_hours": 0.5, "hidden_hours_low": 0.2, "hidden_hours_high": 1.5,
                    "act_count": 1,
                }
                for person in people
            ),
        ),
        "team_weeks": given.rows(
            mart.TEAM_WEEKS,
            {**week, "team_id": "red", "people_count": 6, "hidden_hours": 3.2, "act_count": 6},
            {**week, "team_id": "blue", "people_count": 1, "hidden_hours": 0.5, "act_count": 0},
        ),
        "areas": given.rows(
            mart.AREAS,
            {
                "scope_type": "component", "scope_id": "Checkout", "week": MONDAY,
                "leader_id": "ada", "leader_share": 0.5, "act_count": 6, "match": "differs",
            },
        ),
        "people": given.rows(
            mart.PEOPLE,
            *(
                {
                    "person_id": person, "name": person.title(),
                    "email": f"{person}@example.com", "team_id": "red",
                }
                for person in people
            ),
        ),
        "teams": given.rows(
            mart.TEAMS, {"team_id": "red", "name": "Red"}, {"team_id": "blue", "name": "Blue"}
        ),
        "mandates": given.rows(
            mart.MANDATES,
            {
                "mandate_id": "m1", "holder_id": "gus", "scope_type": "component",
                "scope_id": "Checkout", "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
            },
        ),
        "findings": given.rows(
            mart.FINDINGS,
            {
                "finding_id": "f1", "code": "S7", "scope_type": "component",
                "scope_id": "Checkout", "team_id": "red", "value": 0.5, "unit": "share",
                "window_start": MONDAY, "window_end": MONDAY, "status": "emerging",
            },
        ),
        "finding_evidence": given.rows(
            mart.FINDING_EVIDENCE,
            {"finding_id": "f1", "evidence_kind": "act", "evidence_id": "act-000"},
        ),
    }  # fmt: skip
    return {**given.marts(**{**tables, **changed}), "org.objections": given.rows(org.OBJECTIONS)}


def published(root: Path, detail="pseudonyms", about: About = ABOUT, **changed) -> Published:
    return publish(frames(**changed), about, root=root, detail=detail, key=KEY, smallest_group=5)
