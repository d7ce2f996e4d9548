"""The commands as a person types them: real files, real state, every foreseen failure one sentence and an exit code."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from scoring.tabs import PEOPLE_TABS
from sync.cli import DONE, OUTSIDE_FAILED, SETUP_WRONG, main

TODAY = "2026-11-24"

RESULT_KEYS = {
    "schema": None,
    "as_of": None,
    "municipality": None,
    "coverage": {
        "publishable",
        "method",
        "year",
        "total_t",
        "min",
        "mid",
        "max",
        "open",
        "signatories",
        "with_data",
        "sentence",
        "by_sector",
    },
    "current_step": None,
    "steps": {"step", "status", "evidence", "next"},
    "actors": {
        "name",
        "stage",
        "stage_since",
        "impact",
        "completeness",
        "ease",
        "low_hanging",
        "top_n_probability",
        "priority",
        "rank",
        "counted_t",
        "share",
        "estimated",
        "recommendation",
        "reason",
    },
    "forecast": None,
    "measures": {"total", "green", "yellow", "red", "overdue", "pledged_t"},
    "notes": {"tab", "cell", "actor", "code", "severity", "message"},
    "run": {"cells_written", "mails_queued", "reads", "writes"},
}


def files(folder: Path) -> dict[str, str]:
    """Every file below the folder with the hash of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def configured(folder: Path, text: str = "") -> str:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def workbook(folder: Path, **tabs: list[list[object]]) -> None:
    book = Workbook()
    for number, (title, rows) in enumerate(tabs.items()):
        sheet = book.worksheets[0] if number == 0 else book.create_sheet()
        sheet.title = title
        for row in rows:
            sheet.append(row)
    book.save(folder / "allianz.xlsx")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demonstration has run once."""
    folder = tmp_path_factory.mktemp("demo") / "musterstadt"
    assert main(["demo", "--into", str(folder), "--today", TODAY]) == DONE
    return folder


def synced(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, object]:
    capsys.readouterr()
    code = main(["sync", "--json", "--today", TODAY, "--config", str(folder / "config.toml"), *more])
    assert code == DONE
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_demo_ends_with_ranking_sentence_step_notes_and_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--into", str(tmp_path / "d"), "--today", TODAY]) == DONE
    printed = capsys.readouterr().out
    for expected in (
        "Wen ihr als Nächstes ansprecht",
        "Die Allianz umfasst mindestens 15 % der Treibhausgasemissionen von Musterstadt",
        "Aktueller Schritt",
        "Hinweise, siehe Tab Hinweise",
        str(tmp_path / "d" / "musterstadt.xlsx"),
        str(tmp_path / "d" / "report" / "team" / "result.json"),
    ):
        assert expected in printed


def test_second_sync_writes_no_cell_and_queues_no_mail(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = hashlib.sha256((demo / "musterstadt.xlsx").read_bytes()).hexdigest()
    assert synced(demo, capsys)["run"] == {"cells_written": 0, "mails_queued": 0, "reads": 1, "writes": 0}
    assert hashlib.sha256((demo / "musterstadt.xlsx").read_bytes()).hexdigest() == before


def test_demo_again_keeps_what_was_tried_out(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(demo / "outbox") | {"workbook": hashlib.sha256((demo / "musterstadt.xlsx").read_bytes()).hexdigest()}
    assert main(["demo", "--into", str(demo), "--today", TODAY]) == DONE
    assert "keeping it" in capsys.readouterr().err
    after = files(demo / "outbox") | {"workbook": hashlib.sha256((demo / "musterstadt.xlsx").read_bytes()).hexdigest()}
    assert after == before


def test_demo_leaves_a_year_of_history(demo: Path) -> None:
    rows = list(load_workbook(demo / "musterstadt.xlsx")["Verlauf"].iter_rows(min_row=2, values_only=True))
    shares = [float(row[1]) for row in rows if row[1] is not None]
    assert (len(rows) >= 6, shares[0], shares == sorted(shares)) == (True, 0.0, True)


def test_result_json_has_exactly_the_documented_fields(demo: Path) -> None:
    document = json.loads((demo / "report" / "team" / "result.json").read_text(encoding="utf-8"))
    assert set(document) == set(RESULT_KEYS)
    for section, keys in RESULT_KEYS.items():
        entries = document[section] if isinstance(document[section], list) else [document[section]]
        assert keys is None or [set(entry) for entry in entries] == [keys] * len(entries), section
    actor = document["actors"][0]
    assert (set(actor["impact"]), set(actor["ease"]), set(actor["counted_t"])) == (
        {"low", "mid", "high"},
        {"low", "mid", "high"},
        {"min", "mid", "max"},
    )
    assert [step["step"] for step in document["steps"]] == list(range(9))


def test_edit_by_a_person_changes_only_what_follows_from_it(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {row["name"]: row for row in synced(demo, capsys)["actors"]}  # type: ignore[attr-defined]
    path = demo / "musterstadt.xlsx"
    original = path.read_bytes()
    book = load_workbook(path)
    sheet = book["Akteure"]
    column = [cell.value for cell in sheet[1]].index("Haltung") + 1
    row = next(cells[0].row for cells in sheet.iter_rows(min_row=2) if cells[0].value == "Zementwerk Kalkgrund GmbH")
    sheet.cell(row, column).value = "Gegner"
    book.save(path)
    after = {row["name"]: row for row in synced(demo, capsys)["actors"]}  # type: ignore[attr-defined]
    changed = {name for name in before if before[name]["ease"] != after[name]["ease"]}
    assert changed == {"Zementwerk Kalkgrund GmbH"}
    assert synced(demo, capsys)["run"] == {"cells_written": 0, "mails_queued": 0, "reads": 1, "writes": 0}
    path.write_bytes(original)


def cells_of_people(path: Path) -> dict[tuple[str, str], object]:
    """Every cell of a person's tab with value, format and comment; the grey columns left out."""
    grey = {"Stand", "Rang", "Schlüsselakteur", "Empfehlung", "Hinweise"}
    book = load_workbook(path)
    found: dict[tuple[str, str], object] = {}
    for spec in PEOPLE_TABS:
        sheet = book[spec.de]
        ours = {cell.column for cell in sheet[1] if cell.value in grey and spec.de == "Akteure"}
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.column not in ours):
            comment = cell.comment.text if cell.comment else None
            found[spec.de, cell.coordinate] = (cell.value, cell.number_format, cell.fill.fgColor.rgb, comment)
    return found


