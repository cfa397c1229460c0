"""What is kept of a comment: whom it mentions, and the labels of its text. The text ends here.

Jira Cloud writes comments as documents (ADF), older interfaces as wiki markup; both are read.
"""

import re
from collections.abc import Mapping
from typing import Any

from models.phrases import MOST_CHARACTERS, Labels, labels

MOST_NODES = 20_000  # of a document
QUOTED = {"blockquote", "codeBlock"}  # what others wrote, or a log
BLOCKS = {
    "paragraph", "heading", "listItem", "taskItem", "decisionItem", "tableRow", "panel", "rule",
    "hardBreak",
}  # fmt: skip
CARDS = {"inlineCard", "blockCard", "embedCard"}
WIKI_MENTION = re.compile(r"\[~(?:accountid:)?([^\]\s]{1,128})\]")


def understood(body: object) -> tuple[Labels, tuple[str, ...]]:
    """Labels of a comment, and the ids of the accounts it mentions, each once."""
    if isinstance(body, str):
        written = body[:MOST_CHARACTERS]
        mentioned = WIKI_MENTION.findall(written)
        return labels(WIKI_MENTION.sub("@", written)), tuple(dict.fromkeys(mentioned))
    text, mentioned = _spoken(body)
    return labels(text), tuple(dict.fromkeys(mentioned))


def _spoken(document: object) -> tuple[str, list[str]]:
    """The writer's own words, and the mentions among them; a quote is somebody else's."""
    words: list[str] = []
    mentioned: list[str] = []
    waiting = [document]
    for _ in range(MOST_NODES):
        if not waiting:
            break
        node = waiting.pop()
        if isinstance(node, str):
            words.append(node)
        elif isinstance(node, Mapping) and node.get("type") not in QUOTED:
            if node.get("type") == "mention":
                mentioned += _ids(node)
            words.append(_word(node))
            waiting.append("\n" if node.get("type") in BLOCKS else "")
            waiting += reversed(node.get("content") or [])
    return "".join(words), mentioned


def _ids(mention: Mapping[str, Any]) -> list[str]:
    found = (mention.get("attrs") or {}).get("id")
    return [found] if isinstance(found, str) and found else []


def _word(node: Mapping[str, Any]) -> str:
    """What a node itself says, apart from what is in it."""
    attrs = node.get("attrs") or {}
    match node.get("type"):
        case "mention":
            return "@"
        case "text":
            links = (mark.get("attrs") or {} for mark in node.get("marks") or [])
            addresses = (f" {link['href']} " for link in links if link.get("href"))
            return str(node.get("text") or "") + "".join(addresses)
        case "status":
            return f" {attrs.get('text') or ''} "
        case "decisionItem":
            return "decision: "
        case kind if kind in CARDS:
            return f" {attrs.get('url') or ''} "
    return ""
