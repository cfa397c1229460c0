"""What a git history costs: reading it beside bare `git log`, the whole night, and the next one.

`python -m benchmarks.history CLONE` works on a copy of the clone without its blobs' content being
copied (`git clone --shared`). It measures, in processes of their own:

- `git log` with the options that the product reads with, and, where no blob is absent, once more
  with `--shortstat`, because the product also counts lines;
- `dottedline sync`, and `dottedline run` from nothing to the published files;
- a second `dottedline run` after new commits, made from the last ones with new moments.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measure import Cost, run
from connectors.git_log import FORMAT

NEW_COMMITS = 100
WITH_LINES = "git log with lines"
SINCE = "1990-01-01"
LOG = [
    "log", "--no-merges", "--no-show-signature", "--no-color", "--encoding=UTF-8",
    f"--format={FORMAT}", "--raw", "--no-abbrev", "--no-renames", "--ignore-submodules=none",
    "--no-relative", "--no-ext-diff", "--no-textconv",
]  # fmt: skip
SETTINGS = """\
[company]
name = "Benchmark"
time_zone = "UTC"

[storage]
root = "{root}"

[privacy]
legal_basis = "public history"
assessed_on = "{today}"

[[sources]]
name = "history"
kind = "git"
paths = ["{clone}"]
since = {since}
public = true
"""


def main() -> int:
    """Measures and prints."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    asked.add_argument("clone", type=Path, help="a clone, bare or not; it is not changed")
    asked.add_argument(
        "--commits", type=int, default=NEW_COMMITS, help="new ones for the second run"
    )
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clone = copied(given.clone, folder)
        print("\n".join(table(measured(clone, folder, given.commits))))
    return 0


def copied(clone: Path, folder: Path) -> Path:
    """A bare copy that borrows the objects of the clone, so that nothing is written there."""
    copy = folder / "clone.git"
    git(["clone", "--quiet", "--bare", "--shared", str(clone.resolve()), str(copy)])
    return copy


def measured(clone: Path, folder: Path, new_commits: int) -> dict[str, Cost]:
    """Costs by what was done."""
    head = ["git", "-C", str(clone)]
    costs = {
        "git log": run([*head, *LOG, "HEAD", "--"], quiet=True),
    }
    if not is_partial(clone):
        costs[WITH_LINES] = run([*head, *LOG, "--shortstat", "HEAD", "--"], quiet=True)
    alone, night = (settings(folder / name, clone) for name in ("sync", "run"))
    costs["sync"] = run([*dottedline(alone), "sync"], quiet=True)
    costs["run"] = run([*dottedline(night), "run"], quiet=True)
    add_commits(clone, new_commits)
    costs["git log again"] = run([*head, *LOG, "HEAD", "--"], quiet=True)
    costs[f"run after {new_commits} commits"] = run([*dottedline(night), "run"], quiet=True)
    return costs


def is_partial(clone: Path) -> bool:
    """Whether objects are absent, as in a clone with a filter: git then counts no lines."""
    listed = git(["-C", str(clone), "rev-list", "--objects", "--missing=print", "HEAD"])
    return any(line.startswith("?") for line in listed.splitlines())


def table(costs: dict[str, Cost]) -> list[str]:
    """CPU seconds, peak memory, and each beside the log that tells as much."""
    base = WITH_LINES if WITH_LINES in costs else "git log"
    plain = costs[base].cpu
    lines = [f"{'':26}{'CPU s':>10}{'peak MB':>10}{'/ ' + base:>24}"]
    for name, cost in costs.items():
        lines.append(f"{name:26}{cost.cpu:10.1f}{cost.megabytes:10.0f}{cost.cpu / plain:24.2f}")
    second = next(cost for name, cost in costs.items() if name.startswith("run after"))
    lines.append(f"run beyond {base}: {costs['run'].cpu - plain:.1f} s")
    lines.append(f"second run / first run: {second.cpu / costs['run'].cpu:.3f}")
    return lines


def settings(folder: Path, clone: Path) -> Path:
    """A settings file with the clone as its only source."""
    folder.mkdir()
    path = folder / "dottedline.toml"
    today = datetime.now(UTC).date()
    text = SETTINGS.format(root=folder / "var", today=today, clone=clone, since=SINCE)
    path.write_text(text)
    return path


def dottedline(config: Path) -> list[str]:
    """The command line of this tree."""
    start = "import sys; from pipelines.cli import main; sys.exit(main())"
    return [sys.executable, "-c", start, "--config", str(config)]


def add_commits(clone: Path, count: int) -> None:
    """New commits on the branch: the messages and people of the last ones, each with a new moment.

    They change nothing but one file of their own, so that any history takes them.
    """
    fields = "%an%x00%ae%x00%cn%x00%ce%x00%B%x01"
    text = git(["-C", str(clone), "log", "--no-merges", f"-{count}", f"--format={fields}"])
    branch = git(["-C", str(clone), "symbolic-ref", "HEAD"]).strip()
    start = datetime.now(UTC) - timedelta(days=2)
    stream, below = b"", f"{branch}^0"
    for number, record in enumerate(part for part in text.split("\x01") if part.strip()):
        author, author_at, committer, committer_at, body = record.strip("\n").split("\0")
        at = int((start + timedelta(minutes=number)).timestamp())
        message, content = body.encode(), f"{number}\n".encode()
        stream += (
            f"commit {branch}\nmark :{number + 1}\n"
            f"author {author} <{author_at}> {at} +0000\n"
            f"committer {committer} <{committer_at}> {at} +0000\n"
            f"data {len(message)}\n"
        ).encode() + message
        stream += f"\nfrom {below}\nM 100644 inline benchmark.txt\ndata {len(content)}\n".encode()
        stream += content
        below = f":{number + 1}"
    subprocess.run(
        ["git", "-C", str(clone), "fast-import", "--quiet", "--force"], input=stream, check=True
    )


def git(arguments: Sequence[str]) -> str:
    """Output of a git command."""
    done = subprocess.run(["git", *arguments], capture_output=True, check=True)
    return done.stdout.decode(errors="surrogateescape")


if __name__ == "__main__":
    sys.exit(main())
