"""A reader's answers: mail links and text to paste, both ready blocks of corrections.toml."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from reports import phrases

Row = dict[str, Any]
Values = Mapping[str, str | date]
Answer = tuple[str, str]  # what is said, and the block that says it


def to_move(move: Row, findings: list[Row], holders: list[str], reader: str) -> tuple[Answer, ...]:
    """The three answers to a recommendation.

    Who delegated is the one who holds the scope, or else the reader: it is they who say "we".
    """
    about = next((row for row in findings if row["person_id"]), findings[0])
    scope = f"{about['scope_type']}:{about['scope_id']}" if about["scope_id"] else ""
    delegated: Values = {
        "area": scope,
        "from": holders[0] if len(holders) == 1 else reader,
        "to": about["person_id"] or "",
        "since": about["window_start"],
    }
    wrong = [not_so(row["finding_id"], phrases.SIGNS[row["code"]]) for row in findings]
    return (
        ("We delegated this", block("delegated", delegated)),
        ("Not what happened", "\n".join(wrong)),
        ("Done", block("done", {"move_id": move["move_id"]})),
    )


def not_so(finding_id: str, what: str) -> str:
    """The block that says of a finding that it is not what happened."""
    return f"# {what}\n" + block("not_so", {"finding_id": finding_id})


def contested(act_id: str, delegated: str) -> str:
    """The block that contests an act, and the one to take instead where it was handed over."""
    instead = "".join(f"# {line}\n" for line in delegated.splitlines())
    return block("contested", {"act_id": act_id}) + f"# or, if it was delegated:\n{instead}"


def block(name: str, values: Values) -> str:
    """One entry of corrections.toml; what is not known is left to be filled in."""
    lines = [
        f"{key} = {quoted(value) if isinstance(value, str) else value.isoformat()}"
        + ("  # fill in" if value == "" else "")
        for key, value in values.items()
    ]
    return "\n".join([f"[[{name}]]", *lines, ""])


def quoted(value: str) -> str:
    """A string as TOML writes it."""
    return json.dumps(phrases.shown(value), ensure_ascii=False)


def mail(address: str, subject: str, body: str) -> str:
    """A link that opens a mail with that body; without an address the reader fills it in.

    Source: RFC 6068, section 5: a line of the body ends with %0D%0A.
    """
    to = quote(address, safe="@")
    lines = quote(body.replace("\n", "\r\n"))
    return f"mailto:{to}?subject={quote(f'dottedline: {subject}')}&body={lines}"


def links(answers: tuple[Answer, ...], address: str) -> tuple[Answer, ...]:
    """What is said, and the mail link that says it."""
    return tuple((said, mail(address, said, text)) for said, text in answers)
