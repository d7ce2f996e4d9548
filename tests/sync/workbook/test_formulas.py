"""Formulas of a team: `setup` and every sync keep their text, their value and its type, whoever saved the workbook."""

import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from scoring.snapshot import NOT_CALCULATED
from sync.cli import DONE, main
from sync.layout import SetupReport
from sync.layout.lookup_formula import lookup
from sync.workbook import WorkbookSheet, extend_workbook

TODAY = "2026-11-24"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(path: Path, rows: str) -> None:
    """A workbook of one tab Akteure whose rows are this XML."""
    book = Workbook()
    book.worksheets[0].title = "Akteure"
    book.save(path)
    rewrite(path, SHEET, re.compile(rb"<sheetData\s*/>|<sheetData></sheetData>"), f"<sheetData>{rows}</sheetData>")


def rewrite(path: Path, name: str, old: re.Pattern[bytes], new: str) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    parts[name], count = old.subn(lambda _: new.encode(), parts[name])
    assert count == 1
    with zipfile.ZipFile(path, "w") as package:
        for part, content in parts.items():
            package.writestr(part, content)


def text(address: str, value: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{value}</t></is></c>'


def formulas(path: Path) -> dict[str, bytes]:
    """The exact bytes of every cell with a formula on the first tab."""
    with zipfile.ZipFile(path) as package:
        part = package.read(SHEET)
    found = re.finditer(rb'<c r="([A-Z]+\d+)"[^>]*?(?:/>|>.*?</c>)', part, re.DOTALL)
    return {match[1].decode(): match[0] for match in found if b"<f" in match[0]}


CELLS = (
    '<c r="B2"><f>SUM(C2:D2)</f><v>4200</v></c>',
    '<c r="B3" t="str"><f>C2&amp;"x"</f><v>x</v></c>',
    '<c r="B4" t="str"><f>""</f><v></v></c>',
    '<c r="B5" t="b"><f>TRUE()</f><v>1</v></c>',
    '<c r="B6" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    '<c r="B7"><f t="shared" ref="B7:B8" si="0">SUM(C2)</f><v>4200</v></c>',
    '<c r="B8"><f t="shared" si="0"/><v>7</v></c>',
    '<c r="B9"><f t="array" ref="B9:B9">SUM(C2:D2*2)</f><v>4200</v></c>',
    '<c r="B10" s="0" cm="1"><f ca="1">NOW()</f><v>46000.5</v></c>',
    '<c r="B11" s="0" t="n"><f aca="false">SUM(C2:D2)</f><v>4200</v></c>',
    '<c r="B12" t="str"><f>IFERROR(__xludf.DUMMYFUNCTION("GOOGLEFINANCE(""X"")"),"hoch")</f><v>hoch</v></c>',
    '<c r="B13"><f>SUM(C2:D2)</f></c>',
)
"""Each type of value; shared and array formulas; with a look; of LibreOffice, of Google; without a value."""


def test_setup_keeps_every_kind_of_formula_with_its_value(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = "".join(f'<row r="{row}">{text(f"A{row}", f"Firma {row}")}{cell}</row>' for row, cell in enumerate(CELLS, 2))
    workbook(path, f'<row r="1">{text("A1", "Name")}{text("B1", "Mein Feld")}</row>{rows}')
    before = WorkbookSheet(path, "de").read().tabs[0].cells
    extend_workbook(path, "de")
    after = WorkbookSheet(path, "de").read().tabs[0]
    assert after.lookups["stage"] == 2
    assert tuple(formulas(path).values()) == tuple(cell.encode() for cell in CELLS)
    assert before == (after.cells[0][:2], *after.cells[1:])
    with zipfile.ZipFile(path) as package:
        assert b'fullCalcOnLoad="1"' in package.read("xl/workbook.xml")


def synced(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, object]]]:
    capsys.readouterr()
    assert main(["sync", "--json", "--today", TODAY, "--config", str(folder / "config.toml")]) == DONE
    document: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return document


