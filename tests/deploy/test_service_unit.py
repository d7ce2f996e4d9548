"""The units, judged by systemd itself, and the command for a person; what rests on the code is compared with it."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from sync.cli import SETUP_WRONG, _parser
from sync.config import SheetConfig
from sync.delivery.password import CREDENTIAL
from sync.google import Patience
from sync.working import TICK

DEPLOY = Path("deploy")
UNITS = ("klima-allianz.service", "klima-allianz-backup.service", "klima-allianz-backup.timer")
COMMAND = DEPLOY / "klima-allianz"
LARGEST_EXPOSURE = 1.5
"""From 0 (shut off) to 10 by `systemd-analyze security`; what is left is mostly the network, which is needed."""

ANALYZE = shutil.which("systemd-analyze") or ""

needs_systemd = pytest.mark.skipif(not ANALYZE, reason="systemd-analyze is not installed (Debian: systemd)")


def settings() -> dict[str, list[str]]:
    """What the unit says, by name in the order of the file."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / UNITS[0]).read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def seconds(name: str) -> int:
    return int(settings()[name][0])


@needs_systemd
@pytest.mark.parametrize("unit", UNITS)
def test_unit_is_understood_by_systemd(unit: str, tmp_path: Path) -> None:
    program = shutil.which("true")
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(re.sub(r"^(ExecStart=)\S+", rf"\1{program}", text, flags=re.MULTILINE))
    run = subprocess.run([ANALYZE, "verify", "--man=no", tmp_path / unit], capture_output=True, text=True, check=False)
    ours = [line for line in run.stderr.splitlines() if "klima-allianz" in line]
    assert (run.returncode, ours) == (0, [])


@needs_systemd
def test_unit_exposes_little(tmp_path: Path) -> None:
    unit = shutil.copy(DEPLOY / UNITS[0], tmp_path)
    threshold = f"--threshold={int(LARGEST_EXPOSURE * 10)}"
    run = subprocess.run(
        [ANALYZE, "security", "--offline=true", "--no-pager", threshold, unit],
        capture_output=True,
        text=True,
        check=False,
    )
    (line,) = re.findall(r"Overall exposure level.*", run.stdout)
    print(line)
    assert run.returncode == 0, line


def test_unit_starts_the_worker_with_the_configuration_that_it_is_handed() -> None:
    program, *arguments = shlex.split(settings()["ExecStart"][0])
    config = "${CREDENTIALS_DIRECTORY}/config.toml"
    told = _parser().parse_args(arguments)
    assert (program, told.command, str(told.config)) == (
        "/opt/klima-allianz/current/bin/klima-allianz",
        "worker",
        config,
    )


def test_unit_hands_over_what_the_code_looks_for() -> None:
    needed = ["config.toml", SheetConfig().credentials.name, CREDENTIAL]
    assert settings()["LoadCredential"] == [f"{name}:/etc/klima-allianz/{name}" for name in needed]
    assert settings()["SetCredential"] == [f"{name}:\\n" for name in needed[1:]]  # a team may need neither


def test_unit_waits_longer_than_the_code_takes() -> None:
    a_request = Patience().deadline
    assert (seconds("WatchdogSec") > 2 * (a_request + TICK), seconds("TimeoutStopSec") > a_request) == (True, True)


def test_unit_does_not_try_again_what_a_person_must_put_right() -> None:
    assert settings()["RestartPreventExitStatus"] == [str(SETUP_WRONG)]


@pytest.mark.parametrize("name", ["StateDirectory", "StateDirectoryMode", "CacheDirectory", "UMask", "ProtectSystem"])
def test_command_for_a_person_runs_as_the_service_does(name: str) -> None:
    assert re.findall(rf"-p {name}=(\S+)", COMMAND.read_text(encoding="utf-8")) == settings()[name]


def test_command_for_a_person_hands_over_the_same_files() -> None:
    (files,) = re.findall(r"^for file in (.+); do$", COMMAND.read_text(encoding="utf-8"), re.MULTILINE)
    assert files.split() == [entry.partition(":")[0] for entry in settings()["LoadCredential"]]


def test_command_for_a_person_asks_for_sudo() -> None:
    run = subprocess.run(
        ["/bin/sh", "-s", "--", "mail", "list"],
        input=COMMAND.read_text(encoding="utf-8"),
        capture_output=True,
        text=True,
        check=False,
        user="nobody" if os.geteuid() == 0 else None,
    )
    assert (run.returncode, run.stdout, run.stderr) == (
        2,
        "",
        "✗ klima-allianz: only root may act for the service; write: sudo klima-allianz mail list\n",
    )
