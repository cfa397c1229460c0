"""Values to a page: one HTML file without script or address, the same as JSON, and as PDF."""

import dataclasses
import functools
import importlib
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol

import jinja2
from markupsafe import Markup

from reports import charts, maps, phrases, strips, trees
from reports.facts import Weekly
from reports.own import hours_words
from reports.own_facts import Own

TEMPLATES = Path(__file__).parent / "templates"


class PdfError(Exception):
    """The PDF cannot be made here; says what to install."""


class _Values(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


def html(page: Weekly) -> str:
    """The weekly page as one file; the same values give the same bytes."""
    return render("weekly.html", page)


def own_html(page: Own) -> str:
    """A person's own page as one file."""
    return render("own.html", page)


def render(template: str, page: _Values) -> str:
    """A template filled with the values as `page`."""
    return _environment().get_template(template).render(page=page) + "\n"


def as_json(page: _Values) -> str:
    """The same facts for tests and other tools: keys sorted, moments in ISO."""
    return (
        json.dumps(
            dataclasses.asdict(page),
            default=_iso,
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
        )
        + "\n"
    )


def pdf(page_html: str) -> bytes:
    """A rendered page on A4 paper, in its light colours.

    Raises:
        PdfError: WeasyPrint is not installed.
    """
    try:
        weasyprint = importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise PdfError(
            "--format pdf needs WeasyPrint and pango: pip install 'weasyprint>=70,<71' and, on "
            "Debian, apt-get install libpango-1.0-0 libpangoft2-1.0-0; or print the HTML page "
            "from a browser"
        ) from error
    return bytes(weasyprint.HTML(string=plain_colours(page_html)).write_pdf())


def plain_colours(page_html: str) -> str:
    """The page with its colours of paper in place of their names, where names are not known."""
    paper = page_html[page_html.index("@media print") :]
    colours = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", paper))
    return re.sub(r"var\(--([a-z0-9-]+)\)", lambda found: colours[found[1]], page_html)


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        charts=charts, maps=maps, strips=strips, trees=trees, words=phrases, hours_words=hours_words
    )
    environment.filters.update(
        day=phrases.day,
        short_day=phrases.short_day,
        moment=_moment,
        csv=_csv,
        toml=_quoted,
        breakable=_breakable,
        lower_first=_lower_first,
    )
    return environment


def _visible(value: object) -> object:
    """The last door: no invisible character passes, whatever the values held."""
    return phrases.visible(value) if type(value) is str else value


def _moment(value: datetime) -> str:
    return f"{phrases.day(value)}, {value:%H:%M} UTC"


def _csv(value: str) -> str:
    """A field as RFC 4180 writes it, and never a formula in a spreadsheet."""
    safe = f"'{value}" if value[:1] in "=+-@＝＋－＠" else value
    return '"' + safe.replace('"', '""') + '"' if re.search('[",]', safe) else safe


def _breakable(value: str) -> Markup:
    """A path or id that may go on in the next line after a separator."""
    return Markup("<wbr>").join(re.split(r"(?<=[/:._])(?=[^/:._])", value))


def _lower_first(value: str) -> str:
    """A name of a sign as it stands within a sentence."""
    return value[:1].lower() + value[1:]


def _quoted(value: str) -> str:
    """A string as TOML writes it."""
    return json.dumps(phrases.shown(value), ensure_ascii=False)
