"""The page `hinweise.md`: every note that the sheet can get, as a volunteer reads it. Run through `docs.generate`.

What belongs here: the order of the notes and the values that stand in their examples. The sentences are those of the
German catalogue, so that the page cannot say something else than the sheet.
"""

from collections.abc import Mapping
from datetime import date

from reports.wording import words
from scoring.domain import Sector, Severity, Stage
from scoring.messages import Argument, Note, NoteCode

Args = Mapping[str, Argument]

EXAMPLES: Mapping[str, Mapping[NoteCode, Args]] = {
    "Die Datei": {
        NoteCode.COPY_UNREAD: {"found": "allianz (Konfliktkopie 2026-11-24).xlsx"},
    },
    "Tabs und Überschriften": {
        NoteCode.TAB_MISSING: {"tab": "Termine"},
        NoteCode.TAB_DOUBLED: {"first": "Akteure"},
        NoteCode.KEY_COLUMN_MISSING: {"column": "Name"},
        NoteCode.HEADER_SIMILAR: {"found": "Beziehng", "suggestion": "Beziehung (0–5)"},
        NoteCode.HEADER_DOUBLED: {"column": "Art", "first": "C1"},
        NoteCode.LOOKUP_BLOCKED: {"column": "Rang"},
        NoteCode.LOOKUP_BROKEN: {"column": "Rang"},
        NoteCode.RESULTS_MOVED: {"tab": "Auswertung"},
    },
    "Zellen": {
        NoteCode.ERROR_CELL: {"found": "#REF!", "column": "THG (t CO2e/a)"},
        NoteCode.FORMULA_NOT_CALCULATED: {"column": "THG (t CO2e/a)"},
        NoteCode.TEXT_TOO_LONG: {"column": "Titel", "length": 64, "limit": 50},
        NoteCode.NUMBER_UNREADABLE: {"found": "viele", "column": "Beschäftigte vor Ort"},
        NoteCode.NUMBER_WRONG_UNIT: {"found": "500 kt", "column": "THG (t CO2e/a)", "unit": "t"},
        NoteCode.NUMBER_IS_DATE: {"found": "12.05.2026", "column": "Umsatz (Mio €)", "suggestion": "12,5"},
        NoteCode.NUMBER_OUT_OF_RANGE: {"found": "7", "column": "Beziehung (0–5)", "low": 0.0, "high": 5.0},
        NoteCode.NUMBER_POINT_THOUSANDS: {"found": "1.234", "column": "Beschäftigte vor Ort", "value": 1234.0},
        NoteCode.NUMBER_POINT_DECIMAL: {"found": "12.5", "column": "Umsatz (Mio €)", "value": 12.5},
        NoteCode.PERCENT_AS_SHARE: {"found": "0,3", "column": "Ziel-Abdeckung (%)", "value": 30.0},
        NoteCode.DATE_UNREADABLE: {"found": "nach Ostern", "column": "Fällig am"},
        NoteCode.DATE_AMBIGUOUS: {"found": "03/04/26", "column": "Datum"},
        NoteCode.DATE_IS_NUMBER: {"found": "46082", "column": "Datum"},
        NoteCode.DATE_OUT_OF_RANGE: {"found": "01.03.0206", "column": "Datum"},
        NoteCode.TIME_UNREADABLE: {"found": "abends", "column": "Uhrzeit"},
        NoteCode.CHOICE_UNKNOWN: {
            "found": "neutrall",
            "column": "Haltung",
            "suggestion": "neutral",
            "allowed": "Befürworter, neutral, skeptisch, Gegner",
        },
        NoteCode.EMAIL_UNREADABLE: {"column": "E-Mail"},
        NoteCode.MUNICIPALITY_KEY_UNREADABLE: {"found": "9162", "column": "AGS"},
        NoteCode.INDUSTRY_UNKNOWN: {"found": "Bäckerei", "column": "Branche (WZ)"},
    },
    "Zeilen": {
        NoteCode.ROW_WITHOUT_KEY: {"column": "Name"},
        NoteCode.REQUIRED_MISSING: {"column": "Titel"},
        NoteCode.ACTOR_DOUBLED: {"first": "A7"},
        NoteCode.ALIAS_USED: {"found": "Stadtwerke", "name": "Stadtwerke Neustadt"},
        NoteCode.ACTOR_RENAMED: {"old": "Stadtwerke", "name": "Stadtwerke Neustadt"},
        NoteCode.REFERENCE_UNKNOWN: {"found": "Stadtwerk", "column": "Akteur", "suggestion": "Stadtwerke"},
        NoteCode.PERSON_UNKNOWN: {"found": "Kim", "column": "Betreuung"},
        NoteCode.SETTING_UNKNOWN: {"found": "Zieljahrr", "suggestion": "Zieljahr"},
        NoteCode.SETTING_DOUBLED: {"column": "Einwohner"},
    },
    "Einstellungen": {
        NoteCode.MUNICIPALITY_MISSING: {},
        NoteCode.TARGET_YEAR_LATE: {"year": 2040},
        NoteCode.SETTING_ASSUMED: {"column": "Einwohner", "value": 50_000.0},
        NoteCode.INVENTORY_INCOMPLETE: {"column": "Bilanzjahr"},
        NoteCode.INVENTORY_IMPLAUSIBLE: {"value": 512.0, "population": 85_000.0},
        NoteCode.SECTORS_EXCEED_TOTAL: {"value": 530_000.0, "total": 512_000.0},
        NoteCode.INVENTORY_MODELLED: {"value": 456_500.0},
        NoteCode.WEIGHT_NEGATIVE: {"column": "Gewicht THG", "value": 0.4},
        NoteCode.WEIGHTS_ALL_ZERO: {},
    },
    "Wirkung": {
        NoteCode.VALUE_ABOVE_TOTAL: {"column": "Beschäftigte vor Ort", "value": 60_000.0, "total": 50_000.0},
        NoteCode.QUALITY_ASSUMED: {},
        NoteCode.ESTIMATE_USED: {"value": 1305.0, "industry": "Möbel/sonst. Waren", "jobs": 450},
    },
    "Stand der Akteure und Schritte": {
        NoteCode.LETTERS_UNREADABLE: {"column": "Status"},
        NoteCode.SIGNATURE_CONTRADICTED: {"cell": "C9"},
        NoteCode.MEETING_OUTCOME_MISSING: {"date": date(2026, 11, 17)},
        NoteCode.SIGNATURE_UNDATED: {},
        NoteCode.SIGNATURE_IN_FUTURE: {"date": date(2027, 3, 1)},
        NoteCode.SIGNATURE_UNAUTHORISED: {},
        NoteCode.AUTHORITY_UNCLEAR: {},
        NoteCode.STAGE_ABOVE_EVIDENCE: {"typed": Stage.CONVINCED, "evidence": Stage.TALKED},
        NoteCode.LEFT_UNDATED: {},
        NoteCode.STEP_SKIPPED: {"step": 1},
    },
    "Abdeckung": {
        NoteCode.SCOPE_ASSUMED: {},
        NoteCode.SPLIT_INCOMPLETE: {"column": "Fernwärme (t), Prozess (t)"},
        NoteCode.SPLIT_DIFFERS: {"value": 5400.0, "total": 6000.0},
        NoteCode.SPLIT_NEEDED: {"value": 35_000.0},
        NoteCode.EMISSIONS_YEAR_MISSING: {},
        NoteCode.EMISSIONS_YEAR_OLD: {"year": 2018, "inventory_year": 2022},
        NoteCode.EMISSIONS_YEAR_FAR: {"year": 2012, "inventory_year": 2022},
        NoteCode.PARENT_CYCLE: {"names": "Stadtwerke, Stadtholding"},
        NoteCode.CHILD_ABOVE_PARENT: {"parent": "Stadtholding", "value": 8000.0, "total": 5000.0},
        NoteCode.OVERLAPS_UNREADABLE: {"column": "Akteur B"},
        NoteCode.OVERLAP_SELF: {},
        NoteCode.OVERLAP_EXHAUSTED: {"value": 500.0},
        NoteCode.TOTAL_EXCEEDED: {"value": 720_000.0, "total": 700_000.0},
        NoteCode.SECTOR_EXCEEDED: {"sector": Sector.INDUSTRY, "value": 90_000.0, "total": 80_000.0},
    },
    "Postausgang": {
        NoteCode.RELEASE_WITHOUT_MAIL: {},
        NoteCode.RELEASE_BESIDE_ANOTHER: {"number": 12},
        NoteCode.RELEASE_TOO_EARLY: {"number": 12},
        NoteCode.RELEASE_OUTDATED: {"number": 12, "name": "Klinikum Musterstadt"},
        NoteCode.RELEASE_CONTRADICTED: {"number": 12},
        NoteCode.MAIL_REFUSED: {"number": 12},
    },
}
"""The notes by heading, each with arguments as a real sheet would give them."""

