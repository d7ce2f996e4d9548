"""Writes the generated pages of docs/ (`make docs`). Tests assert that the committed pages are what this writes."""

from pathlib import Path

from docs import columns_page, notes_page

PAGES = {"spalten.md": columns_page.page, "hinweise.md": notes_page.page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        Path(__file__).with_name(name).write_text(page(), encoding="utf-8")
