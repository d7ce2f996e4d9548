"""Files that are no workbook, or one made to hurt: each refused in one sentence, or read, before it costs much."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from scoring.snapshot import Snapshot
from sync.errors import SetupError
from sync.ports import RowWrite, WritePlan
from sync.workbook import WorkbookSheet
from tests.sync.workbook.hostile_workbooks import HOSTILE, workbook

ROOT = Path(__file__).parents[3]
MOST_SECONDS, MOST_MEGABYTES = 2, 256
SLOW = frozenset(
    {
        "a cell of 10 MB",
        "a comment of formulas that never end",
        "a million columns",
        "a string of 10 MB a hundred thousand times",
        "columns by the hundred thousand",
        "deeply nested tab",
        "many rows",
    }
)
"""Those that take longer to make than to open: the campaign has them."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a child said about a file ("" for nothing), its processor seconds, and the megabytes that it grew by."""

    said: str
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Opener:
    """The process that opens workbooks in children."""

    process: subprocess.Popen[str]

    def ask(self, do: str, path: Path) -> Answer:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, "path": str(path)}) + "\n")
        self.process.stdin.flush()
        return Answer(**json.loads(self.process.stdout.readline()))


@pytest.fixture(scope="module")
def opener() -> Iterator[Opener]:
    command = [sys.executable, "-m", "tests.sync.workbook.hostile_process"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Opener(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in SLOW])
def test_hostile_file_is_refused_in_one_sentence_or_read(tmp_path: Path, opener: Opener, name: str) -> None:
    make, sentence = HOSTILE[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(make())
    before = path.read_bytes()
    wanted = f"{path} {sentence}" if sentence else ""
    assert opener.ask("read", path).said == wanted
    assert path.read_bytes() == before
    if sentence:
        assert opener.ask("extend", path).said == wanted
        assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


@pytest.mark.campaign
def test_hostile_file_costs_a_command_little_time_and_memory(tmp_path: Path, opener: Opener) -> None:
    print(f"\n{'what it costs beyond the imports':46} {'sync':>18} {'setup':>18}")
    said: dict[tuple[str, str], str] = {}
    dear: list[tuple[str, str, Answer]] = []
    for number, (name, (make, sentence)) in enumerate(HOSTILE.items()):
        costs = []
        for command in ("sync", "setup"):
            folder = tmp_path / f"{number}-{command}"
            folder.mkdir()
            path = folder / "a.xlsx"
            path.write_bytes(make())
            before = path.read_bytes()
            answer = opener.ask(command, path)
            costs.append(f"{answer.seconds:7.2f} s {answer.megabytes:5.0f} MB")
            said[command, name] = answer.said
            if answer.seconds > MOST_SECONDS or answer.megabytes > MOST_MEGABYTES:
                dear.append((command, name, answer))
            assert not answer.said.startswith(("TRACEBACK", "✗ This is a mistake")), answer.said
            assert not sentence or path.read_bytes() == before, "untouched"
        print(f"{name:46} {costs[0]:>18} {costs[1]:>18}  {said['setup', name][-80:] if not sentence else 'refused'}")
    assert {key for key, text in said.items() if bool(text) < bool(HOSTILE[key[1]][1])} == set()
    assert {key for key, text in said.items() if "\n" in text} == set(), "one sentence"
    assert dear == []


def test_missing_file_names_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with pytest.raises(SetupError) as caught:
        WorkbookSheet(path, "de").read()
    assert caught.value.problems == (f"{path} does not exist; `klima-allianz setup` creates it.",)


def test_folder_is_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        WorkbookSheet(tmp_path, "de").read()
    assert caught.value.problems == (f"{tmp_path} is a folder, not a workbook.",)


@pytest.mark.parametrize("position", range(0, 6_000, 240))
def test_damaged_byte_is_refused_or_harmless_and_never_a_traceback(tmp_path: Path, position: int) -> None:
    path = tmp_path / "a.xlsx"
    data = bytearray(workbook())
    data[position % len(data)] ^= 0xFF
    path.write_bytes(data)
    with suppress(SetupError):
        WorkbookSheet(path, "de").read()


def test_write_refuses_what_read_refuses(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"nothing")
    plan = WritePlan(new_tabs=("results",), rows=(RowWrite(tab="results", row=2, column=0, values=("a",)),))
    with pytest.raises(SetupError, match=r"is not an \.xlsx workbook"):
        WorkbookSheet(path, "de").write(plan, Snapshot(tabs=()))
    assert path.read_bytes() == b"nothing"
