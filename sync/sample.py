"""The sample alliance "Musterstadt": what a team might have typed after a year, mistakes included.

The cells stand in `sample/*.csv`, one file per tab of people, headed by the field names of `scoring.tabs`. Town,
actors, people and figures are invented. The alliance is founded, its LoI is published and seven actors have signed; one
founding member still has to, so it stands in step 4. Evaluated at an earlier day, the same tables show how it came to
that. Texts name no season, because days move with `today`.

Mistakes planted in it, and the note that each gives:

- Einstellungen, "Einwohnerzahlen" for "Einwohner": `setting_unknown`, and `setting_assumed` for the population
- Akteure, a second row "sparkasse  Musterstadt": `actor_doubled`
- Akteure, Backhaus Kornblum, THG "ca. 1.200 t", a point for the thousands: `number_point_thousands`
- Akteure, Kreisbauernverband, THG "18 kt": `number_wrong_unit`
- Akteure, Sensorik Blauwald, Umsatz "12.5", which the sheet turned into a day: `number_is_date`
- Akteure, Bauunternehmung Steinhuber, Umsatz "#REF!": `error_cell`
- Akteure, Musterarkaden, −380 Beschäftigte: `number_out_of_range`
- Akteure, Buchhandlung Lesezeit, Beziehung 7: `number_out_of_range`
- Akteure, Möbelhaus Wohnwelt, Art "Firma": `choice_unknown`
- Akteure, Kreishandwerkerschaft, Branche "Handwerk": `industry_unknown`
- Akteure, Hotel Mustertor, Betreuung "Sabine", who is not in Verteiler: `person_unknown`
- Akteure, Sparkasse, Stand (manuell) "überzeugt" after one talk without a pledge: `stage_above_evidence`
- Akteure, Maschinenfabrik, THG 14 000 beside a split of 11 900: `split_differs`
- Akteure, Abfallwirtschaft, Gießerei and Biohof, Scope 1 in one figure, of which BISKO counts only a part:
  `split_needed`
- Akteure, Spedition Weitblick, a figure of 2015 beside an inventory of 2023: `emissions_year_far`
- Akteure, Molkerei Kuhglück, a figure of 2019: `emissions_year_old`
- Akteure, Kita Arche, 260 t, above its parent Kirchengemeinde with 210 t: `child_above_parent`
- Termine, "Stadtwerke Musterstat": `reference_unknown`
- Termine, Fällig am "03/04/26", April or March: `date_ambiguous`
- Termine, Uhrzeit "abends": `time_unreadable`
- Termine, Molkerei Kuhglück, past, and nobody wrote how it went: `meeting_outcome_missing`
- LoI, Hochschule, unterzeichnet without a day: `signature_undated`
- LoI, Klinikum, Zeichnungsberechtigt unklar: `authority_unclear`
- Maßnahmen, Schulzentrum Ost, 0,8 in a column of per cent: `percent_as_share`
- Maßnahmen, Klinikum, a title of 70 characters, where 50 are meant: `text_too_long`

None of them blocks the public figure. What belongs here: reading the files and moving their days. What does not: any
knowledge of how the sample is stored in a sheet.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from importlib.resources import files

from scoring.tabs import PEOPLE_TABS

ANCHOR = date(2026, 11, 24)
"""The Tuesday that the days in the files are written for."""

Value = str | int | float | date | None
"""One cell as typed: text, a number, a day, or None for blank."""

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def sample_content(today: date) -> Mapping[str, Sequence[Mapping[str, Value]]]:
    """Return the rows of every people's tab (by its name in code), field → value, as if typed until `today`.

    Days move by the whole weeks between `ANCHOR` and `today`, so that weekdays stay; years and text stay as typed.
    Einstellungen has the fields `setting` (the German name) and `value`.
    """
    shift = timedelta(weeks=(today - ANCHOR).days // 7)
    return {tab.name: _rows(tab.name, shift) for tab in PEOPLE_TABS}


def _rows(name: str, shift: timedelta) -> tuple[Mapping[str, Value], ...]:
    with (files("sync") / "sample" / f"{name}.csv").open(encoding="utf-8") as lines:
        return tuple({field: _value(text, shift) for field, text in row.items()} for row in csv.DictReader(lines))


def _value(text: str, shift: timedelta) -> Value:
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return date.fromisoformat(text) + shift if _DAY.fullmatch(text) else text or None
