"""DuckDB clients in processes of their own, as readers have them.

`make test` puts the next major version beside the environment; where it lies there, it reads too.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

NEXT = Path(__file__).parents[2] / ".venv" / "duckdb-2"
CLIENTS = {"locked": None, **({"next": NEXT} if NEXT.is_dir() else {})}

ASK = """
import duckdb, json, sys
con = duckdb.connect(sys.argv[1], read_only=True)
for line in sys.stdin:
    print(json.dumps(con.execute(json.loads(line)).fetchall(), default=str), flush=True)
"""


class Client:
    """A reader that keeps a file open and answers one query after the other."""

    def __init__(self, path: Path, folder: Path | None = None) -> None:
        search = {"PYTHONPATH": str(folder)} if folder else {}
        self.process = subprocess.Popen(
            [sys.executable, "-c", ASK, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **search},
            text=True,
        )

    def ask(self, sql: str) -> list[list[object]]:
        """The rows of an answer, as lists."""
        stdin, stdout = self._pipes()
        stdin.write(json.dumps(sql) + "\n")
        stdin.flush()
        answer = stdout.readline()
        assert answer, "the client has ended"
        rows: list[list[object]] = json.loads(answer)
        return rows

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        return self.process.stdin, self.process.stdout

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        stdin, stdout = self._pipes()
        stdin.close()
        self.process.wait(timeout=30)
        stdout.close()
