"""What the team of Neustadt does between January and August, one function for each act; days are those of the play.

What belongs here: what is typed into the workbook, as people type it.
"""

from datetime import date

from sync.cli import DONE, main
from tests.alliance_played.neustadt import Neustadt, Typed

Row = dict[str, Typed]


def day(text: str) -> date:
    """Return a day of 2026 written as "14.01."."""
    number, month, _ = text.split(".")
    return date(2026, int(month), int(number))


def team_gathers(town: Neustadt) -> None:
    """Anna coordinates, Bernd likes to talk to people, Tilda keeps the service running."""
    town.set({"Kommune": "Neustadt", "Einwohner": 50_000})
    town.add(
        "Verteiler",
        _person("Anna", "Koordination", letters="ja"),
        _person("Bernd", "Netzwerker:in", letters="nein"),
        {"Name": "Tilda", "E-Mail": "tilda@neustadt.example", "Rolle": "Technik"},
    )


def council_resolves(town: Neustadt) -> None:
    town.set({"Planungsbeschluss am": date(2025, 12, 15)})


def kickoff_takes_place(town: Neustadt) -> None:
    town.add("Termine", {"Datum": day("19.01."), "Art": "Kickoff", "Status": "stattgefunden", "Ergebnis": "positiv"})


def actors_are_listed(town: Neustadt) -> None:
    town.add(
        "Akteure",
        _actor("Speiche", "Unternehmen", fruit="ja", relationship=5, attitude="Befürworter"),
        _actor("Biomarkt", "Unternehmen", fruit="ja", relationship=4, attitude="Befürworter"),
        _actor("Mälzerei", "Kultureinrichtung", fruit="ja", relationship=4, attitude="Befürworter"),
        _actor("Brauerei", "Unternehmen", fruit="nein", relationship=2, attitude="skeptisch"),
        _actor("Rathaus", "Stadtverwaltung", fruit="nein", relationship=3, attitude="neutral"),
        _actor("Stadtwerke", "Energieversorger", fruit="nein", relationship=2, attitude="neutral"),
        _actor("Papierfabrik", "Unternehmen", fruit="nein", relationship=1, attitude="neutral"),
    )


def talks_are_planned(town: Neustadt) -> None:
    town.add("Termine", *(_talk(name, "10.02.") for name in ("Speiche", "Biomarkt")))


def two_pledge(town: Neustadt) -> None:
    for name in ("Speiche", "Biomarkt"):
        town.change("Termine", name, {"Status": "stattgefunden", "Ergebnis": "Zusage"})


def third_pledges(town: Neustadt) -> None:
    town.add("Termine", _talk("Mälzerei", "16.02.", held=True, outcome="Zusage"))


def brewery_refuses(town: Neustadt) -> None:
    town.add("Termine", _talk("Brauerei", "23.02.", held=True, outcome="negativ"))
    town.change("Akteure", "Brauerei", {"Stand (manuell)": "abgelehnt"})


def alliance_is_founded(town: Neustadt) -> None:
    town.set({"Allianz gegründet am": day("09.03."), "Rechtsform": "lose"})
    town.add("Termine", {"Datum": day("09.03."), "Art": "Gründung", "Status": "stattgefunden", "Ergebnis": "positiv"})
    for name in ("Speiche", "Biomarkt", "Mälzerei"):
        town.change("Akteure", name, {"Mitglied seit": day("09.03.")})


def newspaper_reports_and_inventory_is_entered(town: Neustadt) -> None:
    town.add("Presse", {"Datum": day("11.03."), "Titel": "Neustadt hat eine Klima-Allianz", "Anlass": "Gründung"})
    town.set({"Bilanzmethode": "BISKO", "Bilanzjahr": 2023, "Gesamtemissionen (t CO2e/a)": 200_000})


def figures_are_researched(town: Neustadt) -> None:
    """Everybody's emissions and jobs; the three most important ones are to be won."""
    town.set({"Top-N": 3})
    for name, tonnes, jobs, structural, publicity in (
        ("Speiche", 20, 5, 1, 2),
        ("Biomarkt", 60, 25, 1, 3),
        ("Mälzerei", 100, 30, 1, 4),
        ("Brauerei", 4_000, 90, 1, 3),
        ("Rathaus", 8_000, 900, None, 4),
        ("Stadtwerke", 30_000, 400, None, 4),
        ("Papierfabrik", 24_000, 600, 2, 1),
    ):
        town.change("Akteure", name, _figures(tonnes, jobs, structural, publicity))


def key_actors_are_met(town: Neustadt) -> None:
    town.add("Termine", *(_talk(name, "07.04.", held=True, outcome="neutral") for name in ("Rathaus", "Stadtwerke")))


def key_actors_pledge(town: Neustadt) -> None:
    names = ("Rathaus", "Stadtwerke", "Papierfabrik")
    town.add("Termine", *(_talk(name, "20.04.", held=True, outcome="Zusage") for name in names))


def letter_goes_round(town: Neustadt) -> None:
    """Anna has the letter to the town hall written for her, and asks all six."""
    names = ("Speiche", "Biomarkt", "Mälzerei", "Rathaus", "Stadtwerke", "Papierfabrik")
    town.note_contact({"Akteur": "Rathaus", "Anrede": "Frau", "Name": "Rita", "E-Mail": "rita@rathaus.example"})
    where = ["--into", str(town.folder / "briefe"), "--config", str(town.folder / "config.toml")]
    assert main(["letter", "Rathaus", *where, "--today", "2026-04-28"]) == DONE
    town.add("LoI", *({"Akteur": name, "Status": "angefragt"} for name in names))


def first_three_sign(town: Neustadt) -> None:
    for name in ("Rathaus", "Stadtwerke", "Speiche"):
        town.change("LoI", name, _signature("04.05."))


