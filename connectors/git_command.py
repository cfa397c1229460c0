"""Calls of git: finding a clone, its environment, and its errors in words.

A clone is read through a view of it: an empty repository over the clone's objects. So settings of
the clone, of the user or of the machine change nothing, and no absent blob can be fetched: to git
there is no remote. What the output means is in `git_log`, `git_identities` and `git_owners`.
"""

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.connector import SourceError

OLDEST_GIT = (2, 37)  # the first with --since-as-filter: --since alone stops at a wrong clock
CHUNK_BYTES = 8 << 20  # some ten thousand commits: parsing in bulk pays, memory stays small
# git walks back through deltas again and again; its own 96 MB cost a quarter more CPU time
DELTA_CACHE = "512m"

SETTINGS = (
    "core.quotePath=false",
    "core.warnAmbiguousRefs=false",
    f"core.deltaBaseCacheLimit={DELTA_CACHE}",
    "log.showRoot=true",
    "mailmap.file=",
)


@dataclass(frozen=True)
class Clone:
    """A clone on disk: its short name, its view, its objects, and the commit that HEAD names.

    `tip` is null for a repository without commits. `boundary` are the commits at which a shallow
    clone was cut: what they changed is not known.
    """

    name: str
    path: Path
    view: Path
    objects: Path
    tip: str | None
    boundary: frozenset[str]

    @property
    def cut(self) -> str | None:
        """Digest of where the history is cut; None: it is complete."""
        if not self.boundary:
            return None
        return hashlib.sha256("\n".join(sorted(self.boundary)).encode()).hexdigest()[:16]


@contextmanager
def open_clones(paths: Sequence[Path]) -> Iterator[list[Clone]]:
    """The clones at these paths, each under a name that no other has; views last as long as it.

    Raises: SourceError if git is missing or too old, a path is no repository, git refuses it
    because it belongs to another user, or a path stands there twice.
    """
    _check_git()
    folders = [path.resolve() for path in paths]
    for folder in folders:
        if folders.count(folder) > 1:
            raise SourceError(f"{folder} stands twice in paths; remove one")
    with tempfile.TemporaryDirectory(prefix="dottedline-") as views:
        yield [
            _open(path, name, Path(views) / str(place))
            for place, (path, name) in enumerate(zip(paths, _short_names(folders), strict=True))
        ]


def run(clone: Clone, *arguments: str, stdin: bytes = b"") -> bytes:
    """What git prints.

    Raises: SourceError with git's own words and a remedy.
    """
    done = subprocess.run(
        _command(clone, arguments),
        input=stdin,
        capture_output=True,
        env=_environment(clone),
        check=False,
    )
    if done.returncode:
        raise _failure(clone, arguments[0], done.stderr)
    return done.stdout


def stream(clone: Clone, *arguments: str) -> Iterator[bytes]:
    """What git prints, in chunks.

    Raises: SourceError with git's own words and a remedy.
    """
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(
            _command(clone, arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(clone),
        ) as process:
            assert process.stdout is not None
            try:
                while chunk := process.stdout.read(CHUNK_BYTES):
                    yield chunk
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            errors.seek(0)
            raise _failure(clone, arguments[0], errors.read())


def is_ancestor(clone: Clone, commit: str) -> bool:
    """Whether a commit is still part of the history of HEAD; false if it is gone."""
    done = subprocess.run(
        _command(clone, ["merge-base", "--is-ancestor", commit, clone.tip or ""]),
        capture_output=True,
        env=_environment(clone),
        check=False,
    )
    return done.returncode == 0


def blob_ids(clone: Clone, paths: Sequence[str], commit: str | None = None) -> dict[str, str]:
    """Blob of each of these paths, at HEAD or at a commit; those that are not there are left out.

    No paths, no blobs.
    """
    if not paths:
        return {}
    listing = run(clone, "ls-tree", "-z", "--full-tree", commit or clone.tip or "", "--", *paths)
    found = {}
    for line in filter(None, listing.split(b"\0")):
        facts, _, path = line.partition(b"\t")
        mode, kind, blob = facts.split()
        if kind == b"blob" and mode != b"120000":
            found[path.decode("utf-8", "backslashreplace")] = blob.decode()
    return found


def read_blobs(clone: Clone, blobs: Sequence[str]) -> dict[str, str]:
    """Text of each of these blobs; blobs that are absent from the clone are left out."""
    output = run(clone, "cat-file", "--batch", stdin=_lines(blobs))
    texts, place = {}, 0
    for blob in blobs:
        end = output.index(b"\n", place)
        head = output[place:end].split()
        place = end + 1
        if head[-1] == b"missing":
            continue
        size = int(head[2])
        texts[blob] = output[place : place + size].decode("utf-8", "replace")
        place += size + 1
    return texts


def missing_blobs(clone: Clone, blobs: Sequence[str]) -> list[str]:
    """Those of these blobs that are absent from the clone."""
    output = run(clone, "cat-file", "--batch-check=+", stdin=_lines(blobs))
    if b"missing" not in output:
        return []
    lines = output.decode().split("\n")
    return [line.partition(" ")[0] for line in lines if line.endswith(" missing")]


def _lines(values: Sequence[str]) -> bytes:
    return "".join(f"{value}\n" for value in values).encode()


def _open(path: Path, name: str, view: Path) -> Clone:
    folder = path.resolve()
    if not folder.is_dir():
        raise SourceError(f"{path} is no folder; name a clone in `paths`, or make it: git clone")
    asked = ["--git-path", "objects", "--git-path", "shallow", "--show-object-format"]
    objects, shallow, form = _ask(path, folder, "--path-format=absolute", *asked).split("\n")
    cut = Path(shallow)
    boundary = frozenset(cut.read_text().split() if cut.is_file() else ())
    _make_view(view, form, boundary)
    tip = _ask(path, folder, "--verify", "--quiet", "HEAD", is_certain=False)
    return Clone(name, path, view, Path(objects), tip or None, boundary)


def _ask(path: Path, folder: Path, *arguments: str, is_certain: bool = True) -> str:
    """What `git rev-parse` says of the clone itself."""
    done = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", *arguments],
        capture_output=True,
        env=_outer_environment(folder),
        check=False,
    )
    if done.returncode and is_certain:
        raise _refusal(path, folder, done.stderr)
    return os.fsdecode(done.stdout.rstrip(b"\n"))


