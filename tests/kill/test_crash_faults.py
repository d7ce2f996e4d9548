"""The tests of crashes and of real delivery notice faults."""

from pathlib import Path

import pytest

from tests.kill.mutants import MUTANTS
from tests.mutants import misfits, noticed


def test_every_fault_of_crashes_and_delivery_still_fits() -> None:
    assert misfits(MUTANTS) == []
    assert len(MUTANTS) >= 10


@pytest.mark.campaign
def test_every_fault_of_crashes_and_delivery_is_noticed(tmp_path: Path) -> None:
    found = noticed(tmp_path, MUTANTS)
    assert [name for name, test in found.items() if not test.startswith("test_")] == [], "a slow test is no proof"
