"""An alliance from its first evening to its summer, as a team lives it and one table tells it.

Every act is typed into a real workbook; then the service runs every quarter of an hour, with a configuration, a memory
and a mail server, until a run has nothing to do. A line is left out where nothing changed. What came with the second
run stands below its hour: signatures and milestones are news when two reads have seen them.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tests.alliance_played import acts
from tests.alliance_played.neustadt import ZONE, Neustadt, kinds, neustadt

Act = Callable[[Neustadt], None]

PLAY: tuple[tuple[str, str, Act], ...] = (
    ("12.01. 09:00", "Das Team findet sich", acts.team_gathers),
    ("14.01. 09:00", "Der Rat hat beschlossen", acts.council_resolves),
    ("20.01. 09:00", "Der Kickoff war gestern", acts.kickoff_takes_place),
    ("27.01. 09:00", "Sieben Akteure auf der Liste", acts.actors_are_listed),
    ("03.02. 09:00", "Zwei Gespräche sind vereinbart", acts.talks_are_planned),
    ("11.02. 09:00", "Beide sagen zu", acts.two_pledge),
    ("17.02. 09:00", "Die dritte Zusage", acts.third_pledges),
    ("24.02. 09:00", "Die Brauerei lehnt ab", acts.brewery_refuses),
    ("10.03. 09:00", "Die Allianz ist gegründet", acts.alliance_is_founded),
    ("24.03. 09:00", "Bilanz und Zeitung", acts.newspaper_reports_and_inventory_is_entered),
    ("31.03. 09:00", "Zahlen aller Akteure", acts.figures_are_researched),
    ("08.04. 09:00", "Gespräche mit Rathaus und Stadtwerken", acts.key_actors_are_met),
    ("21.04. 09:00", "Drei Schlüsselakteure sagen zu", acts.key_actors_pledge),
    ("28.04. 09:00", "Der LoI geht herum", acts.letter_goes_round),
    ("05.05. 09:00", "Die ersten drei Unterschriften", acts.first_three_sign),
    ("12.05. 09:00", "Die anderen drei Unterschriften", acts.other_three_sign),
    ("19.05. 09:00", "Der LoI ist veröffentlicht", acts.letter_is_published),
    ("02.06. 09:00", "Der Sportverein kommt dazu", acts.sports_club_joins),
    ("03.06. 09:00", "ja zur Begrüßung, und Presse", acts.welcome_is_released),
    ("09.06. 09:00", "Zwei planen Maßnahmen", acts.measures_are_planned),
    ("16.06. 09:00", "Sechs haben angefangen", acts.measures_start),
    ("17.06. 09:00", "ja zur Erfolgsmeldung", acts.success_is_told),
    ("23.06. 09:00", "Speiche zieht zurück", acts.bike_shop_withdraws),
    ("30.06. 09:00", "Die Party war am Freitag", acts.party_takes_place),
    ("07.07. 09:00", "Eine Maßnahme ist überfällig", acts.nobody_looks),
    ("14.07. 09:00", "Die Mappe ist verschwunden", acts.workbook_is_moved),
    ("14.07. 10:00", "Die Mappe ist wieder da", acts.workbook_is_moved_back),
    ("21.07. 09:00", "Zwei Maßnahmen sind geprüft", acts.measures_are_checked),
    ("28.07. 09:00", "Die Liste ist leer", acts.list_is_emptied),
    ("28.07. 10:00", "Die Liste ist wieder da", acts.list_is_brought_back),
    ("18.08. 09:00", "Nichts geschieht, die vierte Woche", acts.nobody_looks),
)


EXPECTED = """\

12.01. 09:00  Das Team findet sich
    Schritte 0 läuft
    Schritt  1 – Kickoff: Noch kein Kickoff im Tab Termine.
    Mitglied noch keine
    Team     noch nicht zu berechnen: Bilanzmethode, Bilanzjahr oder Gesamtemissionen fehlen in Einstellungen
    Satz     Noch niemand hat den Letter of Intent der Klima-Allianz Neustadt unterzeichnet.
    Fragen   Der Tab Akteure ist noch leer.

14.01. 09:00  Der Rat hat beschlossen
    Schritte 0 erledigt
       09:15
    Mail     Meilenstein → Anna: Geschafft: Schritt 0, Voraussetzungen

20.01. 09:00  Der Kickoff war gestern
    Schritte 1 erledigt
    Schritt  2 – Low-hanging Fruits: Noch niemand in der Liste ist leicht zu gewinnen; nötig: 3.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 4: noch keine Unterschrift
       09:15
    Mail     Meilenstein → Anna: Geschafft: Schritt 1, Kickoff

