"""Faults put into copies of the project on purpose, where the tests named beside each must fail.

What belongs here: what a fault is, and trying it out. The faults stand beside the tests that must notice them.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("scoring", "reports", "sync", "tests", "pyproject.toml")
PROCESSES = 2
LONGEST = 90
"""Seconds; a fault that makes the tests hang is noticed, too."""

FAILED = 1
"""How pytest ends when a test failed: not because it found none, and not because of its own options."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One fault: `old` occurs once in `file` and becomes `new`; one of `tests` fails then (`only`: pytest's -k)."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    only: str = ""


def misfits(mutants: Sequence[Mutant]) -> list[str]:
    """Return what is wrong with them: a place that is not there exactly once, a name twice, a test that is gone."""
    counts = {(one.file, one.old): (ROOT / one.file).read_text(encoding="utf-8").count(one.old) for one in mutants}
    names = [one.name for one in mutants]
    return [
        *(f"{count} times in {file}: {old}" for (file, old), count in counts.items() if count != 1),
        *(f"twice: {name}" for name in dict.fromkeys(names) if names.count(name) > 1),
        *(f"no test: {test}" for one in mutants for test in one.tests if not (ROOT / test).exists()),
    ]


def noticed(folder: Path, mutants: Sequence[Mutant]) -> Mapping[str, str]:
    """Try all faults, each in a copy below the folder; return by name which test noticed it, "" for none."""
    folders = [folder / str(number) for number in range(len(mutants))]
    for each in folders:
        each.mkdir()
    with ThreadPoolExecutor(PROCESSES) as pool:
        found = pool.map(_caught, folders, mutants)
        told = {one.name: test for one, test in zip(mutants, found, strict=True)}
    print("\n" + "\n".join(f"{name} → {test or 'NOT NOTICED'}" for name, test in told.items()))
    return told


def _caught(folder: Path, mutant: Mutant) -> str:
    """Put the fault into a copy in that folder and return by which test it is noticed, "" when it is not."""
    copy = _project_copy(folder)
    file = copy / mutant.file
    file.write_text(file.read_text(encoding="utf-8").replace(mutant.old, mutant.new), encoding="utf-8")
    found = _noticed_by(copy, mutant.tests, mutant.only)
    shutil.rmtree(copy)
    return found


def _project_copy(folder: Path) -> Path:
    """Return a copy of what the tests need."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def _noticed_by(folder: Path, tests: Sequence[str], only: str) -> str:
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
