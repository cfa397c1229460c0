"""`people`: accounts that are nobody's yet, and whose they might be."""

from typing import Annotated

from cyclopts import Parameter

from models.org.people import unjoined
from models.tables import org, raw
from pipelines.cli import session
from pipelines.cli.query import cell
from warehouse.lake import Lake

COLUMNS = ["source", "account_id", "name", "last_seen_at", "candidate_id", "evidence"]


def people(*, json: Annotated[bool, Parameter(negative=())] = False) -> None:
    """List human accounts that are joined to nobody, lately seen first.

    Args:
        json: As JSON.
    """
    lake = Lake(session.settings().storage.lake)
    accounts, identities, known = (
        lake.scan(table).collect() for table in (raw.ACCOUNTS, org.IDENTITIES, org.PEOPLE)
    )
    rows = unjoined(accounts, identities, known).select(COLUMNS)
    if json:
        return session.say_json(rows.to_dicts())
    if rows.is_empty():
        return session.say(f"All {identities.height} accounts are joined or known to be nobody's")
    session.say_table(COLUMNS, [[cell(value) for value in row] for row in rows.rows()])
    return session.say(
        "\nTo join one, add it to org/accounts.csv, or to corrections.toml:\n"
        '  [[same_person]]\n  system = "…"\n  account_id = "…"\n  person = "…"\n'
        "[[ignore]] with system and account_id keeps one out."
    )