def test_no_cell_of_a_person_changes_over_a_year_of_syncs(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    assert main(["demo", "--into", str(folder), "--today", "2025-11-24"]) == DONE
    before = cells_of_people(folder / "musterstadt.xlsx")
    for today in ("2025-11-30", "2026-02-01", "2026-06-15", "2026-11-24"):
        assert main(["sync", "--config", str(folder / "config.toml"), "--today", today]) == DONE
    assert cells_of_people(folder / "musterstadt.xlsx") == before


def test_dry_run_touches_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workbook(tmp_path, Akteure=[["Name", "Art"], ["Stadtwerke", "Energieversorger"]])
    config = configured(tmp_path)
    before = files(tmp_path)
    assert main(["sync", "--dry-run", "--config", config, "--today", TODAY]) == DONE
    assert "dry run, nothing touched: 1 actor, " in capsys.readouterr().out
    assert files(tmp_path) == before


def test_setup_sync_on_a_new_file_and_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = configured(tmp_path)
    assert main(["setup", "--config", config]) == DONE
    once = files(tmp_path)
    assert main(["setup", "--config", config]) == DONE
    assert (files(tmp_path), "nothing changed" in capsys.readouterr().out) == (once, True)
    assert main(["sync", "--config", config, "--today", TODAY]) == DONE
    assert main(["check", "--config", config, "--today", TODAY]) == DONE
    assert [line[0] for line in capsys.readouterr().out.splitlines() if line[0] in "✓✗"].count("✗") == 0


def test_setup_names_the_headers_that_nobody_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workbook(tmp_path, Akteure=[["Firma", "Foo"], ["Stadtwerke", "x"]])
    config = configured(tmp_path)
    for done in ("added", "everything is there, nothing changed"):
        assert main(["setup", "--config", config]) == DONE
        first, *_, unread, _next = capsys.readouterr().out.splitlines()
        assert first == f"{tmp_path / 'allianz.xlsx'}: {done}"
        assert unread == "Not read: Akteure!B1 „Foo“; rename it if it should count (docs/spalten.md)."


SPARSE: dict[str, dict[str, list[list[object]]]] = {
    "only names": {"Akteure": [["Name"], ["Stadtwerke"], ["Bäckerei"]]},
    "names and meetings": {
        "Akteure": [["Name"], ["Stadtwerke"], ["Bäckerei"]],
        "Termine": [["Datum", "Akteur", "Ergebnis"], [date(2026, 11, 2), "Stadtwerke", "positiv"]],
    },
    "headers only": {"Akteure": [["Name", "Art"]], "Termine": [["Datum", "Akteur"]]},
    "nothing": {"Akteure": []},
}


@pytest.mark.parametrize(
    ("tabs", "actors", "stages", "ranks", "to_add"),
    [
        (
            SPARSE["only names"],
            ["Stadtwerke", "Bäckerei"],
            ["identified", "identified"],
            [2, 1],
            "Tragt bei euren Akteuren Beziehung und Haltung ein",
        ),
        (
            SPARSE["names and meetings"],
            ["Stadtwerke", "Bäckerei"],
            ["talked", "identified"],
            [2, 1],
            "Tragt bei euren Akteuren Beziehung und Haltung ein",
        ),
        (SPARSE["headers only"], [], [], [], "Tragt den ersten Akteur in den Tab Akteure ein: Der Name genügt."),
        (SPARSE["nothing"], [], [], [], "Tragt den ersten Akteur in den Tab Akteure ein: Der Name genügt."),
    ],
    ids=SPARSE,
)
def test_works_with_what_is_there(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    tabs: dict[str, list[list[object]]],
    actors: list[str],
    stages: list[str],
    ranks: list[int],
    to_add: str,
) -> None:
    workbook(tmp_path, **tabs)
    config = configured(tmp_path)
    assert main(["sync", "--config", config, "--today", TODAY]) == DONE
    assert to_add in capsys.readouterr().out
    document = synced(tmp_path, capsys)
    rows = document["actors"]
    assert [(row["name"], row["stage"], row["rank"]) for row in rows] == list(zip(actors, stages, ranks, strict=True))  # type: ignore[attr-defined]
    assert all(row["recommendation"] for row in rows)  # type: ignore[attr-defined]
    assert document["coverage"]["publishable"] is False  # type: ignore[index]
    assert document["run"]["cells_written"] == 0  # type: ignore[index]


def bad_inputs() -> Iterator[tuple[str, dict[str, list[list[object]]] | None, str, int, str]]:
    no_tab: dict[str, list[list[object]]] = {"Aktöre": [["Name"], ["Stadtwerke"]]}
    no_name: dict[str, list[list[object]]] = {"Akteure": [["Nahme", "Art"], ["Stadtwerke", "Energieversorger"]]}
    two_names: dict[str, list[list[object]]] = {"Akteure": [["Name", "Art", "Name"], ["Stadtwerke", None, "x"]]}
    fine: dict[str, list[list[object]]] = {"Akteure": [["Name"], ["Stadtwerke"]]}
    yield "missing file", None, "", SETUP_WRONG, "allianz.xlsx does not exist"
    yield "no Akteure", no_tab, "", SETUP_WRONG, "keinen Tab „Akteure“"
    yield "no Name", no_name, "", SETUP_WRONG, "keine Spalte „Name“"
    yield "two Names", two_names, "", SETUP_WRONG, "zwei Spalten „Name“ (A1 und C1)"
    yield "unknown key", fine, "[sheet]\nworkbok = 'x'", SETUP_WRONG, "workbok is not a setting"


@pytest.mark.parametrize(("tabs", "config", "code", "sentence"), [case[1:] for case in bad_inputs()])
@pytest.mark.parametrize("command", ["sync", "report", "check"])
def test_bad_input_is_one_sentence_and_changes_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    tabs: dict[str, list[list[object]]] | None,
    config: str,
    code: int,
    sentence: str,
) -> None:
    if tabs is not None:
        workbook(tmp_path, **tabs)
    path = configured(tmp_path, config)
    before = files(tmp_path)
    assert main([command, "--config", path, "--today", TODAY]) == code
    printed = capsys.readouterr()
    said = [line for line in (printed.out + printed.err).splitlines() if line.startswith("✗")]
    assert [sentence in line for line in said] == [True]
    after = {name: value for name, value in files(tmp_path).items() if not name.startswith("state.db")}
    assert after == before


