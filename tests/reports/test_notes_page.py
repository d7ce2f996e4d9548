from pathlib import Path

from docs.notes_page import EXAMPLES, page
from scoring.messages import NoteCode

COMMITTED = Path(__file__).parents[2] / "docs" / "hinweise.md"


def test_page_is_the_committed_one() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_page_explains_each_note_once() -> None:
    assert [code for notes in EXAMPLES.values() for code in notes] == list(NoteCode)