def impacts(document: dict[str, list[dict[str, object]]]) -> dict[object, object]:
    return {actor["name"]: actor["impact"] for actor in document["actors"]}


SUMS = (
    f'<row r="1">{text("A1", "Name")}{text("B1", "THG")}{text("C1", "Gas")}{text("D1", "Öl")}</row>'
    f'<row r="2">{text("A2", "Klinikum")}<c r="B2"><f>SUM(C2:D2)</f><v>4200</v></c>'
    '<c r="C2"><v>4000</v></c><c r="D2"><v>200</v></c></row>'
    f'<row r="3">{text("A3", "Stadtwerke")}<c r="B3"><f>SUM(C3:D3)</f><v>30</v></c><c r="C3"><v>30</v></c></row>'
)
TYPED = re.sub(r"<f>[^<]*</f>", "", SUMS)


def test_a_sum_in_thg_counts_as_if_typed_after_setup_and_three_syncs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = {}
    for name, rows in (("sum", SUMS), ("typed", TYPED)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "config.toml").write_text("")
        workbook(folder / "allianz.xlsx", rows)
        before = formulas(folder / "allianz.xlsx")
        assert main(["setup", "--config", str(folder / "config.toml")]) == DONE
        seen[name] = [impacts(synced(folder, capsys)) for _ in range(3)]
        assert formulas(folder / "allianz.xlsx") == before
    assert seen["sum"] == seen["typed"]
    assert seen["sum"][0] == seen["sum"][2]
    assert set(seen["sum"][0]) == {"Klinikum", "Stadtwerke"}


def test_a_formula_that_nobody_calculated_is_unknown_and_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("")
    workbook(tmp_path / "allianz.xlsx", SUMS.replace("<v>4200</v>", ""))
    assert WorkbookSheet(tmp_path / "allianz.xlsx", "de").read().tabs[0].cells[1][1] == NOT_CALCULATED
    notes = [(note["cell"], note["message"]) for note in synced(tmp_path, capsys)["notes"]]
    assert (
        "B2",
        "Die Formel in „THG“ ist noch nicht berechnet, der Wert gilt als unbekannt. Bitte die Datei einmal in "
        "LibreOffice oder Excel öffnen und speichern.",
    ) in notes


def test_setup_says_which_formulas_nobody_calculated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("")
    once = "without a value, which is unknown: open the file once in LibreOffice or Excel and save it."
    for rows, said in (
        (SUMS.replace("<v>4200</v>", ""), f"To do: Akteure!B2 holds a formula {once}"),
        (re.sub("</f><v>[0-9]*</v>", "</f>", SUMS), f"To do: 2 cells of Akteure (from B2) hold formulas {once}"),
    ):
        workbook(tmp_path / "allianz.xlsx", rows)
        capsys.readouterr()
        assert main(["setup", "--config", str(tmp_path / "config.toml")]) == DONE
        assert said in capsys.readouterr().out.splitlines()


# --- exported from Google


def exported(field: str, header: str, shown: str) -> str:
    """The formula of a grey column as Google exports it."""
    formula = lookup(field, header=header, key_column=0, header_row=1, title="Auswertung", separator=",").formula
    quoted = formula[1:].replace('"', '""').replace("<", "&lt;").replace("&", "&amp;")
    return f'IFERROR(__xludf.DUMMYFUNCTION("{quoted}"),"{shown}")'


def google_workbook(path: Path, formula: str) -> None:
    head = f'<row r="1">{text("A1", "Name")}<c r="B1" t="str"><f>{formula}</f><v>Rang</v></c>'
    spilled = 'IFERROR(__xludf.DUMMYFUNCTION("""COMPUTED_VALUE"""),7.0)'
    workbook(path, f'{head}</row><row r="2">{text("A2", "Klinikum")}<c r="B2"><f>{spilled}</f><v>7</v></c></row>')