27.01. 09:00  Sieben Akteure auf der Liste
    Stand    Biomarkt: identifiziert
    Stand    Brauerei: identifiziert
    Stand    Mälzerei: identifiziert
    Stand    Papierfabrik: identifiziert
    Stand    Rathaus: identifiziert
    Stand    Speiche: identifiziert
    Stand    Stadtwerke: identifiziert
    Schritt  2 – Low-hanging Fruits: 3 Akteure in der Liste sind leicht zu gewinnen, aber noch nicht
             angesprochen; nötig: 3.
    Fragen   1. Speiche: Nehmt Kontakt auf, am besten über jemanden, den ihr dort kennt.

03.02. 09:00  Zwei Gespräche sind vereinbart
    Stand    Biomarkt: Termin vereinbart
    Stand    Speiche: Termin vereinbart
    Schritte 2 läuft
    Schritt  2 – Low-hanging Fruits: Von den leicht Gewinnbaren sind 2 angesprochen, noch keiner überzeugt;
             nötig: 3.
    Fragen   1. Speiche: Bereitet den Termin am 10.02.2026 vor (Gespräch) und klärt dort die THG-Emissionen.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 6: noch keine Unterschrift – als Nächstes
             Speiche

11.02. 09:00  Beide sagen zu
    Stand    Biomarkt: überzeugt
    Stand    Speiche: überzeugt
    Schritte 3 läuft, 4 läuft
    Schritt  2 – Low-hanging Fruits: Von den leicht Gewinnbaren sind 2 überzeugt (nötig: 3): Biomarkt, Speiche.
    Fragen   1. Speiche: Schickt den Letter of Intent und bittet um die Unterschrift.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 7: noch keine Unterschrift – als Nächstes
             Speiche

17.02. 09:00  Die dritte Zusage
    Stand    Mälzerei: überzeugt
    Schritte 2 erledigt
    Schritt  3 – Allianz gründen: 3 Akteure sind überzeugt; die Gründung ist noch nicht geplant.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 8: noch keine Unterschrift – als Nächstes
             Speiche
       09:15
    Mail     Meilenstein → Anna: Geschafft: Schritt 2, Low-hanging Fruits

24.02. 09:00  Die Brauerei lehnt ab
    Stand    Brauerei: abgelehnt
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 9: noch keine Unterschrift – als Nächstes
             Speiche

10.03. 09:00  Die Allianz ist gegründet
    Schritte 3 erledigt
    Presse   Schritt 3: 0 von 1
    Schritt  4 – Schlüsselakteure: 3 von 6 überzeugt; in der Liste stehen erst 6 von mindestens 10 Akteuren;
             abgelehnt: Brauerei.
    Mitglied 3 Mitglieder; Letter of Intent unterzeichnet: 0
    Fragen   1. Rathaus: Nehmt Kontakt auf, am besten über jemanden, den ihr dort kennt.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 11: noch keine Unterschrift – als Nächstes
             Rathaus
       09:15
    Mail     Meilenstein → Anna: Geschafft: Schritt 3, Allianz gründen

24.03. 09:00  Bilanz und Zeitung
    Presse   Schritt 3: 1 von 1
    Team     noch hat niemand unterzeichnet

31.03. 09:00  Zahlen aller Akteure
    Schritte 4 offen
    Schritt  4 – Schlüsselakteure: 0 von 3 Schlüsselakteuren überzeugt.

08.04. 09:00  Gespräche mit Rathaus und Stadtwerken
    Stand    Rathaus: Gespräch geführt
    Stand    Stadtwerke: Gespräch geführt
    Schritte 4 läuft
    Fragen   1. Rathaus: Fragt, ob sie bei der Allianz mitmachen.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 15: noch keine Unterschrift – als Nächstes
             Rathaus

21.04. 09:00  Drei Schlüsselakteure sagen zu
    Stand    Papierfabrik: überzeugt
    Stand    Rathaus: überzeugt
    Stand    Stadtwerke: überzeugt
    Schritte 4 erledigt
    Schritt  5 – Letter of Intent: Noch niemand ist um die Unterschrift gebeten.
    Fragen   1. Rathaus: Schickt den Letter of Intent und bittet um die Unterschrift.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 17: noch keine Unterschrift – als Nächstes
             Rathaus
       09:15
    Mail     Meilenstein → Anna: Geschafft: Schritt 4, Schlüsselakteure

28.04. 09:00  Der LoI geht herum
    Schritte 5 läuft
    Schritt  5 – Letter of Intent: 6 Akteure im Tab LoI, gültige Unterschriften: 0; noch nicht veröffentlicht.
    Fragen   1. Rathaus: Fragt freundlich nach der Unterschrift unter dem Letter of Intent.
    Entwurf  rathaus.eml
    Entwurf  rathaus.pdf

