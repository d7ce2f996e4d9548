"""How fast the command line answers, beside an interpreter that only imports argparse. Budget: at most 2.5 times."""

import subprocess
import sys
import time
from statistics import median

import pytest

ROUNDS = 15
EMPTY = [sys.executable, "-c", "import argparse"]
HELP = [sys.executable, "-m", "sync.cli", "--help"]


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


@pytest.mark.benchmark
def test_help_beside_an_empty_interpreter() -> None:
    pairs = [(seconds(HELP), seconds(EMPTY)) for _ in range(ROUNDS)]
    ratio = median(ours / empty for ours, empty in pairs)
    ours, empty = (1000 * median(column) for column in zip(*pairs, strict=True))
    print(f"\n--help {ours:.0f} ms, import argparse {empty:.0f} ms: {ratio:.2f} times (budget 2.5)")