def test_locked_workbook_is_tried_again_later(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workbook(tmp_path, Akteure=[["Name"], ["Stadtwerke"]])
    config = configured(tmp_path)
    lock = tmp_path / ".~lock.allianz.xlsx#"
    lock.write_text(",geheim,rechner,24.11.2026 10:00,file:///home/geheim;", encoding="utf-8")
    assert main(["sync", "--config", config, "--today", TODAY]) == OUTSIDE_FAILED
    printed = capsys.readouterr().err
    assert ("LibreOffice" in printed, "geheim" in printed) == (True, False)
    lock.unlink()
    assert main(["sync", "--config", config, "--today", TODAY]) == DONE
    capsys.readouterr()
    assert main(["status", "--json", "--config", config]) == DONE
    assert [run["outcome"] for run in json.loads(capsys.readouterr().out)["runs"]] == ["ok", "failed"]


def test_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["demo", "--into", str(tmp_path / "file" / "demo")]) == SETUP_WRONG
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_impossible_day_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["sync", "--today", "24.11.2026"])
    assert (stopped.value.code, "write YYYY-MM-DD" in capsys.readouterr().err) == (2, True)


def test_lost_state_is_a_silent_baseline(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = demo / "state.db"
    kept = state.read_bytes()
    mails = files(demo / "outbox")
    for path in demo.glob("state.db*"):
        path.unlink()
    document = synced(demo, capsys)
    assert document["run"]["mails_queued"] == 0  # type: ignore[index]
    assert synced(demo, capsys)["run"] == {"cells_written": 0, "mails_queued": 0, "reads": 1, "writes": 0}
    assert files(demo / "outbox") == mails
    for path in demo.glob("state.db*"):
        path.unlink()
    state.write_bytes(kept)


def test_clock_that_went_back_writes_no_history(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(demo)
    config = str(demo / "config.toml")
    assert main(["sync", "--config", config, "--today", "2020-01-01"]) == SETUP_WRONG
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"✗ Today is 2020-01-01 by this machine's clock or --today, but {TODAY} is remembered already: set the clock "
        "right, or look back with --dry-run. Was that day a mistake? Then go back to a backup from before it with "
        "`klima-allianz restore`."
    )
    after = files(demo)
    assert {name for name in before if before[name] != after[name] and not name.startswith("state.db")} == set()
    assert main(["sync", "--dry-run", "--config", config, "--today", "2020-01-01"]) == DONE


def test_day_to_come_is_refused_before_anything_is_touched_and_can_be_looked_at(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, config = files(demo), str(demo / "config.toml")
    assert main(["sync", "--config", config, "--today", "2099-12-31"]) == SETUP_WRONG
    assert capsys.readouterr().err == (
        "✗ 2099-12-31 is still to come: what a run remembers of that day would keep out every run before it. "
        "Look ahead with --dry-run.\n"
    )
    assert files(demo) == before
    assert main(["sync", "--dry-run", "--config", config, "--today", "2099-12-31"]) == DONE


def test_lost_state_never_reuses_a_number_of_the_outbox(tmp_path: Path) -> None:
    demo = tmp_path / "d"
    assert main(["demo", "--into", str(demo), "--today", "2026-10-06"]) == DONE
    for path in demo.glob("state.db*"):
        path.unlink()
    for today in ("2026-11-12", "2026-11-24"):
        assert main(["sync", "--config", str(demo / "config.toml"), "--today", today]) == DONE
    sheet = load_workbook(demo / "musterstadt.xlsx")["Postausgang"]
    numbers = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] is not None]
    assert (numbers[:5], len(set(numbers)) == len(numbers), len(numbers) > 5) == ([1, 2, 3, 4, 5], True, True)


