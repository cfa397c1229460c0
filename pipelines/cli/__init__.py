"""The command line. One file a verb or a small group of verbs; here is what all have in common.

Dagster takes a second to import, so only `run` and `demo` do, and late.
"""

import gc
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import App, Parameter

from pipelines.cli import session
from pipelines.errors import DONE, USAGE, exit_code, is_safe

INTERRUPTED = 130  # what shells report for Ctrl-C
# A command leaves few cycles, and what is imported, some 400,000 objects, stays to the end: looking
# for cycles among these took a fifth of a night.
RARELY = (500_000, 50, 50)

app = App(
    name="dottedline",
    version=lambda: version("dottedline"),
    help="Finds the leadership work people do outside formal lines, what it costs, what helps.",
    help_epilogue=(
        "Exit codes: 0 done, 1 unexpected, 2 usage or settings, 3 a source could not be read, "
        "4 checks failed and nothing published."
    ),
    result_action="return_value",
)
# A verb's file is imported when it is called, so that a question does not wait for the nightly
# job's imports. The words here are what `dottedline --help` says of it.
VERBS = {
    "init": ("init:init", "Write settings, org files and corrections to begin with."),
    "doctor": ("doctor:doctor", "Look whether everything that a night needs is there."),
    "demo": ("demo:demo", "Make up a company, run everything on it, say where the pages are."),
    "sync": ("run:sync", "Bring sources up to date, nothing else."),
    "run": ("run:run", "Sync, compute, check, publish, report: the nightly job."),
    "report": ("report:report", "Render pages from the published files."),
    "query": ("query:query", "Ask a published file in SQL."),
    "explain": ("explain:explain", "Say what stands behind an act, a finding, a week or an area."),
    "people": ("people:people", "List accounts that are nobody's, and whose they might be."),
    "correct": ("correct:correct", "Take answers of readers into corrections.toml."),
    "schema": ("papers:schema", "Print the JSON schema of dottedline.toml."),
    "docs": ("papers:docs", "Write the data dictionary as a page."),
}
for verb, (place, summary) in VERBS.items():
    app.command(f"pipelines.cli.{place}", name=verb, help=summary)


@app.meta.default
def _launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    config: Path | None = None,
) -> int | None:
    """Run one verb.

    Parameters
    ----------
    config
        Settings file; without it dottedline.toml of this folder or above.
    """
    session.config_file.set(config)
    result = app(tokens, exit_on_error=False, print_error=False)
    return result if isinstance(result, int) else None


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(*RARELY)
    code = invoke(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()  # else Python looks through them once more as it ends, for most of a second
    sys.exit(code)


def invoke(arguments: Sequence[str]) -> int:
    """The exit code of one command; errors are told in a line, never as a traceback."""
    try:
        code = app.meta(arguments, exit_on_error=False, print_error=False)
        sys.stdout.flush()
        return DONE if code is None else int(code)
    except cyclopts.CycloptsError as error:
        session.say_error(f"{error}\n`dottedline --help` lists what there is.")
        return USAGE
    except KeyboardInterrupt:
        session.say_error(
            "Stopped. What was finished is kept; the same command goes on from there."
        )
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except SystemExit as left:  # what rich makes of the same, as it prints help
        if not isinstance(left.__context__, BrokenPipeError):
            raise
        return DONE
    except Exception as error:  # noqa: BLE001 - the last place where something can be said
        return _told(error)


def _told(error: Exception) -> int:
    """Says what is wrong; of an unexpected error only its kind, for messages may quote rows."""
    if os.environ.get("DOTTEDLINE_DEBUG") == "1":
        raise error
    code = exit_code(error)
    if is_safe(error):
        session.say_error(str(error))
        return code
    session.say_error(f"Unexpected: {type(error).__name__}. {_logged(error)}")
    return code


def _logged(error: Exception) -> str:
    """Where the log is in which the places of an error now stand, or them themselves."""
    from pipelines import logs

    folder = session.log_folder.get()
    if folder is None:
        return f"It came up in {'; '.join(logs.places(error)[-3:])}"
    logs.configure(stream=None, folder=folder, run_id="")
    logs.logger().error("unexpected", error=error)
    return f"Where it came up is in {folder / logs.NAME}; DOTTEDLINE_DEBUG=1 shows all of it"