def test_setup_knows_a_grey_column_again_that_google_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "allianz.xlsx"
    (tmp_path / "config.toml").write_text("")
    google_workbook(path, exported("rank", "Rang", "Rang"))
    report = extend_workbook(path, "de")
    assert "Akteure: B1 is known again as our Rang" in report.added
    assert WorkbookSheet(path, "de").read().tabs[0].lookups["rank"] == 1
    assert "Rang (berechnet)" not in WorkbookSheet(path, "de").read().tabs[0].cells[0]
    assert extend_workbook(path, "de") == SetupReport(added=(), has_actors=True)
    synced(tmp_path, capsys)
    assert WorkbookSheet(path, "de").read().tabs[0].cells[1][:2] == ("Klinikum", 1)


@pytest.mark.parametrize(
    "formula",
    [
        exported("rank", "Rang", "Rang").replace("IFNA", "IFERROR"),
        'IFERROR(__xludf.DUMMYFUNCTION("QUERY(A1:B9)"),"Rang")',
        '"Rang"',
    ],
)
def test_setup_leaves_a_column_alone_whose_formula_is_another(tmp_path: Path, formula: str) -> None:
    path = tmp_path / "a.xlsx"
    google_workbook(path, formula)
    before = formulas(path)
    extend_workbook(path, "de")
    tab = WorkbookSheet(path, "de").read().tabs[0]
    assert (tab.cells[0][:4], tab.lookups["rank"]) == (("Name", "Rang", "Stand", "Rang (berechnet)"), 3)
    assert formulas(path) == before


# --- saved by LibreOffice, and opened by it again


SOFFICE = shutil.which("soffice")
TEAM = Path(__file__).parent / "team.fods"
ALWAYS_CALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
"""LibreOffice calculates a workbook that it or Excel saved only for a user who asks for it in the options."""


def converted(source: Path, folder: Path, profile: Path) -> Path:
    """The workbook as LibreOffice saves it after opening and calculating the source."""
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_CALCULATE)
    subprocess.run(
        [
            *(str(SOFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"),
            *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), str(source)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    return folder / f"{source.stem}.xlsx"


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_a_workbook_of_libreoffice_is_set_up_synced_and_calculated_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = converted(TEAM, tmp_path, tmp_path / "profile")
    (tmp_path / "config.toml").write_text('[sheet]\nworkbook = "team.xlsx"\n')
    before, cells = formulas(path), WorkbookSheet(path, "de").read().tabs[0].cells
    assert cells[3:5] == (("Klinikum Nord", 4200, 1200, 3000, "hoch"), ("Bäckerei", 30, 10, 20))
    assert main(["setup", "--config", str(tmp_path / "config.toml")]) == DONE
    synced(tmp_path, capsys)
    assert formulas(path) == before
    rewrite(path, SHEET, re.compile(rb"(?<=<v>)1200(?=</v>)"), "2200")
    after = load_workbook(converted(path, tmp_path / "again", tmp_path / "profile"), data_only=True)["Akteure"]
    shown = [[cell.value for cell in row] for row in after["A3:G5"]]
    assert shown == [
        ["Firma", "THG", "Zukauf", "Gas", "Rang", "Stand", "Rang (berechnet)"],
        ["Klinikum Nord", 5200, 2200, 3000, "hoch", "identifiziert", 1],
        ["Bäckerei", 30, 10, 20, None, "identifiziert", 2],
    ]
    assert [str(area) for area in after.merged_cells.ranges] == ["A1:F1"]
    assert after.row_dimensions[5].hidden
    assert after["A4"].comment.text.startswith("Bitte zuerst anrufen")
    assert after["F3"].comment.text.startswith("Wird berechnet")
    assert {rule.formula1 for rule in after.data_validations.dataValidation} >= {'"ja,nein"'}