def other_three_sign(town: Neustadt) -> None:
    for name in ("Biomarkt", "Mälzerei", "Papierfabrik"):
        town.change("LoI", name, _signature("11.05."))


def letter_is_published(town: Neustadt) -> None:
    town.set({"LoI veröffentlicht am": day("18.05.")})
    town.add("Presse", {"Datum": day("18.05."), "Titel": "Sechs für ein klimaneutrales Neustadt", "Anlass": "LoI"})


def sports_club_joins(town: Neustadt) -> None:
    """A new actor signs after the LoI was published; Lena there agreed to mails."""
    club = _actor("Sportverein", "Verein", fruit="nein", relationship=4, attitude="Befürworter")
    town.add("Akteure", club | _figures(200, 8, 1, 4))
    town.add("LoI", {"Akteur": "Sportverein", **_signature("01.06.")})
    lena: Row = {"Akteur": "Sportverein", "Anrede": "Frau", "Name": "Lena", "E-Mail": "lena@sportverein.example"}
    town.note_contact(lena | {"Rechtsgrundlage": "Einwilligung", "Einwilligung am": day("01.06."), "Mails": "ja"})


def welcome_is_released(town: Neustadt) -> None:
    town.release("Willkommen in der Klima-Allianz Neustadt")
    town.add(
        "Presse",
        {"Datum": day("03.06."), "Titel": "Auch der Sportverein", "Anlass": "Neuaufnahme", "Akteur": "Sportverein"},
    )


def measures_are_planned(town: Neustadt) -> None:
    for name, title in (("Stadtwerke", "Großwärmepumpe"), ("Papierfabrik", "Abwärme nutzen")):
        town.add("Maßnahmen", {"Akteur": name, "Titel": title, "Geplanter Start": day("15.06.")})


def measures_start(town: Neustadt) -> None:
    started: Row = {"Umsetzungsstand": "in Arbeit", "Tatsächlicher Start": day("15.06.")}
    town.change("Maßnahmen", "Großwärmepumpe", started | {"Geplantes Ende": date(2028, 12, 31)})
    town.change("Maßnahmen", "Abwärme nutzen", started | {"Geplantes Ende": day("30.06.")})
    names = ("Rathaus", "Biomarkt", "Mälzerei", "Sportverein")
    town.add("Maßnahmen", *(started | {"Akteur": name, "Titel": "Dach voll Solar"} for name in names))
    town.set({"Erfolgsmeldung an (E-Mail)": "erfolge@zentrale.example"})


def success_is_told(town: Neustadt) -> None:
    town.release("Erfolgsmeldung aus Neustadt: Die Klima-Allianz setzt um")


def bike_shop_withdraws(town: Neustadt) -> None:
    town.change("LoI", "Speiche", {"Status": "zurückgezogen", "Zurückgezogen am": day("22.06.")})


def party_takes_place(town: Neustadt) -> None:
    town.add("Termine", {"Datum": day("26.06."), "Art": "Party", "Status": "stattgefunden", "Ergebnis": "positiv"})
    town.set({"Erfolgsmeldung am": day("17.06.")})


def nobody_looks(town: Neustadt) -> None:
    """Nothing is typed; time goes by."""


def measures_are_checked(town: Neustadt) -> None:
    for title in ("Großwärmepumpe", "Abwärme nutzen"):
        town.change("Maßnahmen", title, {"Zuletzt geprüft am": day("20.07.")})
    town.change("Maßnahmen", "Abwärme nutzen", {"Geplantes Ende": date(2026, 12, 31)})


def list_is_emptied(town: Neustadt) -> None:
    """Somebody sorts, selects all and presses a key; the copy of the day before is still there."""
    (town.folder / "gestern.xlsx").write_bytes(town.path.read_bytes())
    town.book["Akteure"].delete_rows(2, 20)


def list_is_brought_back(town: Neustadt) -> None:
    town.path.write_bytes((town.folder / "gestern.xlsx").read_bytes())


def workbook_is_moved(town: Neustadt) -> None:
    town.path.rename(town.folder / "woanders.xlsx")


def workbook_is_moved_back(town: Neustadt) -> None:
    (town.folder / "woanders.xlsx").rename(town.path)


def _person(name: str, role: str, *, letters: str) -> Row:
    address = f"{name.lower()}@neustadt.example"
    wishes: Row = {"Wochenbericht": "ja", "LoI-Meldungen": letters, "Erinnerungen": "ja"}
    return {"Name": name, "E-Mail": address, "Rolle": role} | wishes


def _actor(name: str, kind: str, *, fruit: str, relationship: int, attitude: str) -> Row:
    ease: Row = {"Low-hanging Fruit": fruit, "Beziehung (0–5)": relationship, "Haltung": attitude}
    return {"Name": name, "Art": kind, "Betreuung": "Bernd"} | ease


def _figures(tonnes: int, jobs: int, structural: int | None, publicity: int) -> Row:
    return {
        "THG (t CO2e/a)": tonnes,
        "THG umfasst": "Energie",
        "THG-Jahr": 2023,
        "Datengüte": "A",
        "Beschäftigte vor Ort": jobs,
        "Strukturelle Wichtigkeit (0–5)": structural,
        "Öffentlichkeit (0–5)": publicity,
    }


def _talk(name: str, on: str, *, held: bool = False, outcome: str | None = None) -> Row:
    state = "stattgefunden" if held else "geplant"
    return {"Datum": day(on), "Akteur": name, "Art": "Gespräch", "Status": state, "Ergebnis": outcome}


def _signature(on: str) -> Row:
    signed: Row = {"Status": "unterzeichnet", "Unterzeichnet am": day(on)}
    return signed | {"Zeichnungsberechtigt": "ja", "Veröffentlichung": "ja"}