def renamed(path: Path, old: str, new: str) -> None:
    """Rename a tab as Excel does: its number stays, and what refers to it follows."""
    with ZipFile(path) as package:
        parts = {name: package.read(name).decode("latin-1") for name in package.namelist()}
    for name, text in parts.items():
        if name.startswith("xl/") and name.endswith(".xml"):
            parts[name] = text.replace(f'name="{old}"', f'name="{new}"').replace(f"'{old}'!", f"'{new}'!")
    with ZipFile(path, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text.encode("latin-1"))


@pytest.mark.parametrize(("old", "new"), [("LoI", "Letter of Intent 2026"), ("Akteure", "Akteure 2026")])
def test_renamed_tab_of_people_stays_the_one_that_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str
) -> None:
    folder = tmp_path / "d"
    assert main(["demo", "--into", str(folder), "--today", TODAY]) == DONE
    before = synced(folder, capsys)
    path, config = folder / "musterstadt.xlsx", str(folder / "config.toml")
    renamed(path, old, new)
    titles = load_workbook(path).sheetnames
    assert main(["check", "--config", config, "--today", TODAY]) == DONE
    assert "✓ all tabs are there" in capsys.readouterr().out
    content = path.read_bytes()
    assert main(["setup", "--config", config]) == DONE
    assert path.read_bytes() == content
    assert capsys.readouterr().out.splitlines()[-1] == "Next: run `klima-allianz sync`."
    after = synced(folder, capsys)
    assert {key: after[key] for key in ("coverage", "actors", "steps")} == {
        key: before[key] for key in ("coverage", "actors", "steps")
    }
    assert (load_workbook(path).sheetnames, new in titles) == (titles, True)


