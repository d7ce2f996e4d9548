"""Fixtures of the tests of whole sheets."""

from collections.abc import Iterator

import pytest

from tests.sync.worlds import Worlds, opened_worlds


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """Sheets as `setup` leaves them, to be had in copies; made once, because `setup` takes its time."""
    with opened_worlds(tmp_path_factory.mktemp("worlds")) as worlds:
        yield worlds
