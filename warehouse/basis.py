"""What the files that readers have were made of, kept beside them: marks and digests, no rows.

Without it, or where it is of other files, they are built anew.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from warehouse.catalogue import Store

FILE = "publication.json"


@dataclass(frozen=True)
class Basis:
    """Of what the published files were made.

    `terms` and `code` are digests of what decides on rows and of the rules they keep, `shown` of
    the teams that may be named, `files` of the files. `marks` are `Snapshot.mark` of the tables.
    """

    terms: str
    code: str
    shown: str
    data_until: str
    marks: Mapping[str, str]
    files: Mapping[Store, str]

    @property
    def until(self) -> datetime:
        """The moment before which acts count in the files."""
        return datetime.fromisoformat(self.data_until)


def read(root: Path) -> Basis | None:
    """The basis of the last publication under a root; None: there is none that can be read."""
    try:
        return Basis(**json.loads((root / FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):  # none yet, or of another version: all is built anew
        return None


def write(root: Path, basis: Basis) -> None:
    """Puts a basis in place of the earlier one, whole."""
    draft = root / f".{FILE}.draft"
    draft.write_text(json.dumps(asdict(basis), sort_keys=True) + "\n", "utf-8")
    draft.replace(root / FILE)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
