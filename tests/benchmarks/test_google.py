"""A sync of a Google Sheet: calls, bytes, time and memory, beside plain gspread, gspread-dataframe and bare reading.

Budgets: idle 1 read and no write, changed 1 read and 1 write per 2 MB. One whole sync of 10 000 actors and 50 000
meetings takes ≤ 3 × the time to read and JSON-decode the same answer plus scoring, ≤ 400 MB, and grows with the rows.

The server is a process of its own (`sheets_process`) that answers from memory. Against the libraries the clock on the
wall counts, with 150 ms for every call and without the seconds in which the server itself works; the budgets are of
processor seconds of the client, so that neither the server nor other work on the machine counts. Theirs read two tabs
and write two columns; ours reads everything, scores, and writes what differs on eight tabs.
"""

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from types import ModuleType
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from reports.tabs import service_rows
from reports.wording import words
from scoring.assess import assess
from sync.collector import collector_paused
from sync.config import Config, load_config
from sync.decision import Options, parsed
from sync.delivery import FolderMailer
from sync.run import Outcome, run
from sync.source import open_sheet
from sync.state import opened_store
from tests.benchmarks.sheets_process import ServerProcess
from tests.sheets_server.a1 import cell_name
from tests.sheets_server.client import SCOPES, open_client

LATENCY = 0.15
ROUNDS = 5
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
OPTIONS = Options(language="de", now=NOW)
WRITTEN = ("Rang (gerechnet)", "Empfehlung (gerechnet)")
"""The two columns that the libraries write on Akteure."""

PEAK_OF = """\
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs a program and prints the kB that it held at most."""

CONFIG = """\
[sheet]
source = "google"
spreadsheet = "{spreadsheet}"
credentials = "{key}"
api = "{api}"
"""


class Silent:
    """Nobody waits for a progress line."""

    def step(self, text: str) -> None:
        """Say nothing."""

    def go_on(self) -> None:
        """Nobody asks it to end."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One way to do it: calls without those for tokens, bytes on the wire, median and range of the seconds."""

    reads: int
    writes: int
    bytes: int
    seconds: tuple[float, ...]

    def line(self, name: str, ours: "Measured") -> str:
        """Return it as a line of the table."""
        calls = self.reads + self.writes
        swing = f"{min(self.seconds):.2f}–{max(self.seconds):.2f}"
        ratio = median(self.seconds) / median(ours.seconds)
        return (
            f"  {name:<24}{self.reads:3} + {self.writes:<3}{calls:5}{self.bytes / 1000:10.1f} kB"
            f"{median(self.seconds):9.2f} s ({swing}){ratio:7.1f} ×"
        )


def config_of(server: ServerProcess, folder: Path) -> Config:
    folder.mkdir(exist_ok=True)
    text = CONFIG.format(spreadsheet=server.spreadsheet, key=server.key_file(folder), api=server.url)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load_config(folder / "config.toml")


def sync(config: Config) -> Outcome:
    """One run, as the command makes it."""
    with opened_store(config.state.file) as store, collector_paused():
        sheet = open_sheet(config, store, NOW, looks_only=False)
        return run(sheet, store, FolderMailer(config.mail.folder), OPTIONS, Silent())


def nothing() -> None:
    """Do nothing before a measurement."""


def measured(
    server: ServerProcess, work: Callable[[], object], before: Callable[[], object] = lambda: None
) -> Measured:
    """Do it several times, after `before` each time; that and the work of the server itself are not counted."""
    seconds = []
    for _ in range(ROUNDS):
        server.set_latency(0)
        before()
        server.set_latency(LATENCY)
        server.take_calls()
        started = time.perf_counter()
        work()
        took = time.perf_counter() - started
        calls = server.take_calls()
        seconds.append(took - sum(call["seconds"] for call in calls))
    kinds = [call["kind"] for call in calls]
    sent = sum(call["bytes"] for call in calls if call["kind"] != "token")
    return Measured(reads=kinds.count("read"), writes=kinds.count("write"), bytes=sent, seconds=tuple(seconds))


