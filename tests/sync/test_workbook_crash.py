"""A run killed at any file operation of a save leaves the old workbook or the new one, and the next run works."""

import os
import subprocess
import sys
from pathlib import Path

from sync.ports import RowWrite, WritePlan
from sync.workbook import WorkbookSheet, create_workbook

KILLED_AT = """
import os, sys
from pathlib import Path
from sync.ports import RowWrite, WritePlan
from sync.workbook import WorkbookSheet
import sync.workbook.save

path = Path(sys.argv[1])
sheet = WorkbookSheet(path, "de")
original = path.read_bytes()
plan = WritePlan(rows=(RowWrite(tab="results", row=2, column=0, values=("neu",)),))
OPERATIONS = {"open", "os.rename", "os.remove", "os.chmod", "os.chown", "os.truncate", "os.link"}
for step in range(1, 100):
    path.write_bytes(original)
    child = os.fork()
    if child == 0:
        snapshot = sheet.read()
        seen = 0
        def kill(event, arguments):
            global seen
            seen += event in OPERATIONS
            if seen == step:
                os._exit(9)
        sys.addaudithook(kill)
        sheet.write(plan, snapshot)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    results = sheet.read().service_tab("results").cells
    state = "old" if path.read_bytes() == original else "new" if results[1:] == (("neu",),) else "broken"
    print(code, state)
    if code == 0:
        break
"""


def test_kill_at_every_file_operation_leaves_the_old_workbook_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    create_workbook(path, "de")
    command = [sys.executable, "-c", KILLED_AT, str(path)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert lines[-1] == "0 new"
    assert len(lines) > 5, "the operations were seen"
    killed = [line.split() for line in lines[:-1]]
    assert {code for code, _ in killed} == {"9"}
    assert {state for _, state in killed} == {"old", "new"}
    states = [state for _, state in killed]
    assert states == sorted(states, reverse=True), "old until the one replacement, new from then on"
    for draft in tmp_path.glob(".a.xlsx.*.draft"):
        os.utime(draft, (0, 0))
    sheet = WorkbookSheet(path, "de")
    sheet.write(WritePlan(rows=(RowWrite(tab="results", row=2, column=0, values=("weiter",)),)), sheet.read())
    assert list(tmp_path.iterdir()) == [path]


DRAFTS = """
import sys
from pathlib import Path
from sync.workbook.replace import replace_file

sys.addaudithook(lambda event, arguments: event == "os.rename" and print(arguments[0]))
path = Path(sys.argv[1])
for old, new in ((b"a", b"b"), (b"b", b"c")):
    replace_file(path, old, new)
"""


def test_every_save_has_a_draft_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"a")
    command = [sys.executable, "-c", DRAFTS, str(path)]
    drafts = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert (len(drafts), len(set(drafts))) == (2, 2)
    assert {Path(draft).parent for draft in drafts} == {tmp_path}
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"c", [path])
