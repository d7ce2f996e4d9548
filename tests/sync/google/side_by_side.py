"""Long work on both cores: two processes, each with half of the cases. The default suite has its own (`-n`)."""

import gc
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

PROCESSES = 2

Case = TypeVar("Case")
Found = TypeVar("Found")


def side_by_side(play: Callable[[Sequence[Case]], list[Found]], cases: Sequence[Case]) -> list[Found]:
    """Return what `play`, a function of a module, finds in all cases."""
    halves = [cases[start::PROCESSES] for start in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return [found for half in pool.map(partial(_play, play), halves) for found in half]


def _play(play: Callable[[Sequence[Case]], list[Found]], cases: Sequence[Case]) -> list[Found]:
    gc.freeze()  # what was imported, as `tests.conftest` does
    return play(cases)


def fresh_folder(parent: Path) -> Path:
    """Return a new folder in another one."""
    return Path(mkdtemp(dir=parent))
