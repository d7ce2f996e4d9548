"""Our charts on an Übersicht that has none of them: added to the package beside whatever else is drawn there.

A chart is known by the name of its frame (`sync.workbook.setup.charts.FRAME`), wherever people drag it and whatever
they make of its look. Where one of ours is left, the others were deleted on purpose; where none is, all are drawn.
"""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from scoring.snapshot import Snapshot, Tab
from scoring.tabs import HISTORY, OVERVIEW
from sync.layout.charts import CHART_TABS
from sync.layout.widths import SIZE
from sync.workbook.additions import Dialect, add_link, add_part, content_type, free_part
from sync.workbook.book import Book, link_of
from sync.workbook.package import Draft, Package, whole_number
from sync.workbook.setup.charts import FRAME, shown_columns
from sync.workbook.spans import apply, elements, inside, layout
from sync.workbook.worksheet_order import place_of

DRAWING = "drawing"
_LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RANGE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$([A-Z]+)\$\d+(?::\$[A-Z]+\$(\d+))?")


def charts_to_draw(book: Book, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the names in code of the charts that Übersicht misses, and of those that show what is gone or too little.

    () when there is no Übersicht: a new one comes with its charts.
    """
    overview = snapshot.service_tab(OVERVIEW.name)
    if overview is None:
        return ()
    there = own_charts(book, overview)
    if not there:
        return tuple(CHART_TABS)
    return tuple(name for name in CHART_TABS if name in there and _is_stale(book.package, there[name], name, snapshot))


def own_charts(book: Book, overview: Tab) -> dict[str, str]:
    """Return the part of each of our charts on Übersicht, by its name in code."""
    part = book.part_of(overview)
    return {
        name: chart
        for drawing in book.package.targets(part, DRAWING)
        for name, chart in _framed(book.package, drawing)
        if name in CHART_TABS
    }


def text_widths(book: Book, overview: Tab) -> tuple[float, ...]:
    """Return how wide the columns with the text of Übersicht are by now, in characters."""
    part = book.part_of(overview)
    sheet = layout(book.package.part(part), frozenset())
    stated = [next(map(_width, sheet.definitions(number)), USUAL) for number, _ in enumerate(OVERVIEW.columns, 1)]
    return tuple(stated)


def font_scale(book: Book) -> float:
    """Return how much wider than by our font columns are drawn: a workbook measures them in digits of its first one.

    Where a font is missing, and Calibri often is, programs take a wider one.
    """
    styles = next(iter(book.package.targets(book.part, "styles")), None)
    font = None if styles is None else next(book.package.tree(styles).iter("{*}font"), None)
    if font is None:
        return 1.0
    size, name = (next((said.get("val", "") for said in font.iter(f"{{*}}{part}")), "") for part in ("sz", "name"))
    stated = float(size) if re.fullmatch(r"\d{1,2}(\.\d+)?", size) else SIZE
    return stated / SIZE * (1.0 if name in AS_WIDE_AS_OURS else SUBSTITUTED)


AS_WIDE_AS_OURS = frozenset({"Arial", "Helvetica", "Liberation Sans"})
SUBSTITUTED = 1.15
"""How much wider the digits of DejaVu Sans are than those of Liberation Sans: 0.636 em and 0.556 em."""

USUAL = 9.0  # characters of a column of which nothing is stated


def _width(column: Mapping[str, str]) -> float:
    try:
        return float(column.get("width", USUAL))
    except ValueError:
        return USUAL


def _framed(package: Package, drawing: str) -> Iterator[tuple[str, str]]:
    """Yield the charts of a drawing in frames of ours: name in code and part."""
    related = package.related(drawing)
    for frame in package.tree(drawing).iter("{*}graphicFrame"):
        called = next((said.get("name", "") for said in frame.iter("{*}cNvPr")), "")
        for chart in frame.iter("{*}chart"):
            link = link_of(chart)
            if called.startswith(FRAME) and link in related:
                yield called.removeprefix(FRAME), related[link][1]


def _is_stale(package: Package, part: str, name: str, snapshot: Snapshot) -> bool:
    """Say whether a chart shows a tab that is gone, not all the columns that it should, or too few rows of Verlauf.

    What people let it show besides is theirs.
    """
    tab = snapshot.service_tab(CHART_TABS[name].name)
    if tab is None:
        return True  # it is made anew now, perhaps under another title
    said = [(formula.text or "").strip() for formula in package.tree(part).iter("{*}f")]
    found = [_RANGE.fullmatch(text) for text in said if not text.startswith('"')]  # LibreOffice quotes a fixed name so
    ranges = [match for match in found if match]
    titles = {(match[1] or match[2] or "").replace("''", "'").casefold() for match in ranges}
    if len(ranges) < len(found) or titles != {tab.title.casefold()}:
        return True
    if not shown_columns(name) <= {match[3] for match in ranges}:
        return True
    return name == HISTORY.name and max(int(match[4] or 0) for match in ranges) < len(tab.cells)


def draw(draft: Draft, book: Book, overview: Tab, made: Package, source: str, dialect: Dialect) -> None:
    """Move the charts of a made worksheet (its part is `source`) to Übersicht.

    One that is there already gets what it shows anew and keeps its place.
    """
    part = book.part_of(overview)
    there = own_charts(book, overview)
    (new,) = made.targets(source, DRAWING)
    fresh = dict(_framed(made, new))
    for name in fresh.keys() & there.keys():
        draft.changed[there[name]] = dialect.translated(made.part(fresh[name]))
    if not there:
        _add(draft, part, made, new, dialect)


def _add(draft: Draft, part: str, made: Package, source: str, dialect: Dialect) -> None:
    """Add all charts of a drawing to that of a worksheet, or give it one."""
    drawings = draft.package.targets(part, DRAWING)
    name = drawings[0] if drawings else free_part(draft, source)
    if not drawings:
        add_part(draft, name, b"", content_type(made, source))
        link = add_link(draft, part, f"{dialect.links}/{DRAWING}", name)
        top = layout(draft.part(part), frozenset())
        place = place_of(top, "drawing")
        element = f'<{top.prefix}drawing xmlns:r="{dialect.links}" r:id="{link}"/>'.encode()
        draft.changed[part] = apply(draft.part(part), [(place, place, element)])
        draft.changed[name] = _EMPTY
    root = etree.fromstring(made.part(source))
    related = made.related(source)
    pieces = [b""]
    number = _highest(draft.part(name))
    for anchor in root:
        number += 1
        for said in anchor.iter("{*}cNvPr"):
            said.set("id", str(number))
        for chart in anchor.iter("{*}chart"):
            target = related[str(chart.get(f"{_LINKS}id"))][1]
            own = free_part(draft, target)
            add_part(draft, own, dialect.translated(made.part(target)), content_type(made, target))
            chart.set(f"{_LINKS}id", add_link(draft, name, f"{dialect.links}/chart", own))
        pieces.append(dialect.translated(etree.tostring(anchor, with_tail=False)))
    content = draft.part(name)
    draft.changed[name] = apply(content, [inside(content, elements(content, 0)[-1], b"".join(pieces))])


_EMPTY = b'<wsDr xmlns="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"></wsDr>'


def _highest(part: bytes) -> int:
    """Return the highest number of anything drawn."""
    numbers = [whole_number(said.get("id", "0")) for said in etree.fromstring(part).iter("{*}cNvPr")]
    return max(numbers, default=0)
