from docs.columns_page import page
from scoring.tabs import SETTINGS_ROWS, TABS


def test_the_page_names_every_tab_header_alias_list_value_and_explanation() -> None:
    text = page()
    columns = [*SETTINGS_ROWS, *(column for tab in TABS.values() for column in tab.columns)]
    expected = {
        *(part for tab in TABS.values() for part in (f"### {tab.de} / {tab.en}", tab.help_de)),
        *(part for column in columns for part in (column.de, column.en, column.help_de, *column.aliases)),
        *(label for column in columns for choice in column.choices or () for label in (choice.de, choice.en)),
    }
    assert {part for part in expected if part not in text} == set()
