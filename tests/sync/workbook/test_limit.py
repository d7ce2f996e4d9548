"""How large a workbook may be is a setting: each command that opens one obeys it, and names it as the way out."""

import random
from pathlib import Path

import pytest

from scoring.memory import Memory
from sync.cli import main
from sync.config import load_config
from sync.contacts import read_contacts
from sync.errors import OutsideError, SetupError
from sync.ports import RowWrite, WritePlan
from sync.workbook import WorkbookSheet, create_workbook
from sync.workbook.package import Package
from tests.scoring.build import alliance
from tests.sync.test_contacts import second_workbook

WAY_OUT = "if it is really yours, raise workbook_mb in config.toml."


def enlarge(path: Path, size: int = 1_000_000) -> None:
    """Give a workbook one more part of so many bytes, which packs to half of them."""
    padding = random.Random(1).randbytes(size // 2).hex().encode()
    path.write_bytes(Package(data=path.read_bytes()).with_parts({"docProps/padding.txt": padding}))


def configured(folder: Path, megabytes: int, contacts: str = "") -> Path:
    path = folder / "config.toml"
    path.write_text(f'[sheet]\nworkbook_mb = {megabytes}\ncontacts = "{contacts}"\n', encoding="utf-8")
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A workbook of one actor that unpacks to more than a megabyte."""
    path = tmp_path / "allianz.xlsx"
    create_workbook(path, "de", {"actors": [{"name": "Klinikum"}]})
    enlarge(path)
    return path


@pytest.mark.parametrize("command", ["sync", "sync --dry-run", "setup", "check", "report", "letter Klinikum"])
def test_workbook_over_the_limit_is_refused_by_every_command(
    large: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    before = large.read_bytes()
    assert main([*command.split(), "--config", str(configured(tmp_path, 1))]) != 0
    said = capsys.readouterr()
    assert f"{large} unpacks to more than 1 MB; {WAY_OUT}\n" in said.out + said.err
    assert large.read_bytes() == before


@pytest.mark.parametrize("command", ["setup", "check", "sync"])
def test_workbook_under_a_raised_limit_is_accepted(
    large: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, "--config", str(configured(tmp_path, 2))]) == 0
    assert "workbook_mb" not in "".join(capsys.readouterr())
    assert large.exists()


def test_file_that_is_larger_than_the_limit_is_not_even_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "allianz.xlsx"
    path.write_bytes(bytes(1_000_001))
    with pytest.raises(SetupError) as caught:
        WorkbookSheet(path, "de", 1).read()
    assert caught.value.problems == (f"{path} is larger than 1 MB; {WAY_OUT}",)


def test_workbook_that_would_outgrow_the_limit_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "allianz.xlsx"
    create_workbook(path, "de")
    enlarge(path, 990_000 - sum(Package(data=path.read_bytes()).sizes.values()))
    before = path.read_bytes()
    long = tuple(RowWrite(tab="results", row=row, column=0, values=(f"{row}" * 8_000,)) for row in range(2, 12))
    sheet = WorkbookSheet(path, "de", 1)
    with pytest.raises(OutsideError) as caught:
        sheet.write(WritePlan(rows=long), sheet.read())
    assert caught.value.permanent
    assert str(caught.value) == (
        f"{path} was not saved; nothing was changed: with the service's rows it unpacks to more than 1 MB; {WAY_OUT}"
    )
    assert path.read_bytes() == before


def test_limit_holds_for_the_second_workbook_with_the_contacts(tmp_path: Path) -> None:
    path = tmp_path / "kontakte.xlsx"
    second_workbook(path)
    enlarge(path)
    content, memory = alliance(actors=[{"name": "Stadtwerke"}]), Memory(address_key=b"secret")
    with pytest.raises(SetupError) as caught:
        read_contacts(load_config(configured(tmp_path, 1, path.name)), content, memory, "de")
    assert caught.value.problems == (f"contacts: {path} unpacks to more than 1 MB; {WAY_OUT}",)
    contacts, _ = read_contacts(load_config(configured(tmp_path, 2, path.name)), content, memory, "de")
    assert contacts["name"].tolist() == ["Eva Lang", "Ole Meer", "Pat Ohne"]
