"""The tests notice faults in the Google adapter."""

from pathlib import Path

import pytest

from tests.mutants import misfits, noticed
from tests.sync.google.mutants import MUTANTS


def test_every_fault_still_fits() -> None:
    assert misfits(MUTANTS) == []
    assert len(MUTANTS) >= 15


@pytest.mark.campaign
def test_every_fault_is_noticed(tmp_path: Path) -> None:
    found = noticed(tmp_path, MUTANTS)
    assert [name for name, test in found.items() if not test] == []