def with_gspread(server: ServerProcess, folder: Path) -> None:
    """What a script does: two tables as records, two columns back."""
    client = open_client(server, folder)  # type: ignore[arg-type]  # url and key_file are all it needs
    book = client.open_by_key(server.spreadsheet)
    actors, meetings = book.worksheet("Akteure"), book.worksheet("Termine")
    rows, _ = actors.get_all_records(), meetings.get_all_records()
    for column, name in enumerate(WRITTEN, server.free_column):
        actors.update([[name], *([f"{name} {number}"] for number in range(len(rows)))], cell_name(0, column))
    client.http_client.session.close()


def with_dataframes(server: ServerProcess, folder: Path, library: ModuleType) -> None:
    """The same with gspread-dataframe."""
    client = open_client(server, folder)  # type: ignore[arg-type]
    book = client.open_by_key(server.spreadsheet)
    actors, meetings = book.worksheet("Akteure"), book.worksheet("Termine")
    table, _ = library.get_as_dataframe(actors), library.get_as_dataframe(meetings)
    for column, name in enumerate(WRITTEN, server.free_column + 1):
        written = pd.DataFrame({name: [f"{name} {number}" for number in range(len(table))]})
        library.set_with_dataframe(actors, written, col=column)
    client.http_client.session.close()


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Plain requests, signed in once: reads what a quiet sync reads, and so makes the server remember the answer."""

    address: str
    session: requests.Session

    def content(self) -> bytes:
        """Return the JSON of the answer."""
        response = self.session.get(self.address, timeout=600)
        response.raise_for_status()
        return response.content


def reader_of(server: ServerProcess, config: Config) -> Reader:
    """Watch what a quiet sync asks for, and ask for the same."""
    server.take_calls()
    sync(config)
    (path,) = [call["path"] for call in server.take_calls() if call["kind"] != "token"]
    credentials = Credentials.from_service_account_file(str(config.sheet.credentials), scopes=SCOPES)
    credentials.refresh(Request())
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {credentials.token}"
    return Reader(address=f"{server.url}{path}", session=session)


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore")  # what the libraries warn of is theirs
@pytest.mark.parametrize(("actors", "set_up"), [(60, False), (2_000, True)], ids=["60 × 3 tabs", "2000 × 17 tabs"])
def test_calls_bytes_and_time_beside_gspread(tmp_path: Path, actors: int, set_up: bool) -> None:
    with ServerProcess(tmp_path, actors=actors, set_up=set_up) as server:
        config = config_of(server, tmp_path / "service")
        sync(config)
        reader = reader_of(server, config)

        def edited() -> None:
            server.edit()
            reader.content()

        idle = measured(server, lambda: sync(config), reader.content)
        changed = measured(server, lambda: sync(config), edited)
        lines = [idle.line("ours, nothing changed", changed), changed.line("ours, changed", changed)]
        gspread = measured(server, lambda: with_gspread(server, tmp_path), nothing)
        lines.append(gspread.line("gspread", changed))
        try:
            import gspread_dataframe  # noqa: PLC0415  # of the bench extra
        except ImportError:
            lines.append("  gspread-dataframe       skipped: not installed (pip install -e '.[bench]')")
        else:
            frames = measured(server, lambda: with_dataframes(server, tmp_path, gspread_dataframe), nothing)
            lines.append(frames.line("gspread-dataframe", changed))
    print(f"\n{actors} actors, {5 * actors} meetings, {1000 * LATENCY:.0f} ms for every call and for signing in:")
    print("                      reads + writes  calls     on the wire     time (range)     to ours, changed")
    print(*lines, sep="\n")
    assert (idle.reads, idle.writes, changed.reads) == (1, 0, 1)


def processor_seconds(work: Callable[[], object], before: Callable[[], object], rounds: int) -> float:
    """Return the fewest processor seconds of this process: other work on the machine does not count."""
    best = float("inf")
    for _ in range(rounds):
        before()
        gc.collect()
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


@dataclass(frozen=True, kw_only=True)
class Whole:
    """Processor seconds of whole syncs and of some of their parts, the bytes of the answer, the rows that were read."""

    rows: int
    answer: int
    idle: float
    changed: float
    parts: Mapping[str, float]

    def line(self) -> str:
        """Return it as a line of the table; the budget's bound is reading and scoring."""
        bound = self.parts["read+decode"] + self.parts["score"]
        seconds = "".join(f"{part:13.3f}" for part in (*self.parts.values(), self.idle, self.changed))
        return (
            f"  {self.rows:6,}{self.answer / 1e6:8.2f} MB{seconds}"
            f"{self.idle / bound:9.2f} ×{self.changed / bound:9.2f} ×{self.idle / (bound + self.parts['parse']):9.2f} ×"
        )