INTRODUCTION = """\
# Hinweise

<!-- Erzeugt aus dem Code mit `make docs`; bitte nicht von Hand ändern. -->

Der Tab **Hinweise** sagt, was im Blatt nicht lesbar ist, fehlt oder sich widerspricht, und was ihr tun könnt.
Tab, Zelle und Akteur stehen dort daneben. Was nicht lesbar ist, gilt als unbekannt, nie als 0.
Ist ein Hinweis erledigt, verschwindet er von selbst. Es gibt drei Stufen:

- **Tipp**: Alles zählt; genauer wird es, wenn ihr nachschaut.
- **bitte prüfen**: Etwas zählt gerade nicht so, wie es vermutlich gemeint ist.
- **blockiert**: Solange das offen ist, wird kein Anteil öffentlich genannt.

Die Werte in den Sätzen unten sind Beispiele. Der Code steht in `result.json`.
"""


def page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([INTRODUCTION, *(_section(title, notes) for title, notes in EXAMPLES.items())])


def _section(title: str, notes: Mapping[NoteCode, Args]) -> str:
    rows = [f"| {_sentence(code, args)} | `{code}` |" for code, args in notes.items()]
    return "\n".join([f"## {title}", "", "| Was dasteht und was zu tun ist | Code |", "|---|---|", *rows, ""])


def _sentence(code: NoteCode, args: Args) -> str:
    return words("de").note(Note(code=code, severity=Severity.HINT, args=args)).replace("|", "\\|")
