"""What the service adds to a sheet is called, besides the headers of the column table."""

from collections.abc import Collection

from scoring.columns import Column, TabSpec
from scoring.domain import Language
from scoring.parsing.headers import COMPUTED

LONGEST_TITLE = 31
"""Characters of a tab's title that fit everywhere; a workbook takes no more."""

TICK_LABEL = "overview.label.sync_now"
"""The code of the label in the wording catalogues."""

TICK_HELP = {
    "de": "ja eintragen und speichern: Beim nächsten Lauf wird das Feld geleert.",
    "en": "Enter yes and save: the next run clears the cell.",
}
TICK_BOX_HELP = {
    "de": "Anhaken: Der Dienst rechnet bald neu und nimmt das Häkchen wieder weg.",
    "en": "Tick it: the service soon works everything out anew and takes the tick away again.",
}
"""What stands at the tick box of a Google Sheet, where nobody has to save."""

OURS = " (Klima-Allianz)"
UNLISTED = {
    "de": "Das steht nicht in der Liste. Der Dienst versteht nur, was in der Liste steht.",
    "en": "That is not in the list. The service understands only what is in the list.",
}
OUT_OF_SCALE = {"de": "Bitte eine Zahl von 0 bis 5.", "en": "A number from 0 to 5, please."}


def free_title(spec: TabSpec, taken: Collection[str], language: Language) -> str:
    """Return the tab's title, or one that says whose it is when people have a tab of that name."""
    used = {title.casefold() for title in taken}
    title = spec.title(language)
    number = 1
    while title.casefold() in used:
        suffix = OURS if number == 1 else f"{OURS} {number}"
        title = spec.title(language)[: LONGEST_TITLE - len(suffix)] + suffix
        number += 1
    return title


def free_header(column: Column, taken: Collection[str], language: Language) -> str:
    """Return the header of a grey column, marked as computed when a column of people's is called like that."""
    header = column.header(language)
    return f"{header} {COMPUTED[language]}" if header in taken else header
