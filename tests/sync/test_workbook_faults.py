"""The tests of workbooks notice faults in the saving, in copies of the project as for the Google adapter."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.sync.google.test_adapter_faults import PROCESSES, ROOT, caught
from tests.sync.workbook_faults import MUTANTS


def test_every_fault_of_saving_still_fits() -> None:
    counts = {(one.file, one.old): (ROOT / one.file).read_text(encoding="utf-8").count(one.old) for one in MUTANTS}
    assert {place: count for place, count in counts.items() if count != 1} == {}
    assert len({one.name for one in MUTANTS}) == len(MUTANTS) >= 20
    assert [test for one in MUTANTS for test in one.tests if not (ROOT / test).exists()] == []


@pytest.mark.campaign
def test_every_fault_of_saving_is_noticed(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(len(MUTANTS))]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(PROCESSES) as pool:
        found = dict(zip(MUTANTS, pool.map(caught, folders, MUTANTS), strict=True))
    shutil.rmtree(tmp_path)
    print("\n" + "\n".join(f"{one.name} → {test or 'NOT NOTICED'}" for one, test in found.items()))
    assert [one.name for one, test in found.items() if not test.startswith("test_")] == [], "a slow test is no proof"