def test_grey_columns_of_a_renamed_list_of_actors_are_kept_up_to_date(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    assert main(["demo", "--into", str(folder), "--today", TODAY]) == DONE
    path, config = folder / "musterstadt.xlsx", str(folder / "config.toml")
    before = [row[:6] for row in load_workbook(path)["Akteure"].iter_rows(values_only=True)]
    book = load_workbook(path)
    for number in range(2, len(before) + 1):
        book["Akteure"].cell(number, 3).value = None
    book.save(path)
    renamed(path, "Akteure", "Akteure 2026")
    assert main(["sync", "--config", config, "--today", TODAY]) == DONE
    after = [row[:6] for row in load_workbook(path)["Akteure 2026"].iter_rows(values_only=True)]
    assert (after, len({row[2] for row in after}) > 5) == (before, True)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (".", "{folder} is a folder, not a workbook."),
        ("/", "/ is a folder, not a workbook."),
        ("a\\u0000.xlsx", "{folder}/a?.xlsx cannot be a workbook: no file name holds such a character."),
        ("n" * 300, "cannot be a workbook: File name too long."),
        ("config.toml/a.xlsx", "{folder}/config.toml/a.xlsx cannot be a workbook: Not a directory."),
    ],
)
@pytest.mark.parametrize("command", ["setup", "sync", "check"])
def test_impossible_workbook_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, name: str, sentence: str
) -> None:
    config = configured(tmp_path, f'[sheet]\nworkbook = "{name}"')
    assert main([command, "--config", config]) == SETUP_WRONG
    printed = capsys.readouterr()
    said = [line for line in (printed.out + printed.err).splitlines() if line.startswith("✗")]
    assert [line.endswith(sentence.format(folder=tmp_path)) for line in said] == [True]


def test_setup_says_what_comes_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workbook(tmp_path, Akteure=[["Name"], [None]])
    config = configured(tmp_path)
    assert main(["setup", "--config", config]) == DONE
    assert capsys.readouterr().out.splitlines()[-1] == "Next: enter the first actors, then run `klima-allianz sync`."
    workbook(tmp_path, Akteure=[["Name"], [None], ["Stadtwerke"]])
    assert main(["setup", "--config", config]) == DONE
    assert capsys.readouterr().out.splitlines()[-1] == "Next: run `klima-allianz sync`."


