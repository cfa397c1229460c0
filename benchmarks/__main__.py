"""The whole job by the product, plain DuckDB SQL and pandas: CPU seconds, memory and ratios.

`python -m benchmarks --rows 1000000` makes the data once, lets each program do the whole job from
Parquet to a DuckDB file in a process of its own, in turns, and prints medians. The files must say
the same, or the benchmark fails.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks.agreement import Totals, differences, totals
from benchmarks.generated import Generated, generated
from benchmarks.measure import Cost, run

FOLDER = Path("var/bench")
ROUNDS, ROUNDS_OF_MANY, MANY = 3, 1, 2_000_000
PROGRAMS = ("product", "plain SQL", "pandas")
BOTH = "product, both stores"
PYTHON = (sys.executable, "-m")
LIBRARIES = ("polars", "duckdb", "pandas", "numpy")


def main() -> int:
    """Measures; 1 if the programs disagree."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000, help="acts in the generated year")
    asked.add_argument("--rounds", type=int, help="turns of each program; 3, or 1 above 2 million")
    asked.add_argument("--profile", action="store_true", help="also print the product by step")
    asked.add_argument("--folder", type=Path, default=FOLDER, help="where generated data is kept")
    given = asked.parse_args()
    rounds = given.rounds or (ROUNDS if given.rows <= MANY else ROUNDS_OF_MANY)
    data = generated(given.rows, given.folder)
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    print(f"{data.rows:,} acts of {data.people:,} people, 52 weeks; {os.cpu_count()} cores")
    print(versions)
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        costs, said = measured(data, Path(name), rounds, profile=given.profile)
    print(table(costs))
    return agreed(said)


def measured(
    data: Generated, folder: Path, rounds: int, *, profile: bool
) -> tuple[dict[str, list[Cost]], dict[str, Totals]]:
    """Costs by program, and what the files of the last round say.

    Before the first round the product runs once uncounted: it leaves the noise floors that the
    others are given, and brings the files into memory.
    """
    floors = folder / "floors.parquet"
    more = ["--profile"] if profile else []
    run(
        [
            *PYTHON,
            "benchmarks.product",
            data.folder,
            folder / "warm.duckdb",
            "--floors",
            floors,
            *more,
        ]
    )
    commands = {
        "product": ["benchmarks.product", data.folder],
        "plain SQL": ["benchmarks.plain_sql", data.folder, floors],
        "pandas": ["benchmarks.plain_pandas", data.folder, floors],
    }
    costs: dict[str, list[Cost]] = {name: [] for name in (*PROGRAMS, BOTH)}
    said: dict[str, Totals] = {}
    for number in range(rounds):
        for name, command in commands.items():
            out = folder / "out.duckdb"
            out.unlink(missing_ok=True)
            costs[name].append(run([*PYTHON, *command, out]))
            said[name] = totals(out)
            print(f"round {number + 1}, {name}: {costs[name][-1].cpu:.1f} s", flush=True)
    costs[BOTH].append(run([*PYTHON, "benchmarks.product", data.folder, folder / "both", "--both"]))
    shutil.rmtree(folder / "both")
    return costs, said


def table(costs: dict[str, list[Cost]]) -> str:
    """Medians by program, and the product's share of what the others take."""
    cpu = {name: statistics.median(cost.cpu for cost in runs) for name, runs in costs.items()}
    lines = [f"{'':24}{'CPU s':>10}{'peak MB':>10}{'product / this':>16}"]
    for name, runs in costs.items():
        memory = statistics.median(cost.megabytes for cost in runs)
        ratio = f"{cpu['product'] / cpu[name]:.2f}" if name in PROGRAMS[1:] else ""
        lines.append(f"{name:24}{cpu[name]:10.1f}{memory:10.0f}{ratio:>16}")
    return "\n".join(lines)


def agreed(said: dict[str, Totals]) -> int:
    """Prints what the files say; 1 if they do not say the same."""
    found = differences(said)
    product = said["product"]
    for name, value in product.items():
        if name.startswith("acts authority ") and " known" not in name:
            print(f"{name.removeprefix('acts authority '):24}{value:14,.0f} acts")
    for name in ("hidden_hours", "formal_hours", "unknown_hours"):
        print(f"{name:24}{product[f'person_weeks {name}']:14,.2f} hours")
    if found:
        print(f"{len(found)} of {len(product)} totals differ:", *found, sep="\n", file=sys.stderr)
        return 1
    print(f"All {len(product)} totals agree within a millionth.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
