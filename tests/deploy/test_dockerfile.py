"""The image, and what both ways of installing share. Nothing is built here: that needs Docker and its registry."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from sync.cli import SETUP_WRONG, _parser
from sync.config import SheetConfig
from sync.delivery.password import CREDENTIAL

DEPLOY = Path("deploy")
INSTALL = (DEPLOY / "install").read_text(encoding="utf-8")
PROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
SECRETS = ("config.toml", SheetConfig().credentials.name, CREDENTIAL, "state.db", ".git", "outbox")


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, rest in lines]


def all_of(name: str) -> list[str]:
    return [rest for found, rest in instructions() if found == name]


def copied() -> list[str]:
    """What is copied out of the folder of the program."""
    return [part for rest in all_of("COPY") if not rest.startswith("--from") for part in rest.split()[:-1]]


def environment() -> dict[str, str]:
    return dict(part.split("=", 1) for rest in all_of("ENV") for part in shlex.split(rest))


def needed() -> set[str]:
    """The packages that deploy/install picks out of the lock."""
    (program,) = re.findall(r"<<'EOF'\n(.+?)^EOF$", INSTALL, re.DOTALL | re.MULTILINE)
    run = subprocess.run(
        [sys.executable, "-", "pyproject.toml", "requirements.lock"],
        input=program,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in run.stdout.splitlines() if re.match(r"\w", line)]
    assert run.stdout.count("--hash=sha256:") >= len(lines)
    return {canonicalize_name(line.partition("==")[0]) for line in lines}


def required(names: list[str]) -> set[str]:
    """What these requirements need on this machine, whatever they need included."""
    found: set[str] = set()
    waiting = [Requirement(name) for name in names]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        extras = requirement.extras or {""}
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        if name not in found:
            found.add(name)
            inner = [Requirement(text) for text in requires(name) or ()]
            waiting += [
                one for one in inner if not one.marker or any(one.marker.evaluate({"extra": e}) for e in extras)
            ]
    return found


def test_everything_that_is_copied_is_there() -> None:
    assert (bool(copied()), [source for source in copied() if not Path(source).exists()]) == (True, [])


def test_nothing_else_gets_near_the_image() -> None:
    ignore = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    assert (ignore[1], let_in) == ("*", set(copied()))


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_copied(secret: str) -> None:
    assert [source for source in copied() if source in {".", "./", secret} or Path(source, secret).exists()] == []


def test_image_ends_as_a_user_of_its_own() -> None:
    (user,) = all_of("USER")
    (created,) = [rest for rest in all_of("RUN") if rest.startswith("useradd")]
    names = [name for name, _ in instructions()]
    assert (created.split("&&")[0].split()[-1], "--system" in created, user) == (user, True, "klima-allianz")
    assert names[names.index("USER") :] == ["USER", "WORKDIR", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"]


def test_image_has_only_a_python_that_the_program_runs_on() -> None:
    versions = [re.findall(r"python:(\d+\.\d+)-slim", rest) for rest in all_of("FROM")]
    assert versions[0] == versions[1]
    assert versions[0][0] in SpecifierSet(PROJECT["requires-python"])


def test_image_starts_the_worker_and_asks_it_how_it_is() -> None:
    program, arguments = json.loads(all_of("ENTRYPOINT")[0]), json.loads(all_of("CMD")[0])
    _, _, asks = all_of("HEALTHCHECK")[0].partition("CMD ")
    asked = _parser().parse_args(json.loads(asks)[1:])
    assert (program, json.loads(asks)[:1]) == (["klima-allianz"], ["klima-allianz"])
    assert (_parser().parse_args(arguments).command, asked.command, asked.where) == ("worker", "status", "health")


def test_image_keeps_what_must_last_in_its_volume() -> None:
    (volume,) = all_of("VOLUME")
    assert (all_of("WORKDIR")[-1], environment()["KLIMA_ALLIANZ_CONFIG"]) == (volume, "/etc/klima-allianz/config.toml")
    assert "MPLCONFIGDIR" in environment()


def test_image_looks_for_secrets_where_the_page_puts_them() -> None:
    page = Path("docs/betrieb.md").read_text(encoding="utf-8")
    found = re.findall(rf":{environment()['CREDENTIALS_DIRECTORY']}/(\S+):ro", page)
    assert found == [SheetConfig().credentials.name, CREDENTIAL]


def test_install_takes_what_running_needs_and_nothing_for_tests() -> None:
    running = required([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["pdf"], "setuptools"])
    testing = {canonicalize_name(Requirement(name).name) for name in PROJECT["optional-dependencies"]["dev"]}
    assert (running - needed(), needed() & (testing - {"setuptools"})) == (set(), set())


def test_install_checks_every_hash() -> None:
    from_the_registry = [line for line in INSTALL.splitlines() if line.startswith("pip install")]
    assert ["--require-hashes" in line or '"$work"' in line for line in from_the_registry] == [True, True]
    assert ["--no-deps" in line for line in from_the_registry] == [True, True]


def test_install_touches_no_folder_that_is_there(tmp_path: Path) -> None:
    run = subprocess.run(["/bin/sh", DEPLOY / "install", tmp_path], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (
        SETUP_WRONG,
        "",
        f"✗ {tmp_path} is there already; name a new folder.\n",
    )
    assert list(tmp_path.iterdir()) == []
