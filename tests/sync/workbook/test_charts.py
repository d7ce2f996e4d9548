"""The native charts on Übersicht and the links on Hinweise: what they show, and that they outlive syncs and `setup`."""

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.utils import range_boundaries

from scoring.columns import TabSpec
from scoring.domain import Language
from scoring.tabs import HISTORY, RESULTS, SECTORS, TABS
from sync.layout.charts import CHART_TABS
from sync.ports import RowWrite, WritePlan
from sync.workbook import WorkbookSheet, create_workbook, extend_workbook
from sync.workbook.worksheet_order import ORDER

DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
NAMES = ["klima-allianz:sectors", "klima-allianz:matrix", "klima-allianz:history"]
OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed here")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A new workbook, made once."""
    path = tmp_path_factory.mktemp("made") / "a.xlsx"
    create_workbook(path, "de")
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, made: bytes) -> Path:
    """A new workbook of its own for each test."""
    (tmp_path / "a.xlsx").write_bytes(made)
    return tmp_path / "a.xlsx"


def parts(path: Path, start: str = "") -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist() if name.startswith(start)}


def with_parts(path: Path, changed: dict[str, bytes | None]) -> None:
    """Replace parts of a workbook by hand; None leaves one out."""
    there = {**parts(path), **changed}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in there.items():
            if content is not None:
                package.writestr(name, content)
    path.write_bytes(buffer.getvalue())


def frames(path: Path) -> list[str]:
    """The names of the frames in the drawing of Übersicht, in their order."""
    root = etree.fromstring(parts(path)["xl/drawings/drawing1.xml"])
    return [said.get("name", "") for said in root.iter(f"{DRAWN}cNvPr")]


def shown(path: Path, number: int) -> list[str]:
    return [element.text or "" for element in etree.fromstring(chart(path, number)).iter(f"{CHART}f")]


def chart(path: Path, number: int) -> bytes:
    return parts(path)[f"xl/charts/chart{number}.xml"]


def title(path: Path, number: int) -> str:
    first = next(etree.fromstring(chart(path, number)).iter(f"{CHART}title"))
    return "".join(str(text) for text in first.itertext())


def write(path: Path, *rows: RowWrite, language: Language = "de") -> None:
    sheet = WorkbookSheet(path, language)
    sheet.write(WritePlan(rows=rows), sheet.read())


def row(tab: str, number: int, *values: str | float | None) -> RowWrite:
    return RowWrite(tab=tab, row=number, column=0, values=values)


def rows_named(spec: TabSpec, field: str, language: Language, first: int, last: int) -> str:
    letter = "ABCDEFGHIJKLMNOPQ"[[column.field for column in spec.columns].index(field)]
    cells = f"${letter}${first}" if first == last else f"${letter}${first}:${letter}${last}"
    return f"'{spec.title(language)}'!{cells}"


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        (
            "de",
            [
                "Abdeckung der Emissionen nach Sektor",
                "Wen als Nächstes fragen: Wirkung und Gewinnbarkeit",
                "Abdeckung im Verlauf",
            ],
        ),
        ("en", ["Coverage of emissions by sector", "Whom to ask next: impact and ease", "Coverage over time"]),
    ],
)
def test_charts_have_their_names_titles_and_the_cells_of_the_service_tabs(
    tmp_path: Path, language: Language, titles: list[str]
) -> None:
    path = tmp_path / "a.xlsx"
    create_workbook(path, language)
    assert frames(path) == NAMES
    assert [title(path, number) for number in (1, 2, 3)] == titles
    assert shown(path, 1) == [
        cells
        for field in ("share", "to_goal", "rest")
        for cells in (
            rows_named(SECTORS, field, language, 1, 1),
            rows_named(SECTORS, "sector", language, 2, 9),
            rows_named(SECTORS, field, language, 2, 9),
        )
    ]
    assert shown(path, 2) == [
        rows_named(RESULTS, field, language, place, place) for place in range(2, 22) for field in ("ease", "impact")
    ]
    assert shown(path, 3) == [
        cells
        for field in ("coverage_min", "coverage_mid", "coverage_max")
        for cells in (
            rows_named(HISTORY, field, language, 1, 1),
            rows_named(HISTORY, "date", language, 2, 25),
            rows_named(HISTORY, field, language, 2, 25),
        )
    ]


