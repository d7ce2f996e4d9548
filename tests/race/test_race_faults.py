"""The tests of runs that meet notice faults in what keeps them apart."""

from pathlib import Path

import pytest

from tests.mutants import misfits, noticed
from tests.race.mutants import MUTANTS


def test_every_fault_of_runs_that_meet_still_fits() -> None:
    assert misfits(MUTANTS) == []
    assert len(MUTANTS) >= 15


@pytest.mark.campaign
def test_every_fault_of_runs_that_meet_is_noticed(tmp_path: Path) -> None:
    found = noticed(tmp_path, MUTANTS)
    assert [name for name, test in found.items() if "test_" not in test] == [], "a slow test is no proof"
