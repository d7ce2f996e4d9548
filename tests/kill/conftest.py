"""The town that runs are killed and stopped in, on a workbook."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kill.harness import Harness, harness, place_in_memory
from tests.kill.sides import WorkbookSide


@pytest.fixture(scope="session")
def town() -> Iterator[Harness]:
    """The town just before the sync that is killed or stopped; every try gets a copy of its own."""
    with (
        tempfile.TemporaryDirectory(dir=place_in_memory(), prefix="killed-") as folder,
        harness(Path(folder), WorkbookSide()) as made,
    ):
        yield made
