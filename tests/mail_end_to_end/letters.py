"""Realistic German names and subjects, made from word lists with a seed: what the headers of our mails must carry.

What belongs here: words, and how they are put together. They are longer and have more umlauts than most.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

TITLES = ("", "", "", "", "Dr. ", "Prof. Dr. ", "Bürgermeisterin ", "Bürgermeister ")
FIRST_NAMES = (
    "Jörg", "Ayşe", "Günther", "Björn", "Käthe", "Anna", "Sören", "Łukasz", "Zoë", "Jürgen", "Hans-Jürgen", "Mária",
    "Peter", "Anneliese", "Rüdiger", "Noël", "Ute", "Özlem", "Gülay", "Änne", "Max",
)  # fmt: skip
LAST_NAMES = (
    "Müller", "Schäfer", "Weiß", "Köhler-Größmann", "Kaya", "von der Höh", "Übelacker", "Jäger", "Schmidt", "Bäßler",
    "Freiherr von und zu Löwenstein-Wertheim", "Çelik", "Nguyễn", "O’Neill", "Krüger", "Böhm", "Dvořák", "Meyer, Team",
)  # fmt: skip
TOWNS = (
    "Musterstadt", "Münster", "Königs Wusterhausen", "Garmisch-Partenkirchen", "Bad Königshofen im Grabfeld", "Köln",
    "Lübbenau/Spreewald", "Heiligenstadt in Oberfranken", "Überlingen", "Großröhrsdorf", "Weil der Stadt",
)  # fmt: skip
ACTORS = (
    "Stadtwerke {town} GmbH", "Bürger*innen-Energie e. V.", "Zementwerk Süd AG", "Ärztekammer", "Öko-Institut",
    "Gemeinnützige Wohnungsbaugesellschaft der Stadt und des Landkreises {town} mbH & Co. KG", "Müller & Söhne",
    "Café „Zur schönen Aussicht“", "Straßenbahn- und Omnibusbetriebe {town}", "Fußbodenbau Größchen – Übergröße OHG",
    "Städtisches Klinikum", "Kirchengemeinde St. Ägidius", "Verein für Leibesübungen von 1848",
)  # fmt: skip
SUBJECTS = (
    "Klima-Allianz {town}, KW {n}: mindestens {n} % abgedeckt – als Nächstes {actor}",
    "Klima-Allianz {town}, KW {n}: {n} Unterschriften – als Nächstes {actor}",
    "{actor} hat unterschrieben: {town} ist jetzt bei {n} %",
    "{actor}, {actor} und {n} weitere haben unterschrieben",
    "Überfällig bei dir: {actor} ({n} Tage)",
    "„{actor}“ → Schritt {n}: Maßnahmen prüfen",
    "Geschafft! {n} % der Emissionen in {town} – ein Grund zum Feiern",
    "Willkommen in der Klima-Allianz {town}, {actor}!",
    "Störung: Die Tabelle ist seit {n}:00 Uhr nicht erreichbar",
    "{town}: Rückschritt bei Schritt {n}, bitte prüfen =?utf-8?q?so?=",
)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What one mail has in its headers: whom it is for, by name, and what about."""

    number: int
    name: str
    subject: str

    @property
    def address(self) -> str:
        """Where it goes."""
        return f"leserin-{self.number}@klima.example"


def letters(count: int, seed: int) -> Iterator[Letter]:
    """Yield so many; the same seed gives the same ones."""
    choose = random.Random(seed)

    for number in range(count):
        subject = choose.choice(SUBJECTS)
        while "{actor}" in subject:
            subject = subject.replace("{actor}", choose.choice(ACTORS), 1)
        name = f"{choose.choice(TITLES)}{choose.choice(FIRST_NAMES)} {choose.choice(LAST_NAMES)}"
        filled = subject.format(town=choose.choice(TOWNS), n=choose.randrange(100))
        yield Letter(number=number, name=name, subject=filled)