05.05. 09:00  Die ersten drei Unterschriften
    Stand    Rathaus: LoI unterzeichnet
    Stand    Speiche: LoI unterzeichnet
    Stand    Stadtwerke: LoI unterzeichnet
    Schritt  5 – Letter of Intent: 6 Akteure im Tab LoI, gültige Unterschriften: 3; noch nicht veröffentlicht.
    Mitglied 5 Mitglieder; Letter of Intent unterzeichnet: 3
    Team     mindestens 18 %, wahrscheinlich 19 %, höchstens 20 %
    Satz     Die Allianz umfasst mindestens 18 % der Treibhausgasemissionen von Neustadt (BISKO, Bilanzjahr
             2023; 3 von 3 Unterzeichnenden mit Angaben).
    Fragen   1. Papierfabrik: Fragt freundlich nach der Unterschrift unter dem Letter of Intent.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 19: mindestens 18 % abgedeckt – als
             Nächstes Papierfabrik
       09:15
    Mail     LoI-Meldung → Anna: 3 neue Unterschriften, darunter Speiche
    Mail     Meilenstein → Anna: Meilenstein: 10 % der Emissionen sind geschafft

12.05. 09:00  Die anderen drei Unterschriften
    Stand    Biomarkt: LoI unterzeichnet
    Stand    Mälzerei: LoI unterzeichnet
    Stand    Papierfabrik: LoI unterzeichnet
    Schritt  5 – Letter of Intent: 6 Akteure im Tab LoI, gültige Unterschriften: 6; noch nicht veröffentlicht.
    Mitglied 6 Mitglieder; Letter of Intent unterzeichnet: 6
    Team     mindestens 29 %, wahrscheinlich 31 %, höchstens 33 %
    Satz     Die Allianz umfasst mindestens 29 % der Treibhausgasemissionen von Neustadt (BISKO, Bilanzjahr
             2023; 6 von 6 Unterzeichnenden mit Angaben).
    Fragen   Gerade niemand: Alle haben unterzeichnet oder sind zurückgestellt. Zeit für neue Akteure.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 20: mindestens 29 % abgedeckt
       09:15
    Mail     LoI-Meldung → Anna: 3 neue Unterschriften, darunter Biomarkt
    Mail     Meilenstein → Anna: Meilenstein: 25 % der Emissionen sind geschafft

19.05. 09:00  Der LoI ist veröffentlicht
    Schritte 5 erledigt
    Presse   Schritt 5: 1 von 1
    Schritt  6 – Maßnahmen: Noch keine Maßnahme; Unterzeichnende: 6 (nötig: 80 % mit Maßnahme).
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 21: mindestens 29 % abgedeckt
       09:15
    Mail     Meilenstein → Anna: Geschafft: Schritt 5, Letter of Intent

02.06. 09:00  Der Sportverein kommt dazu
    Stand    Sportverein: LoI unterzeichnet
    Presse   Schritt 5: 1 von 2
    Schritt  6 – Maßnahmen: Noch keine Maßnahme; Unterzeichnende: 7 (nötig: 80 % mit Maßnahme).
    Mitglied 7 Mitglieder; Letter of Intent unterzeichnet: 7
    Satz     Die Allianz umfasst mindestens 29 % der Treibhausgasemissionen von Neustadt (BISKO, Bilanzjahr
             2023; 7 von 7 Unterzeichnenden mit Angaben).
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 23: mindestens 29 % abgedeckt
       09:15
    Mail     LoI-Meldung → Anna: Neu dabei: Sportverein
    Mail     Neuaufnahme → Lena: Willkommen in der Klima-Allianz Neustadt (wartet auf Freigabe)

03.06. 09:00  ja zur Begrüßung, und Presse
    Presse   Schritt 5: 2 von 2
    Mail     Neuaufnahme → Lena: Willkommen in der Klima-Allianz Neustadt

09.06. 09:00  Zwei planen Maßnahmen
    Stand    Papierfabrik: Maßnahmen geplant
    Stand    Stadtwerke: Maßnahmen geplant
    Schritte 6 läuft
    Schritt  6 – Maßnahmen: 0 von 7 Unterzeichnenden haben eine Maßnahme begonnen (nötig: 80 %); Maßnahmen
             beworben: 0 von 0.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 24: mindestens 29 % abgedeckt