def whole_sync(folder: Path, actors: int, rounds: int) -> Whole:
    with ServerProcess(folder, actors=actors, set_up=True) as server:
        config = config_of(server, folder / "service")
        sync(config)
        reader = reader_of(server, config)
        answer = reader.content()

        def edited() -> None:
            server.edit()
            reader.content()

        idle = processor_seconds(lambda: sync(config), reader.content, rounds)
        changed = processor_seconds(lambda: sync(config), edited, rounds)
        reading = processor_seconds(lambda: json.loads(reader.content()), reader.content, rounds)
        parts = {"read+decode": reading, **seconds_of_parts(config, rounds)}
    return Whole(rows=6 * actors, answer=len(answer), idle=idle, changed=changed, parts=parts)


def seconds_of_parts(config: Config, rounds: int) -> Mapping[str, float]:
    """Return the processor seconds of scoring, of parsing, of writing all sentences, and of loading the memory."""
    speak, today = words("de"), OPTIONS.today
    with opened_store(config.state.file) as store:
        snapshot = open_sheet(config, store, NOW, looks_only=True).read()
        memory = store.load()
        loading = processor_seconds(store.load, nothing, rounds)
    alliance, notes = parsed(snapshot, memory, "de")
    assessment = assess(alliance, memory, today, notes)
    works: Mapping[str, Callable[[], object]] = {
        "score": lambda: assess(alliance, memory, today, notes),
        "parse": lambda: parsed(snapshot, memory, "de"),
        "sentences": lambda: service_rows(alliance, assessment, memory, (), NOW, speak),
    }
    return {name: processor_seconds(work, nothing, rounds) for name, work in works.items()} | {"load state": loading}


@pytest.mark.benchmark
def test_whole_sync_of_10_000_actors_beside_reading_and_scoring(tmp_path: Path) -> None:
    found = {}
    for actors, rounds in ((100, 5), (1_000, 4), (10_000, 3)):
        (tmp_path / str(actors)).mkdir()
        found[actors] = whole_sync(tmp_path / str(actors), actors, rounds)
    names = "".join(f"{name:>13}" for name in (*found[100].parts, "idle", "changed"))
    print("\nwhole sync, processor seconds of the client, fewest of several; rows are actors and meetings:")
    print(f"    rows     answer{names}  idle and changed ÷ (read + score), idle ÷ (… + parse)")
    for whole in found.values():
        print(whole.line())
    per_row = {actors: whole.changed / whole.rows for actors, whole in found.items()}
    print(
        f"  budget 3 ×; seconds per row, 10 000 actors ÷ 100: {per_row[10_000] / per_row[100]:.2f}, "
        f"÷ 1 000: {per_row[10_000] / per_row[1_000]:.2f} (1 is linear, below 1 a part is fixed)"
    )
    assert found[10_000].rows == 60_000


@pytest.mark.benchmark
def test_memory_of_a_whole_sync_of_10_000_actors(tmp_path: Path) -> None:
    with ServerProcess(tmp_path, actors=10_000, set_up=True) as server:
        config_of(server, tmp_path / "service")
        command = [sys.executable, "-m", "sync.cli", "sync", "--config", str(tmp_path / "service" / "config.toml")]
        command += ["--today", f"{NOW:%Y-%m-%d}"]
        peaks = {"first": peak(command), "idle": peak(command)}
        server.edit()
        peaks["changed"] = peak(command)
    empty = peak([sys.executable, "-c", "import pandas, sqlalchemy, gspread, stamina, google.oauth2.service_account"])
    print(f"\npeak memory of `klima-allianz sync`, 10 000 actors + 50 000 meetings (libraries alone {empty:.0f} MB):")
    print("  " + ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in peaks.items()) + "  (budget 400)")
    assert max(peaks.values()) > empty


def peak(command: list[str]) -> float:
    """Run a program of ours to its end; return the most memory that it held, in MB.

    A small process starts it: on Linux ru_maxrss also counts what the process held from which a program was started.
    """
    done = subprocess.run([sys.executable, "-c", PEAK_OF, *command], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1000
