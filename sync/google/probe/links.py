"""What `check --probe` tries about links: those on Hinweise are rich text, which no recording of Google shows."""

from typing import Any

from gspread.utils import absolute_range_name

from sync.google.api_requests import VALUES_AND_RUNS, Json, put_rows
from sync.google.links import link_to
from sync.google.probe.bench import Bench
from sync.google.probe.seen import Seen, same

ROW, COLUMN, PLACE = 1, 1, "B2:B3"
"""The first of the two cells of the results that have links, and both."""


def linked(bench: Bench) -> Seen:
    """Write two texts with links as a sync does: where Google says that they lead, and what the cells hold."""
    _link(bench)
    texts = tuple(row[COLUMN] for row in bench.cells(bench.results)[ROW : ROW + 2])
    goals = [f"#gid={bench.actors.id}&range={address}" for address in ("A2", "A3")]
    return same((_links(bench), texts), (goals, ("A2", "A3")))


def unlinked(bench: Bench) -> Seen:
    """Write another text over the first link and nothing over the second: neither cell may lead anywhere then."""
    _link(bench)
    _put(bench, _text("A4"), {})
    return same(_links(bench), [])


def _link(bench: Bench) -> None:
    _put(bench, *(_text(address) | link_to(str(bench.actors.id), address) for address in ("A2", "A3")))


def _put(bench: Bench, *cells: Json) -> None:
    rows: list[Json] = [{"values": [cell]} for cell in cells]
    bench.send(put_rows(bench.results.id, ROW, COLUMN, rows, fields=VALUES_AND_RUNS))


def _text(text: str) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": text}}


def _links(bench: Bench) -> list[str]:
    """Return where the two cells lead, as Google says it; a cell that leads nowhere is left out."""
    place = absolute_range_name(bench.results.title, PLACE)
    sheets = bench.connection.metadata("sheets(data(rowData(values(hyperlink))))", [place]).get("sheets", ())
    rows = [row for sheet in sheets for data in sheet.get("data", ()) for row in data.get("rowData", ())]
    return [cell["hyperlink"] for row in rows for cell in row.get("values", ()) if "hyperlink" in cell]
