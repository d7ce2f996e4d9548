"""The same on a Google Sheet: stopped at each HTTP call, too, with the lock and without. It takes a campaign's time."""

from collections.abc import Iterator

import pytest

from tests.kill.harness import Harness
from tests.kill.test_killed_google_sync import google_town
from tests.kill.test_stopped_sync import course, stopped_again_and_again, tried


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """The town just before the sync that is stopped."""
    with google_town(tmp_path_factory.mktemp("worlds")) as made:
        yield made


@pytest.mark.campaign
def test_run_on_a_google_sheet_that_stands_still_everywhere_is_as_if_it_had_not(town: Harness) -> None:
    assert stopped_again_and_again(town, every=1) == {}


@pytest.mark.campaign
def test_woken_run_on_a_google_sheet_that_lost_its_lock_changes_nothing_more(town: Harness) -> None:
    calls = [number for number, label in enumerate(course(town).labels, 1) if "HTTP" in label]
    assert len(calls) >= 6
    assert tried(town, "HTTP calls", calls) == {}
