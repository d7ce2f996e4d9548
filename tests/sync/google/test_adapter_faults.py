"""The tests notice faults: each one is put into a copy of the project, where the tests named beside it must fail."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.sync.google.mutants import MUTANTS, Mutant

ROOT = Path(__file__).parents[3]
COPIED = ("scoring", "reports", "sync", "tests", "pyproject.toml")
PROCESSES = 2
LONGEST = 90
"""Seconds; a fault that makes the tests hang is noticed, too."""

FAILED = 1
"""How pytest ends when a test failed: not because it found none, and not because of its own options."""


def test_every_fault_still_fits() -> None:
    counts = {(one.file, one.old): (ROOT / one.file).read_text(encoding="utf-8").count(one.old) for one in MUTANTS}
    assert {place: count for place, count in counts.items() if count != 1} == {}
    assert len({one.name for one in MUTANTS}) == len(MUTANTS) >= 15
    assert [test for one in MUTANTS for test in one.tests if not (ROOT / test).exists()] == []


def project_copy(folder: Path) -> Path:
    """Return a copy of what the tests need."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def noticed_by(folder: Path, tests: Sequence[str], only: str) -> str:
    """Return what the first failing test is called, "" when none fails."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=no", *tests]
    try:
        done = subprocess.run(
            [*command, *(["-k", only] if only else [])],
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "a test that hangs"
    failed = [line.split()[1] for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].rpartition("/")[2] if done.returncode == FAILED and failed else ""


def caught(folder: Path, mutant: Mutant) -> str:
    """Put the fault into a copy in that folder and return by which test it is noticed, "" when it is not."""
    copy = project_copy(folder)
    file = copy / mutant.file
    file.write_text(file.read_text(encoding="utf-8").replace(mutant.old, mutant.new), encoding="utf-8")
    found = noticed_by(copy, mutant.tests, mutant.only)
    shutil.rmtree(copy)
    return found


@pytest.mark.campaign
def test_every_fault_is_noticed(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(len(MUTANTS))]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(PROCESSES) as pool:
        found = dict(zip(MUTANTS, pool.map(caught, folders, MUTANTS), strict=True))
    print("\n" + "\n".join(f"{one.name} → {test or 'NOT NOTICED'}" for one, test in found.items()))
    assert [one.name for one, test in found.items() if not test] == []
