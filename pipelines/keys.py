"""The key of the pseudonyms: given by the environment, else made once under the root."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

import structlog

from pipelines.settings_file import SettingsError

VARIABLE = "DOTTEDLINE_PSEUDONYM_KEY"
FILE = "pseudonym.key"
FEWEST_CHARACTERS = 32  # as hex that is 128 bits


def pseudonym_key(root: Path, environ: Mapping[str, str]) -> bytes:
    """The key that account keys and pseudonyms are made with.

    DOTTEDLINE_PSEUDONYM_KEY where it is set (hex is read as its bytes), else the file
    `pseudonym.key` under the root, which is made at the first call and never replaced. A file
    that others can read is closed to them, and the log says so.

    Raises:
        SettingsError: the variable or the file holds fewer than 32 characters.
    """
    given = environ.get(VARIABLE)
    if given is not None:
        return _bytes(given.strip(), VARIABLE, "`openssl rand -hex 32` makes one")
    path = root / FILE
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
        structlog.get_logger().warning(
            "others could read the key of the pseudonyms; its mode is now 0600", file=FILE
        )
    return _bytes(path.read_text("ascii").strip(), str(path), "Put back its copy, or remove it")


def _bytes(text: str, where: str, remedy: str) -> bytes:
    if len(text) < FEWEST_CHARACTERS:
        found = f"has {len(text)} characters, at least {FEWEST_CHARACTERS} are needed"
        raise SettingsError([f"{where}: {found}. {remedy}"])
    is_hex = len(text) % 2 == 0 and re.fullmatch(r"[0-9a-fA-F]+", text)
    return bytes.fromhex(text) if is_hex else text.encode()


def _make(path: Path) -> None:
    """Puts a new key at the path unless another process was faster; nobody sees half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}.")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(path).hardlink_to(draft)
    except FileExistsError:
        pass  # the key that was there first holds
    finally:
        Path(draft).unlink()