def test_points_of_the_matrix_are_named_by_their_place_in_the_list(path: Path) -> None:
    root = etree.fromstring(chart(path, 2))
    assert [name.findtext(f"{CHART}v") for name in root.iter(f"{CHART}tx") if name.find(f"{CHART}v") is not None] == [
        str(place) for place in range(1, 21)
    ]


def test_charts_hold_no_figures_of_their_own(path: Path) -> None:
    for number in (1, 2, 3):
        assert not {"numCache", "strCache", "numLit", "strLit"} & {
            etree.QName(element).localname for element in etree.fromstring(chart(path, number)).iter()
        }


def test_charts_say_what_they_show_to_those_who_do_not_see_them(path: Path) -> None:
    root = etree.fromstring(parts(path)["xl/drawings/drawing1.xml"])
    assert [said.get("descr", "").partition(".")[0] for said in root.iter(f"{DRAWN}cNvPr")] == [
        title(path, number) for number in (1, 2, 3)
    ]


def test_sync_leaves_every_chart_byte_for_byte(path: Path) -> None:
    before = {**parts(path, "xl/charts/"), **parts(path, "xl/drawings/")}
    write(
        path, row("sectors", 2, "Verkehr", 10, 4, 6, 40, 10, 50), row("overview", 4, "Öffentlicher Satz", "Kein Satz.")
    )
    assert {**parts(path, "xl/charts/"), **parts(path, "xl/drawings/")} == before


def test_setup_twice_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    assert extend_workbook(path, "de").added == ()
    assert path.read_bytes() == before


def without_charts(path: Path) -> None:
    """Make of it a workbook of the time before there were charts."""
    sheet = parts(path)["xl/worksheets/sheet1.xml"]
    links = parts(path)["xl/worksheets/_rels/sheet1.xml.rels"]
    types = parts(path)["[Content_Types].xml"]
    with_parts(
        path,
        {
            "xl/worksheets/sheet1.xml": re.sub(rb"<drawing [^>]*/>", b"", sheet),
            "xl/worksheets/_rels/sheet1.xml.rels": re.sub(rb"<Relationship [^>]*drawing1.xml[^>]*/>", b"", links),
            "[Content_Types].xml": re.sub(rb"<Override [^>]*/(?:drawing1|chart\d).xml[^>]*/>", b"", types),
            "xl/drawings/drawing1.xml": None,
            "xl/drawings/_rels/drawing1.xml.rels": None,
            **{f"xl/charts/chart{number}.xml": None for number in (1, 2, 3)},
        },
    )


def test_setup_adds_the_charts_to_a_workbook_of_before_and_no_cell_changes(path: Path) -> None:
    fresh = [shown(path, number) for number in (1, 2, 3)]
    without_charts(path)
    write(path, row("overview", 4, "Öffentlicher Satz", "Kein Satz."))
    cells = [tab.cells for tab in WorkbookSheet(path, "de").read().tabs]
    assert extend_workbook(path, "de").added == ("charts on Übersicht",)
    assert (frames(path), [shown(path, number) for number in (1, 2, 3)]) == (NAMES, fresh)
    assert [tab.cells for tab in WorkbookSheet(path, "de").read().tabs] == cells
    assert in_order(parts(path)["xl/worksheets/sheet1.xml"])
    assert load_workbook(path)["Übersicht"]["B2"].comment is not None
    before = path.read_bytes()
    assert (extend_workbook(path, "de").added, path.read_bytes()) == ((), before)


def in_order(part: bytes) -> bool:
    """Whether the children of a worksheet stand as Excel demands."""
    places = [ORDER.index(etree.QName(child).localname) for child in etree.fromstring(part)]
    return places == sorted(places)


