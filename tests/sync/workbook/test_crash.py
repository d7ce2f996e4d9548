"""A run killed at any file operation of a save leaves the old workbook or the new one, and the next run works."""

import json
import os
import subprocess
import sys
from pathlib import Path

from sync.ports import RowWrite, WritePlan
from sync.workbook import WorkbookSheet, create_workbook


def printed(program: str, *arguments: Path) -> list[str]:
    """Run a program of its own and return the lines that it prints; whatever a child of it complains of is shown.

    A process with threads must not fork: that is why the suite does not, and why numpy must not start any of its own.
    """
    command, alone = [sys.executable, "-c", program, *map(str, arguments)], {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, env=alone)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.splitlines()


KILLED_SAVE = """
import os, signal, sys
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
    snapshot = sheet.read()
    child = os.fork()
    if child == 0:
        seen = 0
        def kill(event, arguments):
            global seen
            if event not in OPERATIONS:
                return
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(kill)
        sheet.write(plan, snapshot)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    results = sheet.read().service_tab("results").cells
    state = "old" if path.read_bytes() == original else "new" if results[1:] == (("neu",),) else "broken"
    print(code, state, flush=True)  # what is still unwritten would be written by a child, too
    if code != -9:
        break
"""


def test_kill_at_every_file_operation_leaves_the_old_workbook_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    create_workbook(path, "de")
    lines = printed(KILLED_SAVE, path)
    assert lines[-1] == "0 new"
    assert len(lines) > 5, "the operations were seen"
    killed = [line.split() for line in lines[:-1]]
    assert {code for code, _ in killed} == {"-9"}
    assert {state for _, state in killed} == {"old", "new"}
    states = [state for _, state in killed]
    assert states == sorted(states, reverse=True), "old until the one replacement, new from then on"
    for draft in tmp_path.glob(".a.xlsx.*.draft"):
        os.utime(draft, (0, 0))
    sheet = WorkbookSheet(path, "de")
    sheet.write(WritePlan(rows=(RowWrite(tab="results", row=2, column=0, values=("weiter",)),)), sheet.read())
    assert list(tmp_path.iterdir()) == [path]


KILLED_REPLACEMENT = """
import json, os, pathlib, signal, sys
from pathlib import Path
import sync.workbook.replace
from sync.workbook.replace import replace_file

path = Path(sys.argv[1])
OLD, NEW = b"old" * 40_000, b"new" * 50_000
OPERATIONS = {
    "open", "write", "flush", "fsync", "fchmod", "fchown", "close", "__exit__", "replace", "unlink", "stat", "read",
}
FILES = {sync.workbook.replace.__file__, pathlib.__file__}

def replaced(step, labels):
    # Before and after each call of the system, as the interpreter itself reports them.
    def watch(frame, what, function):
        if what in ("c_call", "c_return", "c_exception") and frame.f_code.co_filename in FILES:
            if function.__name__ in OPERATIONS:
                labels.append(("before " if what == "c_call" else "after ") + function.__name__)
                if len(labels) == step:
                    os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(watch)
    replace_file(path, OLD, NEW)
    sys.setprofile(None)

states, code = [], -9
while code == -9 and len(states) < 200:
    path.write_bytes(OLD)
    child = os.fork()
    if child == 0:
        replaced(len(states) + 1, [])
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    states.append({OLD: "old", NEW: "new"}.get(path.read_bytes(), "broken"))
    for draft in path.parent.glob(".*.draft"):
        draft.unlink()
labels = []
path.write_bytes(OLD)
replaced(0, labels)
print(json.dumps({"code": code, "states": states[:-1], "labels": labels}))
"""


def test_kill_before_and_after_every_call_of_a_replacement_leaves_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    (line,) = printed(KILLED_REPLACEMENT, path)
    found = json.loads(line)
    assert found["code"] == 0
    assert len(found["states"]) == len(found["labels"]) > 25, "each is one kill"
    assert set(found["states"]) == {"old", "new"}
    replacement = found["labels"].index("before replace")
    assert found["states"] == ["old"] * (replacement + 1) + ["new"] * (len(found["labels"]) - replacement - 1)
    assert list(tmp_path.iterdir()) == [path]


def test_replacement_is_on_the_disk_before_it_takes_the_place_and_its_name_afterwards(tmp_path: Path) -> None:
    (line,) = printed(KILLED_REPLACEMENT, tmp_path / "a.xlsx")
    durable = {"before write", "before flush", "after fsync", "before replace"}
    steps = [label for label in json.loads(line)["labels"] if label in durable]
    assert steps == ["before write", "before flush", "after fsync", "before replace", "after fsync"]


DRAFTS = """
import sys
from pathlib import Path
from sync.workbook.replace import replace_file

sys.addaudithook(lambda event, arguments: event == "os.rename" and print(arguments[0]))
path = Path(sys.argv[1])
for old, new in ((b"a", b"b"), (b"b", b"c")):
    replace_file(path, old, new)
"""


def test_every_save_has_a_draft_of_its_own_in_the_folder_of_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"a")
    drafts = printed(DRAFTS, path)
    assert (len(drafts), len(set(drafts))) == (2, 2)
    assert {Path(draft).parent for draft in drafts} == {tmp_path}
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"c", [path])


FULL = """
import resource, signal, sys
from pathlib import Path
from sync.errors import OutsideError
from sync.workbook.replace import replace_file

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then a write beyond the limit fails as on a full disk
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    replace_file(Path(sys.argv[1]), b"old", b"new" * 10_000)
except OutsideError as error:
    print(error.permanent, error)
"""


def test_full_disk_is_said_in_one_sentence_and_leaves_the_workbook_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    assert printed(FULL, path) == [f"False {path} cannot be written: File too large; nothing was changed."]
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"old", [path])
