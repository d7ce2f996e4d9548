"""Python's collector of cyclic garbage, paused for the length of one run."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector from looking through the millions of cells of a run, none of which is in a cycle.

    It takes a fifth of a run of 10 000 actors, and the run's peak of memory is the same without it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