def test_setup_adds_the_charts_beside_what_people_drew_there(path: Path) -> None:
    without_charts(path)
    book = load_workbook(path)
    own = BarChart()
    own.add_data(Reference(book["Akteure"], min_col=3, min_row=2, max_row=5))
    book["Übersicht"].add_chart(own, "D60")
    book.save(path)
    theirs = chart(path, 1)
    assert extend_workbook(path, "de").added == ("charts on Übersicht",)
    assert (frames(path), chart(path, 1)) == (["Chart 1", *NAMES], theirs)
    numbers = [
        said.get("id") for said in etree.fromstring(parts(path)["xl/drawings/drawing1.xml"]).iter(f"{DRAWN}cNvPr")
    ]
    assert len(set(numbers)) == 4


def test_setup_leaves_a_chart_away_that_people_deleted_while_another_is_left(path: Path) -> None:
    drawing = parts(path)["xl/drawings/drawing1.xml"]
    first = drawing[drawing.index(b"<absoluteAnchor>") : drawing.index(b"</absoluteAnchor>") + 17]
    with_parts(path, {"xl/drawings/drawing1.xml": drawing.replace(first, b"")})
    assert (extend_workbook(path, "de").added, frames(path)) == ((), NAMES[1:])


def test_setup_repairs_a_chart_that_lost_its_tab_and_leaves_it_where_it_is(path: Path) -> None:
    broken = re.sub(rb"'Sektoren'![^<]*", b"#REF!", chart(path, 1))
    fresh, drawing = [chart(path, number) for number in (1, 2, 3)], parts(path, "xl/drawings/drawing")
    with_parts(path, {"xl/charts/chart1.xml": broken})
    assert extend_workbook(path, "de").added == ("charts on Übersicht",)
    assert [chart(path, number) for number in (1, 2, 3)] == fresh
    assert parts(path, "xl/drawings/drawing") == drawing


def of_before_the_goal(path: Path) -> None:
    """Make of it a workbook of the time when the first chart stacked tonnes, and Sektoren had five columns."""
    for old, new in ((b"$C$", b"$E$"), (b"$D$", b"$F$")):
        with_parts(path, {"xl/charts/chart1.xml": chart(path, 1).replace(new, old)})
    third = re.search(rb"<ser><idx val=\"2\"/>.*?</ser>", chart(path, 1))
    assert third is not None
    with_parts(path, {"xl/charts/chart1.xml": chart(path, 1).replace(third[0], b"")})
    write(path, RowWrite(tab="sectors", row=1, column=4, values=("Anteil (%)", None, None)))


def test_setup_draws_the_goal_in_a_chart_of_before_and_leaves_it_where_it_is(path: Path) -> None:
    fresh, drawing = [chart(path, number) for number in (1, 2, 3)], parts(path, "xl/drawings/drawing")
    of_before_the_goal(path)
    assert {cells.partition("!")[2][1] for cells in shown(path, 1)} == {"A", "C", "D"}
    assert extend_workbook(path, "de").added == ("charts on Übersicht",)
    assert [chart(path, number) for number in (1, 2, 3)] == fresh
    assert parts(path, "xl/drawings/drawing") == drawing
    before = path.read_bytes()
    assert (extend_workbook(path, "de").added, path.read_bytes()) == ((), before)


def test_sync_fills_the_columns_that_came_later_with_their_headers(path: Path) -> None:
    of_before_the_goal(path)
    titles = load_workbook(path).sheetnames
    headers = [column.de for column in SECTORS.columns]
    figures = ("Verkehr", 10, 4, 6, 40, 10, 50)
    write(path, row("sectors", 1, *headers), row("sectors", 2, *figures))
    assert load_workbook(path).sheetnames == titles
    assert [tuple(cell.value for cell in line) for line in load_workbook(path)["Sektoren"]["A1:G2"]] == [
        tuple(headers),
        figures,
    ]


def test_setup_leaves_a_chart_that_shows_more_than_it_should(path: Path) -> None:
    own = chart(path, 1).replace(
        b"<ser><idx", b"<ser><tx><strRef><f>'Sektoren'!$B$1</f></strRef></tx></ser><ser><idx", 1
    )
    with_parts(path, {"xl/charts/chart1.xml": own})
    assert (extend_workbook(path, "de").added, chart(path, 1)) == ((), own)


