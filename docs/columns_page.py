"""The page `spalten.md`: every tab and column of the sheet, as a volunteer reads it. Run through `docs.generate`.

What belongs here: laying out the column table for people. Names, lists, aliases and explanations stand in
`scoring.tabs`.
"""

from collections.abc import Iterable, Iterator

from scoring.columns import Column, Kind, Owner, TabSpec
from scoring.parsing.headers import COMPUTED
from scoring.tabs import CONTACTS, PEOPLE_TABS, SERVICE_TABS, SETTINGS, SETTINGS_ROWS

_INTRODUCTION = """\
# Tabs und Spalten

Diese Seite ist aus der Spaltentabelle des Programms erzeugt (`make docs`) und zeigt, was der Dienst liest und schreibt.

- Die Reihenfolge der Tabs und Spalten ist frei. Deutsche und englische Überschriften gelten gleich, auch gemischt;
  Groß- und Kleinschreibung, Leerzeichen und Zeilenumbrüche sind egal.
- Eine Überschrift gilt ganz, unter einem der anderen Namen oder ohne ihre Einheit in Klammern (`Beziehung` statt
  `Beziehung (0–5)`), nie teilweise.
- Spalten, die hier nicht stehen, gehören euch: Der Dienst liest und ändert sie nicht.
- **\\*** heißt Pflicht. Alles andere darf leer bleiben: Leer heißt unbekannt, nie 0.
- Zahlen: `1.234,5`, `1 234,5`, `3.000 t`, `ca. 500`, `~30 %`. Unbekannt: leer, `–`, `-`, `k. A.` oder `?`.
- Tage: `01.03.2026`, `1.3.26` oder `2026-03-01`. Ja/nein: `ja`, `nein` oder ein Häkchen.
- Was der Dienst nicht sicher lesen kann, rät er nicht. Es gilt als unbekannt und steht im Tab Hinweise.
"""

_KINDS = {
    Kind.TEXT: "Text",
    Kind.NUMBER: "Zahl ab 0",
    Kind.PERCENT: "0–100 %",
    Kind.SCALE: "0–5",
    Kind.COUNT: "ganze Zahl ab 1",
    Kind.YEAR: "Jahr",
    Kind.DATE: "Tag",
    Kind.TIME: "Uhrzeit",
    Kind.CHOICE: "Liste",
    Kind.ACTOR: "Name aus Akteure",
    Kind.ACTORS: "Namen aus Akteure, mit ; getrennt",
    Kind.PERSON: "Name aus Verteiler",
    Kind.EMAIL: "E-Mail-Adresse",
    Kind.LINK: "Text oder Link",
    Kind.INDUSTRY: "WZ-2008: Buchstabe oder zwei Ziffern",
    Kind.MUNICIPALITY_KEY: "8 Ziffern",
}


def page() -> str:
    """Return `spalten.md`: every tab and column with both headers, aliases, list values and explanation."""
    people = "\n".join(_tab_section(tab) for tab in (*PEOPLE_TABS, CONTACTS))
    service = "\n".join(_tab_section(tab) for tab in SERVICE_TABS)
    return (
        f"{_INTRODUCTION}\n## Tabs, in die ihr schreibt\n\n{people}\n"
        "## Tabs, die der Dienst schreibt\n\n"
        f"Hier bitte nichts eintragen; nur „Freigabe“ im Postausgang ist eure.\n\n{service}"
    )


def _tab_section(tab: TabSpec) -> str:
    lines = [f"### {tab.de} / {tab.en}", "", tab.help_de, ""]
    if tab is SETTINGS:
        lines += [*_table(tab.columns), "", "Die Zeilen:", ""]
    lines += _table(SETTINGS_ROWS if tab is SETTINGS else tab.typed if tab.owner is Owner.PEOPLE else tab.columns)
    if tab.lookups:
        lines += ["", "Graue Spalten, die der Dienst füllt. Heißt eine eurer Spalten schon so, trägt die graue den"]
        lines += [f"Zusatz „{COMPUTED['de']}“ / “{COMPUTED['en']}”:", "", *_table(tab.lookups)]
    return "\n".join(lines) + "\n"


def _table(columns: Iterable[Column]) -> Iterator[str]:
    yield "| Deutsch | English | auch | Inhalt | Erklärung |"
    yield "|---|---|---|---|---|"
    for column in columns:
        cells = (_name(column), column.en, ", ".join(column.aliases), _content(column), column.help_de)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _name(column: Column) -> str:
    return f"{column.de}**\\***" if column.required else column.de


def _content(column: Column) -> str:
    if column.choices is not None:
        return ", ".join(
            f"{choice.de} / {choice.en}" if choice.de != choice.en else choice.de for choice in column.choices
        )
    unit = f" ({column.unit})" if column.unit not in ("", "%") else ""
    return _KINDS[column.kind] + unit
