"""Small settings, repositories and runs for tests of the pipeline."""

import os
import subprocess
from datetime import datetime
from pathlib import Path

from models.settings import Settings, SettingsFile

CANARY_NAME = "Kanari Vogelname"
CANARY_ADDRESS = "kanari.addr@example.test"
CANARY_SUBJECT = "kanarisubject"
MAINTAINERS = """\
Kitchen
M: Bo Eigner <bo@example.test>
F: kitchen/
"""
SETTINGS = """\
[company]
name = "Made up"
time_zone = "Europe/Berlin"

[privacy]
legal_basis = "test"
assessed_on = 2026-01-01

[[sources]]
name = "code"
kind = "git"
paths = ["shop"]
since = 2026-09-01
"""


def settings(
    folder: Path = Path("/nowhere"), *, time_zone: str = "UTC", **tables: object
) -> Settings:
    """Settings of a made-up company; `tables` are further tables of the file."""
    data = {"company": {"name": "Made up", "time_zone": time_zone}, **tables}
    file = SettingsFile.model_validate(data)
    storage = {"root": str(folder / "var"), "lake": str(folder / "var" / "lake")}
    held = file.model_copy(update={"storage": file.storage.model_copy(update=storage)})
    return Settings(**held.__dict__, folder=str(folder), file_name="dottedline.toml", secrets={})


def git(folder: Path, *arguments: str, **environment: str) -> None:
    """One git command in a repository, whatever the user's own settings are."""
    clean = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(folder)}
    subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env=clean | {"GIT_CONFIG_SYSTEM": os.devnull} | environment,
        check=True,
        capture_output=True,
    )


def commit(
    repository: Path, path: str, at: datetime, *, author: str, committer: str, trailers: str = ""
) -> None:
    """One commit of one file; author and committer are `Name <address>`."""
    file = repository / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as opened:
        opened.write(MAINTAINERS if path == "MAINTAINERS" else f"{at}\n")
    git(repository, "add", "--all")
    who: dict[str, str] = {}
    for role, person in (("AUTHOR", author), ("COMMITTER", committer)):
        name, _, address = person.partition(" <")
        who |= {
            f"GIT_{role}_NAME": name,
            f"GIT_{role}_EMAIL": address.rstrip(">"),
            f"GIT_{role}_DATE": at.isoformat(),
        }
    git(
        repository,
        "commit",
        "-m",
        f"{CANARY_SUBJECT}\n\n{CANARY_SUBJECT} body\n\n{trailers}",
        **who,
    )


def shop(folder: Path, days: list[datetime]) -> Path:
    """A repository in which somebody merges and reviews what somebody else wrote, day by day."""
    repository = folder / "shop"
    repository.mkdir(parents=True)
    git(repository, "init", "-q", "-b", "main")
    writer, owner = "Ada Schreiber <ada@example.test>", "Bo Eigner <bo@example.test>"
    other = f"{CANARY_NAME} <{CANARY_ADDRESS}>"
    commit(repository, "MAINTAINERS", days[0], author=owner, committer=owner)
    for number, day in enumerate(days):
        commit(
            repository,
            "kitchen/soup.txt",
            day,
            author=writer,
            committer=other if number % 2 else owner,
            trailers=f"Reviewed-by: {other}",
        )
    return repository
