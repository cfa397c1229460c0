"""Who is asked to a calendar entry, who organises it and who sent it: addresses, as they are given.

Rooms, lists and those who are only told are nobody who is asked.
"""

from dataclasses import dataclass
from typing import Any

LONGEST_ADDRESS = 200
MOST_ASKED = 1_000  # of one entry
HOST_OF_CALENDARS = "@group.calendar.google.com"  # organises for a calendar of many, no person
HOST_OF_ROOMS = "@resource.calendar.google.com"
NOT_ASKED = {"ROOM", "RESOURCE", "GROUP"}  # CUTYPE, RFC 5545 3.2.3
RESPONSES = {
    "ACCEPTED": "accepted", "DECLINED": "declined", "DELEGATED": "declined",
    "TENTATIVE": "tentative",
}  # fmt: skip
Part = Any  # of a calendar: by its types every value may be any of thirty, and in files it is


@dataclass(frozen=True)
class Asked:
    """One address asked to an entry."""

    address: str
    name: str
    response: str


def people(made: Part) -> tuple[tuple[Asked, ...], int, str | None, str | None]:
    """Who is asked, the organiser first, how many that are, who organises, and who sent it.

    An organiser who says nothing comes.
    """
    by = made.get("ORGANIZER")
    organizer = None if by is None else address(by)
    if organizer and organizer.endswith((HOST_OF_CALENDARS, HOST_OF_ROOMS)):
        organizer = None
    asked: dict[str, Asked] = {}
    others = 0  # asked, but under no address
    if organizer:
        asked[organizer] = Asked(organizer, _param(by, "CN"), "accepted")
    attendees = made.get("ATTENDEE", [])
    for attendee in attendees if isinstance(attendees, list) else [attendees]:
        whose = address(attendee)
        if _is_no_person(attendee, whose):
            continue
        if whose is None:
            others += 1
        else:
            silent = "accepted" if whose == organizer else "unanswered"
            response = RESPONSES.get(_param(attendee, "PARTSTAT").upper(), silent)
            asked[whose] = Asked(whose, _param(attendee, "CN"), response)
    sender = _param(by, "SENT-BY") if organizer else ""
    made_by = address(sender) if sender else None
    count = len(asked) + others
    return tuple(list(asked.values())[:MOST_ASKED]), count, organizer, made_by


def _is_no_person(attendee: Part, whose: str | None) -> bool:
    return (
        _param(attendee, "CUTYPE").upper() in NOT_ASKED
        or _param(attendee, "ROLE").upper() == "NON-PARTICIPANT"
        or (whose is not None and whose.endswith((HOST_OF_ROOMS, HOST_OF_CALENDARS)))
    )


def address(value: object) -> str | None:
    """A mail address in lower case; None where it is none."""
    found = str(value).strip().lower().removeprefix("mailto:").strip("<> ")
    local, at, host = found.partition("@")
    is_address = bool(local and at and host) and "@" not in host and found.isprintable()
    return found if is_address and " " not in found and len(found) <= LONGEST_ADDRESS else None


def _param(value: Any, name: str) -> str:
    given = getattr(value, "params", {}).get(name, "")
    return str(given[0] if isinstance(given, list) and given else given or "").strip()


def text(part: Part, name: str) -> str:
    """The value of a property, empty where it is absent; the first of several."""
    value = part.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value or "").strip()
