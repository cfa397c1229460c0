"""Columns that mean the same wherever they stand: one name, one type, one comment, one unit.

Each function gives a fresh dataframely column. `ops` says what the ops store holds of it under
`privacy.ops_detail = "pseudonyms"`: clear, pseudonym (changes each quarter), week (cut to the
week), renumbered, absent (null there), or named (absent but under "named", as pseudonyms are clear
there).
"""

from typing import Literal

import dataframely as dy
import polars as pl

Ops = Literal["clear", "pseudonym", "week", "renumbered", "absent", "named"]


def text(
    description: str,
    *,
    nullable: bool = False,
    key: bool = False,
    ops: Ops = "clear",
    unit: str = "",
) -> dy.String:
    """A string: an id, a name or a label."""
    return dy.String(
        nullable=nullable and not key,
        primary_key=key,
        description=description,
        metadata={"ops": ops, "unit": unit},
    )


def label(
    values: list[str], description: str, *, nullable: bool = False, key: bool = False
) -> dy.String:
    """A string out of a closed list."""
    return dy.String(
        nullable=nullable and not key,
        primary_key=key,
        description=f"{description}: {', '.join(values)}",
        metadata={"ops": "clear", "unit": "", "labels": values},
        check={"known": lambda column: column.is_in(values)},
    )


def moment(
    description: str, *, nullable: bool = False, key: bool = False, ops: Ops = "clear"
) -> dy.Datetime:
    """A moment in UTC."""
    return dy.Datetime(
        nullable=nullable and not key,
        primary_key=key,
        time_zone="UTC",
        time_unit="us",
        description=description,
        metadata={"ops": ops, "unit": "UTC"},
    )


def day(description: str, *, nullable: bool = False, key: bool = False) -> dy.Date:
    """A calendar day; a week is its Monday."""
    return dy.Date(
        nullable=nullable and not key,
        primary_key=key,
        description=description,
        metadata={"ops": "clear", "unit": "date"},
    )


def count(
    description: str, *, nullable: bool = False, unit: str = "count", key: bool = False
) -> dy.Int64:
    """A whole number that may be summed: always 64 bits."""
    return dy.Int64(
        nullable=nullable and not key,
        primary_key=key,
        min=0,
        description=description,
        metadata={"ops": "clear", "unit": unit},
    )


def number(
    description: str,
    unit: str,
    *,
    nullable: bool = False,
    low: float | None = 0.0,
    high: float | None = None,
) -> dy.Float64:
    """A measured quantity with its unit and range."""
    return dy.Float64(
        nullable=nullable,
        min=low,
        max=high,
        description=description,
        metadata={"ops": "clear", "unit": unit},
    )


def truth(description: str, *, nullable: bool = False) -> dy.Bool:
    """True or false; null where it is not known."""
    return dy.Bool(
        nullable=nullable, description=description, metadata={"ops": "clear", "unit": ""}
    )


def texts(description: str) -> dy.List:
    """A list of strings."""
    return dy.List(dy.String(), description=description, metadata={"ops": "clear", "unit": ""})


UTC_WEEK = "Monday, in UTC, of the week in which it happened: the partition"
WEEK = "Monday of the week, in the zone of the person"
MOMENT = pl.Datetime("us", "UTC")

KINDS = [
    "assign",
    "reassign",
    "triage",
    "answer",
    "review",
    "decide",
    "merge",
    "request_review",
    "remind",
    "convene",
    "set_agenda",
    "follow_up",
    "onboard",
    "hand_off",
    "endorse",
    "command",
    "escalate",
]
SCOPE_TYPES = [
    "company",
    "team",
    "project",
    "component",
    "repository",
    "path",
    "process",
    "meeting_series",
    "incident",
    "person",
]
AUTHORITIES = [
    "formal_line",
    "formal_mandate",
    "delegated",
    "shared",
    "ordinary",
    "gap",
    "cover",
    "bypass",
    "unresolved",
    "unknown",
    "excluded",
]
AUTHORITY_CLASSES = ["formal", "deliberate", "ordinary", "informal", "unknown", "excluded"]
ACCOUNT_KINDS = ["human", "bot", "app", "shared", "service"]
GRADES = ["A", "B", "C", "D"]