16.06. 09:00  Sechs haben angefangen
    Stand    Biomarkt: in Umsetzung
    Stand    Mälzerei: in Umsetzung
    Stand    Papierfabrik: in Umsetzung
    Stand    Rathaus: in Umsetzung
    Stand    Sportverein: in Umsetzung
    Stand    Stadtwerke: in Umsetzung
    Schritte 6 erledigt, 8 läuft
    Presse   Schritt 6: 0 von 6
    Schritt  7 – Party und Erfolgsmeldung: Noch keine Party und keine Erfolgsmeldung.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 25: mindestens 29 % abgedeckt
       09:15
    Mail     Meilenstein → Anna: Geschafft: Schritt 6, Maßnahmen
    Mail     Erfolgsmeldung → –: Erfolgsmeldung aus Neustadt: Die Klima-Allianz setzt um (wartet auf Freigabe)

17.06. 09:00  ja zur Erfolgsmeldung
    Mail     Erfolgsmeldung → erfolge@zentrale.example: Erfolgsmeldung aus Neustadt: Die Klima-Allianz setzt um

23.06. 09:00  Speiche zieht zurück
    Stand    Speiche: ausgetreten
    Schritte 2 Rückschritt
    Mitglied 6 Mitglieder; Letter of Intent unterzeichnet: 6
    Satz     Die Allianz umfasst mindestens 29 % der Treibhausgasemissionen von Neustadt (BISKO, Bilanzjahr
             2023; 6 von 6 Unterzeichnenden mit Angaben).
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 26: mindestens 29 % abgedeckt
       09:15
    Mail     LoI-Meldung → Anna: Eine Unterschrift wurde zurückgezogen
    Mail     Meilenstein → Anna: Schritt 2 braucht euch noch einmal: Low-hanging Fruits

30.06. 09:00  Die Party war am Freitag
    Schritte 7 erledigt
    Schritt  8 – Monitoring: 6 begonnene Maßnahmen, keine Prüfung fällig.
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 27: mindestens 29 % abgedeckt
       09:15
    Mail     Meilenstein → Anna: Geschafft: Schritt 7, Party und Erfolgsmeldung

07.07. 09:00  Eine Maßnahme ist überfällig
    Mail     Erinnerung → Bernd: Eine Sache wartet auf dich: Papierfabrik

14.07. 09:00  Die Mappe ist verschwunden
    Lauf     …/allianz.xlsx does not exist; `klima-allianz setup` creates it.
    Mail     Technik → tilda@neustadt.example: Bitte nachsehen: Der Abgleich gelingt nicht

14.07. 10:00  Die Mappe ist wieder da
    Mail     Erinnerung → Bernd: Eine Sache wartet auf dich: Papierfabrik
    Mail     Technik → tilda@neustadt.example: Wieder in Ordnung: Der Abgleich läuft wieder

21.07. 09:00  Zwei Maßnahmen sind geprüft
    Stand    Papierfabrik: im Monitoring
    Stand    Stadtwerke: im Monitoring
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 30: mindestens 29 % abgedeckt

28.07. 09:00  Die Liste ist leer
    Lauf     am 28.07.2026 um 09:00 Uhr: angehalten, 8 von 8 Akteuren fehlen plötzlich. Was zu tun ist, steht im
             Postausgang bei „Sicherung“.
    Mail     Sicherung → –: Angehalten: 8 von 8 Akteuren fehlen plötzlich (wartet auf eure Antwort)

28.07. 10:00  Die Liste ist wieder da
    Mail     Sicherung → –: Angehalten: 8 von 8 Akteuren fehlen plötzlich (erledigt)

18.08. 09:00  Nichts geschieht, die vierte Woche
    Mail     Wochenbericht → Anna, Bernd: Klima-Allianz Neustadt, KW 34: mindestens 29 % abgedeckt"""
"""What the team sees of each act: stages, steps, the lines of Übersicht that changed, and the mails."""


def play(town: Neustadt) -> str:
    for moment, title, act in PLAY:
        now = datetime.strptime(f"{moment} 2026", "%d.%m. %H:%M %Y").replace(tzinfo=ZONE)
        act(town)
        if act is acts.workbook_is_moved:
            town.tell_failure(now, title)
        else:
            town.tell(now, title)
    return "\n".join(town.told)


def test_alliance_from_the_first_evening_to_the_summer(tmp_path: Path) -> None:
    with neustadt(tmp_path) as town:
        table = play(town)
        print(table)
        assert table == EXPECTED
        assert sorted(town.arrived) == sorted(set(town.arrived)), "no mail came twice"
        assert kinds(town.seen) == {
            *("Wochenbericht", "LoI-Meldung", "Neuaufnahme", "Meilenstein", "Erfolgsmeldung", "Erinnerung"),
        }
