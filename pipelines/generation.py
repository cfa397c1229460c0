"""The generation of computed tables: `run --full` begins a new one, so that all is computed anew.

Kept in a file, not in the run: a full run that is broken off is finished by the next run.
"""

from pathlib import Path

FILE = "generation"


def generation(root: Path) -> str:
    """The generation that stands; empty before the first full run."""
    path = root / FILE
    return path.read_text("ascii").strip() if path.exists() else ""


def begin(root: Path, run_id: str) -> str:
    """A new generation, named by the run that begins it."""
    root.mkdir(parents=True, exist_ok=True)
    draft = root / f".{FILE}.draft"
    draft.write_text(f"{run_id}\n", "ascii")
    draft.replace(root / FILE)
    return run_id
