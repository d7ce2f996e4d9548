"""The tick box on Übersicht: whoever ticks it gets an answer in the first line within two looks, whatever happened.

The worker, its looks and its runs are real, the sheet is on the local server or in a workbook; only time is played.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scoring.domain import Language
from scoring.snapshot import Cell
from scoring.tabs import ACTORS, OVERVIEW
from sync.config import Config, load_config
from sync.errors import OutsideError
from sync.google import connect, watch_spreadsheet
from sync.ports import RunOutcome, Trigger, Watch
from sync.service import run_once, run_options
from sync.slots import offset
from sync.timetable import sync_slot
from sync.workbook import WorkbookWatch
from sync.worker import LOOK, TICK, Outside, Ran, Worker
from tests.sheets_server import Fault
from tests.sync.google.town import Silence
from tests.sync.worlds import NOW, GoogleWorld, World, Worlds, opened_worlds
from tests.worker.living import life, shorten
from tests.worker.living_team import ticks

TWO_LOOKS = 2 * LOOK
DOWN = Fault(status=503, retry_after=3600, times=10_000)
"""Google is down, and says that it is for so long that nothing is tried again at once."""

WORKBOOK = """\
[alliance]
language = "{world.language}"
[sheet]
workbook = "{world.path.name}"
"""


@dataclass
class Office:
    """A worker beside a sheet in played time. `ran` are the runs so far: why, and how they ended."""

    world: World
    config: Config
    now: datetime
    elapsed: float = 0.0
    ran: list[tuple[Trigger, RunOutcome]] = field(default_factory=list)

    def __post_init__(self) -> None:
        outside = Outside(
            watch=self._watch,
            run=self._run,
            sign_of_life=lambda: None,
            clock=lambda: self.now,
            elapsed=lambda: self.elapsed,
            go_on=lambda: None,
        )
        self.worker = Worker(config=self.config, store=self.world.store, outside=outside)
        self.worker.tick()

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        for _ in range(round(seconds / TICK)):
            self.elapsed += TICK
            self.now += timedelta(seconds=TICK)
            self.worker.tick()

    @property
    def line(self) -> str:
        """The first line of Übersicht."""
        return str(self._cell(3))

    @property
    def is_ticked(self) -> bool:
        """Say whether the box asks for a run."""
        return self._cell(2) not in {None, False}

    def said(self, answer: str, state: str) -> str:
        """Return the line as it has to be when the last tick of the worker made a run."""
        now = self.now
        if self.world.language == "de":
            return f"am {now:%d.%m.%Y} um {now:%H:%M} Uhr ({answer}): {state}"
        return f"on {now.day} {now:%b %Y} at {now:%H:%M} ({answer}): {state}"

    def _cell(self, row: int) -> Cell:
        cells = self.world.service_tab(OVERVIEW.name).cells[row - 1]
        return cells[1] if len(cells) > 1 else None

    def _watch(self) -> Watch:
        match self.world:
            case GoogleWorld():
                return watch_spreadsheet(connect(self.world.access))
            case _:
                return WorkbookWatch(self.config.sheet.workbook)

    def _run(self, trigger: Trigger) -> Ran:
        try:
            outcome = run_once(self.config, run_options(self.config, self.now), Silence(), trigger)
        except OutsideError as error:
            self.ran.append((trigger, RunOutcome.FAILED))
            return Ran(outcome=RunOutcome.FAILED, permanent=error.permanent)
        held = outcome.decision.hold is not None
        self.ran.append((trigger, RunOutcome.HELD if held else RunOutcome.OK))
        return Ran(outcome=self.ran[-1][1], wrote=outcome.counts.writes > 0)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    with opened_worlds(tmp_path_factory.mktemp("worlds")) as made:
        yield made


@pytest.fixture
def language(request: pytest.FixtureRequest) -> Language:
    """The language of the sheet; German unless the test says otherwise."""
    return getattr(request, "param", "de")


@pytest.fixture
def google(worlds: Worlds, tmp_path: Path, language: Language) -> Iterator[Office]:
    """A Google Sheet with nine actors whose worker made its run a minute ago."""
    world = worlds.google(tmp_path, language)
    shorten(world.book)
    yield opened(world, world.configured())
    world.server.faults.clear()
    world.close()


@pytest.fixture
def workbook(worlds: Worlds, tmp_path: Path, language: Language) -> Iterator[Office]:
    """The same in a workbook."""
    world = worlds.workbook(tmp_path, language)
    config = tmp_path / "config.toml"
    config.write_text(WORKBOOK.format(world=world), encoding="utf-8")
    yield opened(world, config)
    world.close()


def opened(world: World, path: Path) -> Office:
    world.fill(ACTORS.title(world.language), 2, [[f"Betrieb {number}"] for number in range(1, 10)])
    config = load_config(path)
    slot = sync_slot(NOW.astimezone(UTC), config.schedule.sync_every_minutes, offset(config))
    office = Office(world, config, slot.astimezone(config.alliance.zone))
    office.passes(LOOK)
    assert office.ran[-1][1] is RunOutcome.OK
    office.passes(LOOK)
    office.ran.clear()
    return office


def add_an_actor(office: Office) -> None:
    office.world.type(ACTORS.title(office.world.language), {"A11": "Brauerei"})


FINE = {"de": "alles in Ordnung", "en": "all well"}
ONE_NEW = {
    "de": "auf euren Wunsch; Akteure mit Neuem: 1, verschickte Mails: 0",
    "en": "as you asked; actors with something new: 1, mails sent: 0",
}
NOTHING_NEW = {"de": "auf euren Wunsch; nichts Neues", "en": "as you asked; nothing new"}


@pytest.mark.parametrize("language", ["de", pytest.param("en", marks=pytest.mark.campaign)], indirect=True)
def test_tick_on_a_google_sheet_is_answered_within_two_looks(google: Office, language: Language) -> None:
    add_an_actor(google)
    google.world.tick()
    answered_at = passes_until_a_run(google)
    assert answered_at <= TWO_LOOKS
    assert google.ran == [(Trigger.TICK, RunOutcome.OK)]
    assert (google.line, google.is_ticked) == (google.said(ONE_NEW[language], FINE[language]), False)

    google.world.tick()
    assert passes_until_a_run(google) <= TWO_LOOKS
    assert (google.line, google.is_ticked) == (google.said(NOTHING_NEW[language], FINE[language]), False)


@pytest.mark.parametrize("language", ["de", "en"], indirect=True)
def test_ja_in_a_workbook_is_answered_within_two_looks_after_saving(workbook: Office, language: Language) -> None:
    yes = {"de": "ja", "en": "yes"}[language]
    add_an_actor(workbook)
    workbook.world.type(OVERVIEW.title(language), {"B2": yes})
    assert passes_until_a_run(workbook) <= TWO_LOOKS
    assert workbook.ran == [(Trigger.SAVED, RunOutcome.OK)]
    assert (workbook.line, workbook.is_ticked) == (workbook.said(ONE_NEW[language], FINE[language]), False)
    answer = workbook.line
    workbook.passes(9 * LOOK)
    assert len(workbook.ran) == 2, "one more run sees that nobody saved right after the service did"
    assert workbook.line == answer


def passes_until_a_run(office: Office) -> float:
    """Let time pass until the next run, and return how long that took, s."""
    began, count = office.elapsed, len(office.ran)
    while len(office.ran) == count:
        assert office.elapsed - began < 15 * 60
        office.passes(TICK)
    return office.elapsed - began


def test_five_ticks_in_a_minute_make_one_run_and_ticks_without_end_one_a_minute(google: Office) -> None:
    for _ in range(5):
        google.world.tick()
    google.passes(4 * LOOK)
    assert (google.ran, google.is_ticked) == ([(Trigger.TICK, RunOutcome.OK)], False)

    for _ in range(round(3 * LOOK / TICK)):
        google.world.tick()
        google.passes(TICK)
    assert 3 <= len(google.ran) <= 4
    assert {trigger for trigger, _ in google.ran} == {Trigger.TICK}


def test_anything_typed_into_the_box_is_a_tick(google: Office) -> None:
    for count, text in enumerate(["ja", "x"], 1):
        google.world.type("Übersicht", {"B2": text})
        assert passes_until_a_run(google) <= TWO_LOOKS
        assert google.ran == [(Trigger.TICK, RunOutcome.OK)] * count
        assert (google.line, google.is_ticked) == (google.said(NOTHING_NEW["de"], FINE["de"]), False)


def test_overview_that_was_renamed_between_two_looks_is_found(google: Office) -> None:
    google.world.rename_tab("Übersicht", "It's ours")
    assert isinstance(google.world, GoogleWorld)
    google.world.anna.tick("It's ours", "B2")
    assert passes_until_a_run(google) <= LOOK, "the look that met the new name failed"
    assert google.ran == [(Trigger.TICK, RunOutcome.OK)]
    assert (google.line, google.is_ticked) == (google.said(NOTHING_NEW["de"], FINE["de"]), False)


def test_overview_that_was_deleted_comes_back_with_the_next_sync_and_is_looked_at_again(google: Office) -> None:
    google.world.delete_tab("Übersicht")
    google.passes(3 * LOOK)
    assert google.ran == []
    passes_until_a_run(google)
    assert google.ran == [(Trigger.TIMETABLE, RunOutcome.OK)]
    google.world.tick()
    assert passes_until_a_run(google) <= TWO_LOOKS
    assert google.ran[1:] == [(Trigger.TICK, RunOutcome.OK)]
    assert (google.line, google.is_ticked) == (google.said(NOTHING_NEW["de"], FINE["de"]), False)


def test_tick_while_the_fuse_holds_is_answered_with_what_to_do(google: Office) -> None:
    google.world.type("Akteure", {f"A{row}": None for row in range(2, 9)})
    for _ in range(2):
        google.world.tick()
        assert passes_until_a_run(google) <= TWO_LOOKS
        held = "angehalten, 7 von 9 Akteuren fehlen plötzlich. Was zu tun ist, steht im Postausgang bei „Sicherung“."
        assert (google.line, google.is_ticked) == (google.said("auf euren Wunsch", held), False)
    assert google.ran == [(Trigger.TICK, RunOutcome.HELD)] * 2


def test_tick_while_google_is_down_is_answered_when_it_is_back(google: Office) -> None:
    assert isinstance(google.world, GoogleWorld)
    google.world.tick()
    google.world.server.faults.add(DOWN)
    google.passes(5 * LOOK)
    assert google.ran == []
    google.world.server.faults.clear()
    assert passes_until_a_run(google) <= 4 * LOOK
    assert google.ran == [(Trigger.TICK, RunOutcome.OK)]
    assert (google.line, google.is_ticked) == (google.said(NOTHING_NEW["de"], FINE["de"]), False)


def test_tick_whose_run_meets_google_down_is_answered_by_a_later_run(google: Office) -> None:
    assert isinstance(google.world, GoogleWorld)
    google.world.tick()
    google.world.server.faults.add(replace(DOWN, nth=3))  # the look and the token of the run are answered
    passes_until_a_run(google)
    assert google.ran == [(Trigger.TICK, RunOutcome.FAILED)]
    google.passes(2 * LOOK)
    google.world.server.faults.clear()
    google.passes(8 * LOOK)
    outcomes = [outcome for _, outcome in google.ran]
    assert set(outcomes[: outcomes.index(RunOutcome.OK)]) == {RunOutcome.FAILED}
    assert "(auf euren Wunsch; " in google.line
    assert google.is_ticked is False


@pytest.mark.campaign
def test_tick_is_answered_by_a_real_process_within_two_looks(worlds: Worlds, tmp_path: Path) -> None:
    with life(worlds, tmp_path, seed=1, minutes=15) as lived:
        lived.start()
        lived.wait_for(lambda: len(lived.town.store.runs(2)) == 1 and not lived.is_running)
        assert lived.team.does(ticks)
        began = time.monotonic()
        lived.wait_for(lambda: "(auf euren Wunsch; " in str(lived.team.tab(OVERVIEW.name).cells[2, 1].entered), 180)
        took = time.monotonic() - began
        print(f"\nanswered after {took:.0f} s")
        assert took <= TWO_LOOKS + TICK
        assert lived.team.tab(OVERVIEW.name).cells[1, 1].entered in {None, False}
        assert lived.end() == 0