@pytest.mark.parametrize(("language", "percent"), [("de", '0" %"'), ("en", '0"%"')])
def test_sectors_are_stacked_to_100_with_whole_figures_where_there_is_room(
    tmp_path: Path, language: Language, percent: str
) -> None:
    path = tmp_path / "a.xlsx"
    create_workbook(path, language)
    root = etree.fromstring(chart(path, 1))
    assert [element.get("val") for element in root.iter(f"{CHART}grouping", f"{CHART}overlap")] == ["stacked", "100"]
    axis = next(root.iter(f"{CHART}valAx"))
    assert {key: axis.find(f"{CHART}scaling/{CHART}{key}").get("val") for key in ("min", "max")} == {
        "min": "0",
        "max": "100",
    }
    assert axis.find(f"{CHART}numFmt").get("formatCode") == percent
    formats = [series.find(f"{CHART}dLbls/{CHART}numFmt") for series in root.iter(f"{CHART}ser")]
    assert [None if each is None else dict(each.attrib) for each in formats] == [
        {"formatCode": '[>=4]0;""', "sourceLinked": "0"},
        {"formatCode": '[>=4]0;""', "sourceLinked": "0"},
        None,
    ]


def test_setup_draws_more_of_the_history_once_it_is_longer(path: Path) -> None:
    write(path, *(row("history", number, f"{number}.01.2026", 1, 2, 3) for number in range(2, 31)))
    assert extend_workbook(path, "de").added == ("charts on Übersicht",)
    assert {range_boundaries(cells.partition("!")[2].replace("$", ""))[3] for cells in shown(path, 3)} == {1, 55}
    assert extend_workbook(path, "de").added == ()


def test_setup_gives_an_overview_that_a_sync_rebuilt_its_charts_again(path: Path) -> None:
    book = load_workbook(path)
    del book["Übersicht"]
    del book.defined_names["_KA_tab_overview"]
    book.save(path)
    sheet = WorkbookSheet(path, "de")
    sheet.write(WritePlan(new_tabs=("overview",)), sheet.read())
    assert parts(path, "xl/charts/") == {}
    assert extend_workbook(path, "de").added == ("charts on Übersicht",)
    assert frames(path) == NAMES


def test_a_new_overview_of_setup_comes_with_its_charts(path: Path) -> None:
    book = load_workbook(path)
    del book["Übersicht"]
    del book.defined_names["_KA_tab_overview"]
    book.save(path)
    assert extend_workbook(path, "de").added == ("Übersicht",)
    assert (frames(path), len(parts(path, "xl/charts/"))) == (NAMES, len(CHART_TABS))


def links(path: Path) -> dict[str, str]:
    sheet = load_workbook(path)["Hinweise"]
    return {cell.coordinate: cell.hyperlink.location for cell in sheet["B"] if cell.hyperlink}


def note(number: int, tab: str | None, cell: str | None) -> RowWrite:
    return row("notes", number, tab, cell, "Werk", "Etwas fehlt.", "01.03.2026", "Tipp")


def test_each_note_links_to_its_cell_and_follows_when_the_notes_change(path: Path) -> None:
    write(path, note(2, "Akteure", "H17"), note(3, "Termine", None), note(4, "Maßnahmen", "AB3"))
    assert links(path) == {"B2": "'Akteure'!H17", "B4": "'Maßnahmen'!AB3"}
    write(
        path,
        note(2, "Maßnahmen", "AB3"),
        note(3, "LoI", "C2"),
        RowWrite(tab="notes", row=4, column=0, values=(None,) * 6),
    )
    assert links(path) == {"B2": "'Maßnahmen'!AB3", "B3": "'LoI'!C2"}
    write(path, *(RowWrite(tab="notes", row=number, column=0, values=(None,) * 6) for number in (2, 3)))
    assert links(path) == {}
    assert b"hyperlink" not in parts(path)["xl/worksheets/sheet13.xml"]


