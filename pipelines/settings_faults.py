"""How a fault in dottedline.toml is worded: file, line, key, what is wrong, what to do.

Secrets in the file are found here too, because no fault may ever show one.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connectors import toml_lines
from connectors.toml_lines import Path
from models.settings import SettingsFile
from models.sources import CLASSES, secret_name

_SECRET_KEY = re.compile(
    r"(^|_)(token|password|passwd|passphrase|secret|pat|credentials?"
    r"|(api|access|private|pseudonym)_?key)$",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(
    r"gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|ATATT3\S{16,}|xox[abeoprs]-[\w-]{8,}"
    r"|(?:AKIA|ASIA)[0-9A-Z]{12,}|AIza[\w-]{20,}|eyJ[\w-]{8,}(\.|$)|-----BEGIN"
    r"|\bsk-[\w-]{16,}"
    r"|://(?!git@)[^/\s@]+@"  # a login in an address; ssh://git@ says nothing
    r"|[?&](access_token|token|api_?key|key|password|secret|sig)="
)
_SHOWN = 60  # longer values say no more and fill the line
_EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "date_type": "a date such as 2026-01-31",
    "tuple_type": "a list in [ ]",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
_PLAIN = {
    "missing": "missing. Add it",
    "string_too_short": "is empty. Fill it in",
    "union_tag_not_found": f"missing. Write one of {', '.join(CLASSES)}",
    "union_tag_invalid": f"is no text. Write one of {', '.join(CLASSES)}",
}


@dataclass(frozen=True)
class Text:
    """A settings file as read: its name, its data, and the line of each key."""

    name: str
    data: Mapping[str, Any]
    lines: Mapping[Path, int]

    def fault(self, path: Path, text: str) -> str:
        """One line: file, line, key with sources by their name, and the text."""
        number = toml_lines.line(dict(self.lines), path)
        return f"{self.name}:{number}: {'.'.join(self._labels(path))}: {text}"

    def _labels(self, path: Path) -> Iterator[str]:
        at: Any = self.data
        for part in path:
            at = _inside(at, part)
            own = _inside(at, "name") or _inside(at, "id") if isinstance(part, int) else None
            is_safe = isinstance(own, str) and not _SECRET_VALUE.search(own)
            yield str(own) if is_safe else str(part)


def _inside(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None


def syntax(name: str, content: str, error: tomllib.TOMLDecodeError) -> str:
    """One line for a text that is no TOML."""
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
    reason = str(error)[: place.start()] if place else str(error)
    number = int(place[1]) if place and place[1] else content.count("\n") + 1
    reason = reason[:1].lower() + reason[1:]
    return f"{name}:{number}: not TOML: {reason}. Mend this line or the one before"


def secrets(text: Text) -> dict[Path, str]:
    """One line for each key of the file that is, or holds, a secret; never its value."""
    return {path: text.fault(path, _remedy(text, path)) for path in _secret_paths(text.data, ())}


def _secret_paths(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, Mapping):
        children: Iterable[tuple[str | int, Any]] = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    else:
        is_named = bool(path) and _SECRET_KEY.search(str(path[-1])) and value != ""
        if is_named or (isinstance(value, str) and _SECRET_VALUE.search(value)):
            yield path
        return
    for part, child in children:
        yield from _secret_paths(child, (*path, part))


def _remedy(text: Text, path: Path) -> str:
    if "pseudonym" in str(path[-1]).lower():
        variable = "DOTTEDLINE_PSEUDONYM_KEY"
    elif path[0] == "sources" and len(path) > 1:
        source = _inside(_inside(text.data, "sources"), path[1])
        name = _inside(source, "name")
        is_safe = isinstance(name, str) and not _SECRET_VALUE.search(name)
        variable = secret_name(str(name) if is_safe else f"<{path[1]}>")
        variable = variable if is_safe else "DOTTEDLINE_<SOURCE>_TOKEN"
    else:
        variable = "a DOTTEDLINE_ variable"
    return (
        "a secret must not stand in this file. "
        f"Take it out and set {variable} in the environment or .env"
    )


def all_of(error: ValidationError, text: Text, secret: Mapping[Path, str]) -> list[str]:
    """All faults by line; what a secret is part of is said once, as a secret."""
    told = dict(secret)
    for fault in error.errors(include_url=False):
        path, message = _worded(fault)
        if not any(path[: len(known)] == known for known in secret):
            told.setdefault(path, text.fault(path, message))
    return ordered(told.values())


def ordered(faults: Iterable[str]) -> list[str]:
    """Faults in the order of the file."""
    return sorted(faults, key=lambda fault: (int(fault.split(":")[1]), fault))


def _without_kind(path: Path) -> Path:
    """The path as it stands in the file: the kind of a source is told by a key, not by a place."""
    return (*path[:2], *path[3:]) if _kind_of(path) else path


def _kind_of(path: Path) -> str | None:
    """The kind of the source that a place lies in."""
    is_inside = path[:1] == ("sources",) and len(path) > 2 and path[2] in CLASSES
    return str(path[2]) if is_inside else None


def _worded(fault: ErrorDetails) -> tuple[Path, str]:
    path = _without_kind(tuple(fault["loc"]))
    context = fault.get("ctx", {})
    kind = fault["type"]
    if kind == "wrong":
        path = (*path, *(context[key] for key in ("item",) if key in context))
        path = (*path, *(context[key] for key in ("key",) if key in context))
        return path, fault["msg"] + _did_you_mean(context.get("seen"), context.get("known", []))
    if kind == "extra_forbidden":
        return path, _unknown(tuple(fault["loc"]))
    if kind in _PLAIN:  # a tag is the kind of a source
        return (*path, "kind") if kind.startswith("union_tag") else path, _PLAIN[kind]
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        wrong = f"{_shown(fault['input'])} is not one of {', '.join(choices)}."
        return path, wrong.rstrip(".") + _did_you_mean(fault["input"], choices)
    if kind in _EXPECTED:
        return path, f"wrong type: expected {_EXPECTED[kind]}, found {_shown(fault['input'])}"
    if kind == "string_pattern_mismatch":
        return path, f"{_shown(fault['input'])} may hold letters, digits, - and _ only"
    return path, f"{fault['msg'][:1].lower()}{fault['msg'][1:]}, found {_shown(fault['input'])}"


def _unknown(path: Path) -> str:
    known = _keys(path[:-1])
    guess = _did_you_mean(path[-1], known).removeprefix(".")
    return f"unknown key.{guess or ' Known here: ' + ', '.join(known)}"


def _did_you_mean(seen: object, known: Iterable[str]) -> str:
    """` Did you mean 'x'?` where something known is like what was seen, in whatever case."""
    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(str(seen).lower(), list(by_lower), n=1)
    return f". Did you mean '{by_lower[close[0]]}'?" if close else ""


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _keys(path: Path) -> list[str]:
    """The keys known at a place of the settings, with the kind of a source in it."""
    kind = _kind_of(path)
    if kind:
        return list(CLASSES[kind].model_fields)
    model: type[BaseModel] | None = SettingsFile
    for part in path:
        if isinstance(part, int) or model is None:
            continue
        field = model.model_fields.get(part)
        model = _model_of(field.annotation) if field else None
    return list(model.model_fields) if model else []


def _model_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_of(part))), None)
