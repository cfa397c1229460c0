"""After any late changes a night gives the rows of a rebuild, through the real steps."""

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.tables import org
from models.weeks import weeks_between
from pipelines.calendars import Calendars
from pipelines.night import Night
from pipelines.steps import STEPS
from tests.given import rows
from tests.pipelines.changing import PEOPLE, TABLES, WEEKS, Company, at, commit, computed, record
from tests.pipelines.given import settings as settings_of
from tests.pipelines.happening import KINDS, SLOTS
from warehouse.lake import Lake

people, weeks = st.sampled_from(PEOPLE), st.integers(0, WEEKS - 1)
numbers = st.integers(0, 50)
commits = st.builds(
    lambda number, *rest: ("put", number, commit(number, *rest)),
    numbers, weeks, st.integers(0, 167), people, people, people, st.integers(0, 2),
)  # fmt: skip
gone = st.tuples(st.just("put"), numbers, st.none())
records = st.builds(
    lambda *parts: ("say", *record(*parts)),
    st.sampled_from(sorted(TABLES)), people, st.integers(0, 11), weeks, st.integers(0, 5),
    st.integers(0, 6), st.integers(0, 4),
)  # fmt: skip
happenings = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: st.tuples(
        st.just("happen"),
        st.just(kind),
        st.integers(0, 39),
        st.none()
        | st.tuples(
            weeks, st.integers(0, len(SLOTS) - 1), st.integers(0, KINDS[kind] - 1), people, people
        ),
    )
)
readings = st.builds(
    lambda week, hour, gaps: ("read_until", at(week, hour), gaps),
    st.integers(8, WEEKS), st.integers(0, 167), st.frozensets(weeks, max_size=2),
)  # fmt: skip
a_change = st.one_of(commits, gone, *[happenings] * 4, *[records] * 3, readings)
nights = st.lists(st.lists(a_change, min_size=1, max_size=6), min_size=1, max_size=2)


# A failing case is told as it is: shrinking it takes minutes.
@settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(nights)
@example([[("say", *record("org.absences", "ann", 0, 0, 1, 0, 0))]])  # before the first commit
@example(
    [[("say", *record("org.identities", *who, 0, 0, 0, 0)) for who in (("zoe", 5), ("ben", 8))]]
)
def test_after_any_late_changes_a_night_gives_the_rows_of_a_rebuild(nights: list[list[Any]]):
    company = Company()
    with tempfile.TemporaryDirectory() as kept, tempfile.TemporaryDirectory() as rebuilt:
        lake, folder = Lake(kept), Path(kept)
        company.store(lake)
        found = computed(lake, company, folder)
        for changes in nights:
            for verb, *change in changes:
                getattr(company, verb)(lake, *change)
            found = computed(lake, company, folder)
        anew = Lake(rebuilt)
        company.store(anew)
        for name, expected in computed(anew, company, folder).items():
            assert_frame_equal(found[name], expected)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A lake in which everything was computed once, and how the night asks for parameters."""
    folder = tmp_path_factory.mktemp("company")
    company, lake = Company(), Lake(str(folder))
    company.store(lake)
    found = computed(lake, company, folder)
    return lake, company, folder, found


def test_the_company_has_something_of_everything(filled):
    *_, found = filled
    empty = [name for name, frame in found.items() if frame.is_empty()]
    assert set(empty) <= {"moves.moves", "moves.owner_drafts"}  # chance recommends nothing
    judged, targets = found["authority.acts"], found["acts.act_targets"]
    assert judged["act_id"].is_unique().all()  # one source event makes one act
    led = targets.group_by("act_id").agg(led=pl.len().cast(pl.Int64))
    counted = judged.join(led, on="act_id", how="left").with_columns(pl.col("led").fill_null(0))
    assert counted["led"].equals(counted["target_count"])
    assert {"formal_mandate", "ordinary", "bypass", "unknown"} <= set(
        found["authority.acts"]["authority"]
    )


@pytest.mark.parametrize("step", [step for step in STEPS if step.needs], ids=lambda s: s.table.name)
def test_without_what_it_needs_a_table_has_no_rows(filled, step):
    lake, company, folder, _ = filled
    weeks = weeks_between(at(0).date(), at(WEEKS).date())
    night = Night(settings_of(folder), lake, b"", company.until, company.until, "run")
    known = {**Calendars(night).only(step.parameters), "weeks": weeks, "until": company.until}
    frames = {
        table.name.partition(".")[2]: rows(table) if table in step.needs else lake.scan(table)
        for table in step.inputs
    }
    if "team_weeks" in frames and org.TEAMS in step.needs:  # the register has every team
        frames["team_weeks"] = frames["team_weeks"].filter(pl.col("team_id") == "")
    parameters = {name: known[name] for name in step.parameters}
    assert step.transform(**frames, **parameters).collect().is_empty()