def test_a_link_leads_only_to_a_cell_of_a_tab_that_is_there(path: Path) -> None:
    write(
        path,
        note(2, "=HYPERLINK(1)", "H17"),
        note(3, "Akteure", "https://example.org"),
        note(4, "Akteure'!A1", "H1"),
        note(5, "Akteure", '"/><f>1</f>'),
        note(6, "Akteure", "H17:H18"),
    )
    assert links(path) == {}


def test_a_link_to_a_tab_with_a_quote_in_its_title_is_spelled_as_a_reference(path: Path) -> None:
    book = load_workbook(path)
    book["Akteure"].title = 'Bob\'s "A&B"'
    book.save(path)
    write(path, note(2, 'Bob\'s "A&B"', "H17"))
    assert links(path) == {"B2": "'Bob''s \"A&B\"'!H17"}


def test_every_worksheet_stands_in_the_order_of_the_format_after_setup_and_sync(path: Path) -> None:
    write(path, note(2, "Akteure", "H17"), row("overview", 4, "Öffentlicher Satz", "Kein Satz."))
    assert {name: in_order(part) for name, part in parts(path, "xl/worksheets/sheet").items()} == {
        f"xl/worksheets/sheet{number}.xml": True for number in range(1, len(TABS))
    }


def converted(path: Path, kind: str) -> Path:
    """Let LibreOffice read the workbook and write it as something else."""
    home = path.parent / "office"
    command = [str(OFFICE), f"-env:UserInstallation=file://{home}", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(home), str(path)], check=True, capture_output=True, timeout=120)
    return home / f"{path.stem}.{kind.partition(':')[0]}"


@needs_office
def test_libreoffice_shows_the_new_figures_keeps_the_names_and_prints_overview_on_one_page(path: Path) -> None:
    write(
        path,
        row("sectors", 2, "Verkehr", 10, 4, 6, 43.21, 12, 44.79),
        note(2, "Akteure", "H17"),
        *(
            row("overview", number, "Überfällig", "Klinikum Musterstadt: Vorlage schicken. " * 4)
            for number in range(4, 31)
        ),
    )
    again = converted(path, "xlsx")
    assert frames(again) == NAMES
    assert b"<c:v>43.21</c:v>" in chart(again, 1)
    assert links(again) == {"B2": "'Akteure'!H17"}
    assert [tab.cells for tab in WorkbookSheet(again, "de").read().tabs] == [
        tab.cells for tab in WorkbookSheet(path, "de").read().tabs
    ]
    book = load_workbook(path)
    for sheet in book.worksheets[1:]:
        sheet.sheet_state = "hidden"
    book.active = 0
    book.save(path)
    assert len(re.findall(rb"/Type\s*/Page\b", converted(path, "pdf").read_bytes())) == 1


def test_setup_leaves_a_matrix_as_libreoffice_saves_its_fixed_names(path: Path) -> None:
    quoted = re.sub(
        rb"<tx><v>(\d+)</v></tx>", rb'<tx><strRef><f>"\1"</f></strRef></tx>', chart(path, 2).replace(b"c:", b"")
    )
    assert quoted.count(b'<f>"') == 20
    with_parts(path, {"xl/charts/chart2.xml": quoted})
    before = path.read_bytes()
    assert (extend_workbook(path, "de").added, path.read_bytes() == before) == ((), True)


def test_charts_begin_further_right_where_the_usual_font_is_larger_or_often_missing(tmp_path: Path) -> None:
    def left(font: str, size: float) -> int:
        book = Workbook()
        book._fonts[0].name, book._fonts[0].sz = font, size
        book.worksheets[0].title = "Akteure"
        book.save(tmp_path / "a.xlsx")
        extend_workbook(tmp_path / "a.xlsx", "de")
        place = next(etree.fromstring(parts(tmp_path / "a.xlsx")["xl/drawings/drawing1.xml"]).iter(f"{DRAWN}pos"))
        return round(int(place.get("x", "0")) / 9525)

    ours, larger, missing = left("Liberation Sans", 10), left("Arial", 12), left("Calibri", 10)
    assert [ours < missing < larger, round((larger - ours) / (0.2 * 7.4)), round((missing - ours) / (0.15 * 7.4))] == [
        True,
        114,
        114,
    ]
