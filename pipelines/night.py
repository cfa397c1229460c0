"""One run: what it works on, until when, and by which clock. Knows nothing of Dagster.

What is done with it is one file a part: `sync`, `register`, `steps`, and so on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from models.settings import Settings
from models.sources import Source
from pipelines import generation
from pipelines.errors import UsageError
from pipelines.keys import pseudonym_key
from warehouse import basis
from warehouse.basis import Basis
from warehouse.lake import Lake
from warehouse.ledger import Ledger

SLACK = timedelta(minutes=5)  # clocks of two machines differ
Heard = Callable[[str, Exception | None], None]


@dataclass(frozen=True, eq=False)
class Night:
    """What one run works on.

    Acts before `until` count. `now` is when the run began; nothing below reads a clock. With
    `is_full` sources are read from scratch; tables of another `generation` are computed anew.
    `heard` is told each step that ends, with its error if it failed, for whoever watches.
    `last` is of what the files were made that readers have. `unread` are sources that could not be
    read, `published` the stores that readers got.
    """

    settings: Settings
    lake: Lake
    key: bytes
    until: datetime
    now: datetime
    run_id: str
    is_full: bool = False
    generation: str = ""
    last: Basis | None = None
    heard: Heard = field(default=lambda _step, _error: None)
    unread: set[str] = field(default_factory=set)
    published: set[str] = field(default_factory=set)

    @property
    def root(self) -> Path:
        """The local folder of ledger, published files and reports."""
        return Path(self.settings.storage.root)

    def since(self, source: Source) -> datetime:
        """The moment from which a source is read: its own day, else retention_days ago."""
        day = source.since or self.oldest_day
        return midnight(day, self.settings.company.time_zone)

    @property
    def oldest_day(self) -> date:
        """The first day that retention keeps."""
        return self.until.date() - timedelta(days=self.settings.privacy.retention_days)


def midnight(day: date, zone: str) -> datetime:
    """The moment, in UTC, at which a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def environment(settings: Settings) -> dict[str, str]:
    """The DOTTEDLINE_ variables of the environment and of .env."""
    return {name: value.get_secret_value() for name, value in settings.secrets.items()}


def ledger_of(settings: Settings) -> Ledger:
    """What must outlive a rebuild; to be used in a `with`."""
    return Ledger(Path(settings.storage.root) / "ledger.sqlite")


def until_day(settings: Settings, until: date | None, now: datetime) -> date:
    """The day before whose beginning acts count: the one given, else today where the company is.

    Raises:
        UsageError: the impact assessment is not recorded, the day lies in the future, or none is
            given and the clock is behind the last run: less would be published than there is.
    """
    gaps = settings.gaps_in_law()
    if gaps:
        raise UsageError("\n".join(f"{settings.file_name}: {gap}" for gap in gaps))
    zone = settings.company.time_zone
    today = now.astimezone(ZoneInfo(zone)).date()
    if until is not None and until > today:
        raise UsageError(
            f"--until {until}: today is {today} in {zone}; give that day or an earlier"
        )
    last = last_run_ahead(settings, now) if until is None else None
    if last is not None:
        raise UsageError(
            f"the clock says {now:%Y-%m-%d %H:%M} UTC, before the last run of "
            f"{last:%Y-%m-%d %H:%M} UTC; set the clock, or give the day: --until {today}"
        )
    return until or today


def last_run_ahead(settings: Settings, now: datetime) -> datetime | None:
    """When the last run began, if that is still to come by this clock."""
    with ledger_of(settings) as ledger:
        runs = ledger.runs(1)
    return runs[0].started_at if runs and runs[0].started_at > now + SLACK else None


def open_night(
    settings: Settings,
    *,
    until: date | None,
    now: datetime,
    run_id: str,
    is_full: bool = False,
    heard: Heard = lambda _step, _error: None,
) -> Night:
    """A run on these settings.

    Raises:
        UsageError: as `until_day`.
    """
    day = until_day(settings, until, now)
    root = Path(settings.storage.root)
    _close_lake(settings.storage.lake)
    return Night(
        settings=settings,
        lake=Lake(settings.storage.lake),
        key=pseudonym_key(root, environment(settings)),
        until=midnight(day, settings.company.time_zone),
        now=now,
        run_id=run_id,
        is_full=is_full,
        generation=generation.begin(root, run_id) if is_full else generation.generation(root),
        last=None if is_full else basis.read(root),
        heard=heard,
    )


def _close_lake(lake: str) -> None:
    """Makes a lake on this machine a folder for its owner only: it holds what restricted does."""
    if "://" not in lake:
        Path(lake).mkdir(mode=0o700, parents=True, exist_ok=True)
