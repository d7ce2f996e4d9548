"""The tests of workbooks notice faults in the saving."""

from pathlib import Path

import pytest

from tests.mutants import misfits, noticed
from tests.sync.workbook.mutants import MUTANTS


def test_every_fault_of_saving_still_fits() -> None:
    assert misfits(MUTANTS) == []
    assert len(MUTANTS) >= 20


@pytest.mark.campaign
def test_every_fault_of_saving_is_noticed(tmp_path: Path) -> None:
    found = noticed(tmp_path, MUTANTS)
    assert [name for name, test in found.items() if not test.startswith("test_")] == [], "a slow test is no proof"
