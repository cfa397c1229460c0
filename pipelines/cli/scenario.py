"""`demo --scenario`: the launch (docs/launch.md), and what comes two weeks after it."""

from pathlib import Path
from typing import Literal

from connectors.demo import launch
from models.settings import Settings
from pipelines import reporting, settings_file
from pipelines.cli import session
from pipelines.cli.demo_folder import begin_anew, leave_others, preview
from pipelines.cli.launch_truth import AFTER, LAUNCH
from pipelines.cli.run import nightly
from reports.folders import folder_of
from warehouse import read

Scenario = Literal["launch", "launch-after"]
MOVE = "select move_id from mart.moves where code = 'M8' order by review_on desc"


def play(out: Path, scenario: Scenario, *, truth: bool, keep_serving: bool) -> int:
    """Makes the company under `out`, runs its nights, and says where the pages are.

    The launch is one night, its sequel two: between them a reader says that a move is done.
    """
    leave_others(out)
    is_after = scenario == "launch-after"
    made = launch.build(out, after=is_after)
    begin_anew(out, scenario)
    with launch.serving(made) as url:
        settings = settings_file.load(made.settings.absolute(), out, {})
        code = _nights(made, settings)
        if code == 0:
            if truth:
                store = reporting.store(settings)
                rows = [one.row(store) for one in (AFTER if is_after else LAUNCH)]
                session.say("")
                session.say_table(["the launch", "expected", "found", ""], rows)
            pages = reporting.folder(settings)
            for title, page in (
                ("M's page, of the team", folder_of(pages, "M") / "latest.html"),
                ("S's own page", folder_of(pages, "S") / "own-latest.html"),
            ):
                session.say(f"{title}: {session.near(page)}")
        if keep_serving:
            session.say(f"\nThe tracker answers at {url}.")
            session.wait()
    return code


def _nights(made: launch.Launch, settings: Settings) -> int:
    """Runs each night; after one that is not the last, M8 is answered."""
    config = made.settings.absolute()
    for day in (launch.UNTIL, launch.UNTIL_AFTER):
        preview(settings, made.org, day)
        code = nightly(settings, config, until=day)
        if code != 0 or day == made.until:
            break
        moves = read.query(reporting.store(settings), MOVE)
        launch.answer_done(made, str(moves["move_id"][0]))
    return code
