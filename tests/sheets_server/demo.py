"""The same cycle on a Google Sheet, as a story: `make demo-google`, on a local server that answers like Google.

People do in it what people do, through the server's model; the service is the real command line over HTTP. Nothing
leaves the machine. What people see and type is in `demo_sheet`; here is only who does what when.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from scoring.tabs import ACTORS, LETTERS, MEETINGS
from sync.google.ids import PEOPLE_TAB_IDS
from sync.ownership import TICK_COLUMN, TICK_ROW
from sync.sample import ANCHOR, sample_content
from tests.sheets_server import SheetsServer
from tests.sheets_server.a1 import cell_name
from tests.sheets_server.demo_sheet import beside, cell_of, first_free_row, grey_letter, row_of, type_in
from tests.sheets_server.demo_story import Story, tell

TALKED, SIGNS, WAITING = "Sensorik Blauwald GmbH", "Verkehrsbetriebe Musterstadt", "Molkerei Kuhglück eG"
CONFIG = """\
# Written by `make demo-google`. The server that it names has ended with the demonstration.
[sheet]
source = "google"
spreadsheet = "{spreadsheet}"
credentials = "service-account.json"
api = "{api}"

[mail]
enabled = true
from = "Klima-Allianz Musterstadt <klima-allianz@example.org>"
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Tell the story; 0 when all of it went as it should."""
    parser = argparse.ArgumentParser(prog="python -m tests.sheets_server.demo", description=__doc__)
    parser.add_argument("--into", type=Path, metavar="DIR", help="an empty folder (default: a new temporary one)")
    into: Path | None = parser.parse_args(arguments).into
    folder = into or Path(tempfile.mkdtemp(prefix="klima-allianz-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        parser.error(f"{folder} is not empty")
    with SheetsServer() as server:
        story = Story(server=server, book=server.add_spreadsheet(), folder=folder, today=ANCHOR - timedelta(weeks=1))
        server.key_file(folder)
        config = CONFIG.format(spreadsheet=story.book.id, api=server.url)
        (folder / "config.toml").write_text(config, encoding="utf-8")
        print("A team keeps its alliance in a Google Sheet. The server is a local one that answers like Google;")
        print("people's edits are scripted, the service is the real command line. What → says is what the team sees.")
        for scene in SCENES:
            scene(story)
        _tell_end(story)
    return 1 if story.failures else 0


def a_new_sheet(story: Story) -> None:
    story.chapter("Anna makes an empty sheet in German and forgets to share it with the service's account.")
    story.setup(expected=2)
    story.chapter("She shares it as an editor. `setup` adds what is missing.")
    story.server.share(story.book)
    story.setup()


def the_sample(story: Story) -> None:
    content = sample_content(story.today)
    cells = type_in(story.book, content, story.anna.name)
    story.chapter(f"The team types its list: {len(content['actors'])} actors, {cells} cells, mistakes included.")
    story.sync(SIGNS, TALKED)


def nothing(story: Story) -> None:
    story.chapter("Nobody changes anything.")
    story.sync()


def a_talk(story: Story) -> None:
    story.chapter(f"Anna enters yesterday's talk with {TALKED} in the tab Termine; it went well.")
    sheet = story.book.by_id(PEOPLE_TAB_IDS["meetings"])
    day = story.today - timedelta(days=1)
    talk = {"date": f"{day:%d.%m.%Y}", "actors": TALKED, "kind": "Gespräch", "result": "positiv"}
    row = first_free_row(sheet)
    for name, text in talk.items():
        story.anna.type(sheet.title, cell_of(sheet, MEETINGS.column(name).de, row), text)
    story.sync(TALKED)


def sorting(story: Story) -> None:
    story.chapter("She sorts the list of actors by name: the grey cells go along, and notes follow to the new cells.")
    story.anna.sort("Akteure", "A")
    story.sync(TALKED)


def a_row_above(story: Story) -> None:
    story.chapter("She inserts a row above the headers, for a title.")
    story.anna.insert_row("Akteure", 1)
    story.anna.type("Akteure", "A1", "Wer entscheidet in Musterstadt über Emissionen?")
    story.sync(TALKED)


def a_column_dragged(story: Story) -> None:
    header = ACTORS.column("emissions").de
    start = cell_of(story.book.sheet("Akteure"), header, 1)[:-1]
    story.chapter(f"She drags the column „{header}“ from {start} to B, beside the names.")
    story.anna.drag_column("Akteure", start, "B")
    story.sync(TALKED)


def a_tab_renamed(story: Story) -> None:
    story.chapter("She renames the tab Akteure to „Unsere Leute“: the service looks once where it went.")
    story.anna.rename_tab("Akteure", "Unsere Leute")
    story.sync(TALKED)


def a_signature(story: Story) -> None:
    story.chapter(f"{SIGNS} sign the LoI: their row in the tab LoI says unterzeichnet, with day and authority.")
    sheet = story.book.by_id(PEOPLE_TAB_IDS["letters"])
    signature = {"status": "unterzeichnet", "signed_on": f"{story.today:%d.%m.%Y}", "authority": "ja"}
    for name, text in signature.items():
        story.anna.type(sheet.title, cell_of(sheet, LETTERS.column(name).de, row_of(sheet, SIGNS)), text)
    story.sync(SIGNS)


def a_blocked_column(story: Story) -> None:
    letter, row = grey_letter(story.book, "rank"), beside(story.book, WAITING).row
    story.chapter(f"She types „wichtig!“ into the grey cell {letter}{row}: the column Rang cannot spill any more.")
    story.anna.type("Unsere Leute", f"{letter}{row}", "wichtig!")
    story.sync(WAITING)
    story.chapter("She empties the cell, as the note says.")
    story.anna.clear("Unsere Leute", f"{letter}{row}")
    story.sync(WAITING)


def a_deleted_tab(story: Story) -> None:
    story.chapter("The owner deletes the tab Auswertung. A sync builds it anew; the formulas have lost their way.")
    story.owner.delete_tab("Auswertung")
    story.sync(WAITING)
    story.chapter("`setup` repairs the formulas.")
    story.setup()
    story.sync(WAITING)


def the_tick(story: Story) -> None:
    tick = cell_name(TICK_ROW - 1, TICK_COLUMN)
    story.chapter(f"Anna ticks „Jetzt synchronisieren“ ({tick} on Übersicht); the run takes the tick away.")
    story.anna.tick("Übersicht", tick)
    story.sync()
    box = story.book.sheet("Übersicht").cells[TICK_ROW - 1, TICK_COLUMN]
    tell(f"the box shows {'a tick' if box.entered else 'no tick'}")


def next_week(story: Story) -> None:
    story.today += timedelta(weeks=1)
    story.chapter(
        f"A week later, {story.today:%d.%m.%Y}: the signature is seen for the second time, so it is news. Mails go out."
    )
    story.sync(WAITING)
    kinds = Counter(path.stem.split("-", 4)[4] for path in story.folder.glob("outbox/*.eml"))
    tell(f"mails: {', '.join(f'{count} of {kind}' for kind, count in sorted(kinds.items()))}")


SCENES: tuple[Callable[[Story], None], ...] = (
    *(a_new_sheet, the_sample, nothing, a_talk, sorting, a_row_above, a_column_dragged, a_tab_renamed, a_signature),
    *(a_blocked_column, a_deleted_tab, the_tick, next_week, nothing),
)


def _tell_end(story: Story) -> None:
    kinds = [call.kind for call in story.server.log]
    print(f"\nAPI calls in total: {kinds.count('read')} reads, {kinds.count('write')} writes.")
    print(f"Memory of the service: {story.folder / 'state.db'}\nMails: {story.folder / 'outbox'}")
    for failure in story.failures:
        print(f"✗ {failure}")


if __name__ == "__main__":
    sys.exit(main())