def _make_view(view: Path, form: str, boundary: frozenset[str]) -> None:
    (view / "refs").mkdir(parents=True)
    (view / "HEAD").write_text("ref: refs/heads/none\n")
    version = f"repositoryformatversion = 1\n[extensions]\nobjectFormat = {form}\n"
    (view / "config").write_text(f"[core]\nbare = true\n{version}")
    if boundary:
        (view / "shallow").write_text("".join(f"{commit}\n" for commit in sorted(boundary)))


def _refusal(path: Path, folder: Path, stderr: bytes) -> SourceError:
    if b"dubious ownership" in stderr or b"unsafe repository" in stderr:
        return SourceError(
            f"{path} belongs to another user of this machine and git refuses to read it; "
            f"if you trust it: git config --global --add safe.directory '{folder}'"
        )
    return SourceError(
        f"{path} is no git repository (git: {_words(stderr)}); "
        "name the folder of a clone in `paths`, bare or not"
    )


def _failure(clone: Clone, verb: str, stderr: bytes) -> SourceError:
    return SourceError(
        f"{clone.path}: git {verb} failed (git: {_words(stderr)}); see what is damaged with "
        f"`git -C '{clone.path}' fsck`, or clone it anew (--filter=tree leaves out too much)"
    )


def _words(stderr: bytes) -> str:
    lines = [line for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    last = (fatal or lines or ["no message"])[-1]
    return re.sub(r"[^ -~]", "?", last)[:200]


def _short_names(folders: Sequence[Path]) -> list[str]:
    """Last part of each path without .git; with the parts before it where two would be alike."""
    parts = [_name_parts(folder) for folder in folders]
    names = []
    for mine in parts:
        length = 1
        while length < len(mine) and sum(mine[-length:] == other[-length:] for other in parts) > 1:
            length += 1
        names.append("/".join(mine[-length:]))
    return names


def _name_parts(folder: Path) -> list[str]:
    folder = folder.parent if folder.name == ".git" else folder
    parts = [re.sub(r"[^\w.+@ -]", "_", part) for part in folder.parts[1:]] or ["root"]
    return [*parts[:-1], parts[-1].removesuffix(".git") or parts[-1]]


def _check_git() -> None:
    try:
        said = subprocess.run(["git", "--version"], capture_output=True, check=False).stdout
    except FileNotFoundError as error:
        raise SourceError("git is not installed; install it: apt install git") from error
    found = re.search(r"(\d+)\.(\d+)", said.decode("utf-8", "replace"))
    if found is None or (int(found[1]), int(found[2])) < OLDEST_GIT:
        seen = found[0] if found else "an unknown version"
        raise SourceError(
            f"git {seen} is too old; install {OLDEST_GIT[0]}.{OLDEST_GIT[1]} or newer"
        )


def _command(clone: Clone, arguments: Sequence[str]) -> list[str]:
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    start = ["git", "--no-pager", "--no-replace-objects", f"--git-dir={clone.view}"]
    return [*start, *settings, *arguments]


def _outer_environment(folder: Path) -> dict[str, str]:
    """To find the clone: with the user's own safe.directory, and never a folder above."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(("GIT_CONFIG", "GIT_EXEC"))
    }
    return kept | {"LC_ALL": "C", "GIT_CEILING_DIRECTORIES": str(folder.parent)}


def _environment(clone: Clone) -> dict[str, str]:
    """To read it: the view over the clone's objects, none of the user's settings, no asking."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith("GIT_EXEC")
    }
    return kept | {
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_OBJECT_DIRECTORY": str(clone.objects),
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }
