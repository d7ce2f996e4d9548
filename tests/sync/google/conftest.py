"""What the tests of this folder share because it takes seconds: a spreadsheet that `setup` has made, and a town."""

from collections.abc import Iterator

import pytest

from sync.layout import SetupReport
from tests.sync.google.setup_build import Case, case_of
from tests.sync.google.town import Beginning, beginning


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Case, SetupReport]]:
    with case_of(tmp_path_factory.mktemp("new")) as case:
        yield case, case.set_up()


@pytest.fixture(scope="session")
def new_sheet(_made: tuple[Case, SetupReport]) -> Case:
    """A new spreadsheet after `setup`: look at it, change only copies of it (`case_of`)."""
    return _made[0]


@pytest.fixture(scope="session")
def new_report(_made: tuple[Case, SetupReport]) -> SetupReport:
    """What that `setup` said."""
    return _made[1]


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beginning]:
    """The small alliance after its first syncs: play on copies of it (`town_of`)."""
    with beginning(tmp_path_factory.mktemp("begun")) as begun:
        yield begun
