"""What holds for the whole house, and what the import graph alone does not show.

`lint-imports` reads the import statements; the tests here look at what a process really loads, and
at every file that git knows or would add.
"""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

NEVER_LOADED_BY = {
    "models": {"dagster", "deltalake", "duckdb", "jinja2"},
    "connectors": {"dagster", "deltalake", "duckdb", "jinja2"},
    "warehouse": {"dagster", "jinja2"},
    "reports": {"dagster"},
    # The command line answers `query` and `report` in a third of a second; dagster alone takes one.
    "pipelines.cli": {"dagster"},
}
NOT_THE_PRODUCT = {"benchmarks", "tests"}

# Written in two pieces, so that this file does not hold what it looks for.
REGISTRY_HOSTS = re.compile(
    "|".join(["py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.", "deb" + r"\.debian"])
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.*-])/(?:" + "|".join(["home", "Users", "root", "work"]) + r")/\w"
    r"|(?<![\w.*-])/(?:var/)?(?:tmp|opt)/[\w./-]*(?:venv|wheels|bin/python)"
)
LONGEST_FILE = 400  # lines; above it a file holds two things

IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(*sys.modules)
"""


def loaded_by(package: str) -> set[str]:
    """Top-level names in memory after everything in the package is imported, in a new process."""
    command = [sys.executable, "-W", "error", "-c", IMPORT_ALL, package]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.split()}


@cache
def files(pattern: str) -> list[Path]:
    """What git tracks or would add; ignored files are nobody's concern, nor are deleted ones."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", pattern]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = [ROOT / line for line in listed.stdout.splitlines()]
    assert found, f"git lists no file {pattern} under the root"
    return [path for path in found if path.exists()]


def lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    """`file:line` of each match in a text file; pictures and other bytes are passed over."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files("*")
        if b"\0" not in (content := path.read_bytes())
        for number, line in enumerate(content.decode().splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_packages_of_the_tree_are_those_with_a_rule():
    packages = {path.parent.name for path in files("*/__init__.py") if path.parent.parent == ROOT}
    ruled = {package.partition(".")[0] for package in NEVER_LOADED_BY}
    assert packages - NOT_THE_PRODUCT == ruled


@pytest.mark.parametrize(("package", "strangers"), NEVER_LOADED_BY.items())
def test_a_package_loads_only_what_lives_on_its_floor(package, strangers):
    assert loaded_by(package) & strangers == set()


def test_the_definitions_do_load_dagster():
    """Otherwise the test above would also pass for a process that loads nothing."""
    assert {"dagster", "duckdb", "polars"} <= loaded_by("pipelines.definitions")


def test_no_annotations_are_postponed_where_dagster_reads_them():
    postponed = [path.name for path in files("pipelines/*.py") if "annotations" in future_of(path)]
    assert postponed == []


def future_of(path: Path) -> set[str]:
    """What a file imports from `__future__`."""
    imports = (
        node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)
    )
    return {name.name for node in imports if node.module == "__future__" for name in node.names}


def test_no_file_names_a_package_registry():
    assert lines_that_match(REGISTRY_HOSTS) == []


def test_no_file_names_a_place_on_somebodys_machine():
    assert lines_that_match(MACHINE_PATHS) == []


@pytest.mark.parametrize(
    ("line", "is_machine"),
    [
        ("see " + "/ho" + "me/ann/venv", True),
        ("#!" + "/tmp" + "/x/venv/bin/python", True),
        ("drivers/home/main.c", False),
        ("https://example.com/home/page", False),
        ("tmp_path / 'clone'", False),
    ],
)
def test_a_machine_path_is_told_from_a_path_in_a_repository(line, is_machine):
    assert bool(MACHINE_PATHS.search(line)) == is_machine


def test_no_file_is_too_long_to_read():
    lengths = {path: len(path.read_text().splitlines()) for path in files("*.py")}
    assert [path.name for path, length in lengths.items() if length > LONGEST_FILE] == []


def test_every_module_says_what_is_in_it():
    """Not so in tests: their names are the rules."""
    modules = [path for path in files("*.py") if path.relative_to(ROOT).parts[0] != "tests"]
    silent = [path for path in modules if not ast.get_docstring(ast.parse(path.read_text()))]
    assert [str(path.relative_to(ROOT)) for path in silent] == []


LOCKS = ["requirements.lock", "requirements-dev.lock"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_a_hash(lock):
    lines = (ROOT / lock).read_text().splitlines()
    said = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    packages = re.split(r"\n(?=\S)", said)
    assert len(packages) > 50
    assert [p for p in packages if not re.match(r"\S+==\S+ .*--hash=sha256:", p, re.DOTALL)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_brings_pyarrow(lock):
    """Code that leans on it would run here and fail where it is not."""
    assert not re.search(r"^pyarrow==", (ROOT / lock).read_text(), re.MULTILINE)


def test_what_runs_is_what_was_tested():
    run, tested = (
        set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text(), re.MULTILINE)) for lock in LOCKS
    )
    assert run <= tested