def test_check_says_when_somebody_has_the_workbook_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workbook(tmp_path, Akteure=[["Name"], ["Stadtwerke"]])
    config = configured(tmp_path)
    assert main(["setup", "--config", config]) == DONE
    (tmp_path / ".~lock.allianz.xlsx#").write_text("", encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "--config", config]) == SETUP_WRONG
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✗")]
    assert said == [
        f"✗ sheet: {tmp_path / 'allianz.xlsx'} is open in LibreOffice (lock file .~lock.allianz.xlsx#); close it there "
        "and run this again."
    ]


def changed(folder: Path, change: Callable[[Workbook], None]) -> None:
    book = load_workbook(folder / "musterstadt.xlsx")
    change(book)
    book.save(folder / "musterstadt.xlsx")


def without_letters(book: Workbook) -> None:
    for row in book["LoI"].iter_rows(min_row=2):
        for cell in row:
            cell.value = None


@pytest.mark.parametrize("change", [without_letters, lambda book: book.remove(book["LoI"])], ids=["cleared", "deleted"])
def test_lost_letters_are_never_told_as_nobody_however_often_it_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Workbook], None]
) -> None:
    folder = tmp_path / "d"
    assert main(["demo", "--into", str(folder), "--today", "2026-11-17"]) == DONE
    workbook, config = folder / "musterstadt.xlsx", str(folder / "config.toml")
    kept = workbook.read_bytes()
    changed(folder, change)
    for _ in range(2):
        assert main(["sync", "--config", config, "--today", TODAY]) == DONE
        assert "Noch niemand" not in capsys.readouterr().out
    assert main(["setup", "--config", config]) == DONE
    assert main(["sync", "--config", config, "--today", TODAY]) == DONE
    assert "Noch niemand" not in capsys.readouterr().out
    workbook.write_bytes(kept)
    assert main(["sync", "--config", config, "--today", TODAY]) == DONE
    assert "mindestens 15 %" in capsys.readouterr().out
    shares = [row[1] for row in load_workbook(workbook)["Verlauf"].iter_rows(min_row=2, values_only=True)]
    assert shares == sorted(shares)


def test_renamed_name_column_is_one_sentence_there_and_in_the_first_line_of_the_sheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "d"
    assert main(["demo", "--into", str(folder), "--today", TODAY]) == DONE
    changed(folder, lambda book: book["Akteure"].__setitem__("A1", "Bezeichner xx"))
    before = cells_of(folder)
    assert main(["sync", "--config", str(folder / "config.toml"), "--today", TODAY]) == SETUP_WRONG
    assert "keine Spalte „Name“" in capsys.readouterr().err
    after = cells_of(folder)
    line = after.pop(("Übersicht", "B3"))
    assert "Der Dienst kommt nicht weiter. " in str(line)
    assert "keine Spalte „Name“" in str(line)
    del before["Übersicht", "B3"]
    assert after == before
    again = hashlib.sha256((folder / "musterstadt.xlsx").read_bytes()).hexdigest()
    assert main(["sync", "--config", str(folder / "config.toml"), "--today", TODAY]) == SETUP_WRONG
    assert hashlib.sha256((folder / "musterstadt.xlsx").read_bytes()).hexdigest() == again


def cells_of(folder: Path) -> dict[tuple[str, str], object]:
    """Return every filled cell by tab and name."""
    book = load_workbook(folder / "musterstadt.xlsx")
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return {(cell.parent.title, cell.coordinate): cell.value for cell in cells if cell.value is not None}


def test_first_run_whose_letters_cannot_be_read_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workbook(
        tmp_path, Akteure=[["Name"], ["Stadtwerke"]], LoI=[["Akteur", "Wie weit"], ["Stadtwerke", "unterzeichnet"]]
    )
    config = configured(tmp_path, "[mail]\nenabled = true\n")
    for _ in range(2):
        assert main(["sync", "--config", config, "--today", TODAY]) == DONE
        assert "the first weekly reports come next week, at their time" in capsys.readouterr().out
