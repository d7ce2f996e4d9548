"""The closed sets of the domain: what a list cell may hold, and the names of stages, steps and results.

Each member is written once with its code (English, stored in tables and in result.json) and the two labels that people
see. Labels are what the sheet's dropdowns offer; codes are what the rest of the project compares.
"""

from enum import StrEnum
from typing import Literal, Self

Language = Literal["de", "en"]


class Choice(StrEnum):
    """A code with its German and English label; the member itself is its code."""

    de: str
    en: str

    def __new__(cls, code: str, de: str = "", en: str = "") -> Self:
        """Store the code as the value and the two labels beside it; the defaults let `Stage("signed")` type-check."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.de = de
        member.en = en
        return member

    def label(self, language: Language) -> str:
        """Return what a person reads for this code."""
        return self.de if language == "de" else self.en


class YesNo(Choice):
    """A tick box or a ja/nein cell; a blank cell is "" in a table, which is neither."""

    YES = "yes", "ja", "yes"
    NO = "no", "nein", "no"


class ActorKind(Choice):
    """Art: what sort of actor this is."""

    COMPANY = "company", "Unternehmen", "company"
    ASSOCIATION = "association", "Verein", "association"
    CULTURE = "culture", "Kultureinrichtung", "cultural institution"
    TOWN_ADMINISTRATION = "town_administration", "Stadtverwaltung", "town administration"
    ENERGY_UTILITY = "energy_utility", "Energieversorger", "energy utility"
    TRANSPORT_OPERATOR = "transport_operator", "Verkehrsbetrieb", "transport operator"
    WASTE_MANAGEMENT = "waste_management", "Entsorgung", "waste management"
    HOUSING = "housing", "Wohnungsunternehmen", "housing company"
    HEALTH = "health", "Gesundheit", "health care"
    EDUCATION = "education", "Bildung", "education"
    CHAMBER = "chamber", "Verband/Kammer", "federation/chamber"
    PUBLIC_PERSON = "public_person", "Öffentliche Person", "public person"
    OTHER = "other", "Sonstiges", "other"


class Sector(Choice):
    """Sektor of the municipality's inventory (BISKO names, and the three that other methods add)."""

    HOUSEHOLDS = "households", "Private Haushalte", "households"
    COMMERCE = "commerce", "GHD", "commerce and services"
    INDUSTRY = "industry", "Industrie", "industry"
    TRANSPORT = "transport", "Verkehr", "transport"
    MUNICIPAL = "municipal", "Kommunale Einrichtungen", "municipal facilities"
    AGRICULTURE = "agriculture", "Landwirtschaft", "agriculture"
    WASTE = "waste", "Abfall", "waste"
    CONVERSION = "conversion", "Umwandlung", "energy conversion"


class Attitude(Choice):
    """Haltung of the actor towards the goal, as the team sees it."""

    SUPPORTER = "supporter", "Befürworter", "supporter"
    NEUTRAL = "neutral", "neutral", "neutral"
    SCEPTIC = "sceptic", "skeptisch", "sceptical"
    OPPONENT = "opponent", "Gegner", "opponent"


class EmissionsScope(Choice):
    """THG umfasst: which components one emission figure holds."""

    ENERGY = "energy", "Energie", "energy"
    FUELS = "fuels", "Brennstoffe", "fuels"
    SCOPE_1 = "scope_1", "Scope 1", "scope 1"
    SCOPE_1_2 = "scope_1_2", "Scope 1+2", "scope 1+2"


class DataQuality(Choice):
    """Datengüte: A measured … D estimated. The uncertainty factors stand in `scoring.emissions`."""

    A = "A", "A", "A"
    B = "B", "B", "B"
    C = "C", "C", "C"
    D = "D", "D", "D"


class InventoryMethod(Choice):
    """Bilanzmethode: the accounting rules of the municipality's inventory."""

    BISKO = "BISKO", "BISKO", "BISKO"
    SOURCE = "source", "Quellenbilanz", "source-based inventory"
    INFLUENCE = "influence", "Einflussbilanz", "influence-based inventory"


class LegalForm(Choice):
    """Rechtsform of the alliance."""

    LOOSE = "loose", "lose", "informal"
    ASSOCIATION = "association", "Verein", "association"
    COOPERATIVE = "cooperative", "Genossenschaft", "cooperative"
    MUNICIPAL = "municipal", "bei der Kommune", "at the municipality"


class MeetingKind(Choice):
    """Art of a meeting."""

    FIRST_CONTACT = "first_contact", "Erstkontakt", "first contact"
    EXECUTIVE_MEETING = "executive_meeting", "Chefetagen-Termin", "executive meeting"
    TALK = "talk", "Gespräch", "talk"
    FOLLOW_UP = "follow_up", "Folgegespräch", "follow-up talk"
    MINI_CLIMATE_DECISION = "mini_climate_decision", "Mini-Klimaentscheid", "mini climate decision"
    EVENT = "event", "Veranstaltung", "event"
    KICKOFF = "kickoff", "Kickoff", "kickoff"
    FOUNDING = "founding", "Gründung", "founding"
    LETTER_SIGNING = "letter_signing", "LoI-Unterzeichnung", "LoI signing"
    MEASURES_WORKSHOP = "measures_workshop", "Maßnahmen-Workshop", "measures workshop"
    MONITORING = "monitoring", "Monitoring", "monitoring"
    PARTY = "party", "Party", "party"
    TEAM_MEETING = "team_meeting", "Teamtreffen", "team meeting"


class MeetingStatus(Choice):
    """Status of a meeting."""

    PLANNED = "planned", "geplant", "planned"
    HELD = "held", "stattgefunden", "held"
    CANCELLED = "cancelled", "abgesagt", "cancelled"
    MOVED = "moved", "verschoben", "moved"


class MeetingResult(Choice):
    """Ergebnis of a meeting. `negative` is not a refusal: the LoI says that."""

    OPEN = "open", "offen", "open"
    POSITIVE = "positive", "positiv", "positive"
    NEUTRAL = "neutral", "neutral", "neutral"
    NEGATIVE = "negative", "negativ", "negative"
    PLEDGE = "pledge", "Zusage", "pledge"


class LetterStatus(Choice):
    """Status of a Letter of Intent (LoI)."""

    REQUESTED = "requested", "angefragt", "requested"
    PLEDGED = "pledged", "zugesagt", "pledged"
    SIGNED = "signed", "unterzeichnet", "signed"
    DECLINED = "declined", "abgelehnt", "declined"
    WITHDRAWN = "withdrawn", "zurückgezogen", "withdrawn"


class Authority(Choice):
    """Zeichnungsberechtigt: may this person sign for the actor?"""

    YES = "yes", "ja", "yes"
    NO = "no", "nein", "no"
    UNCLEAR = "unclear", "unklar", "unclear"


class Publication(Choice):
    """Veröffentlichung: yes = name, quote and share; name_only = the name; no = not by name."""

    YES = "yes", "ja", "yes"
    NAME_ONLY = "name_only", "nur Name", "name only"
    NO = "no", "nein", "no"


class MeasureStatus(Choice):
    """Umsetzungsstand, in the words of LocalZero Monitoring."""

    UNKNOWN = "unknown", "unbekannt", "unknown"
    IN_PROGRESS = "in_progress", "in Arbeit", "in progress"
    DONE = "done", "abgeschlossen", "completed"
    DELAYED = "delayed", "verzögert / fehlt", "delayed / missing"
    FAILED = "failed", "gescheitert", "failed"


class PressOccasion(Choice):
    """Anlass of a press item."""

    FOUNDING = "founding", "Gründung", "founding"
    LETTER = "letter", "LoI", "LoI"
    NEW_MEMBER = "new_member", "Neuaufnahme", "new member"
    MEASURE = "measure", "Maßnahme", "measure"
    SUCCESS = "success", "Erfolg", "success"


class Role(Choice):
    """Rolle of a team member in Verteiler."""

    COORDINATION = "coordination", "Koordination", "coordination"
    NETWORKER = "networker", "Netzwerker:in", "networker"
    TEAM = "team", "Team", "team"
    TECHNICIAN = "technician", "Technik", "technician"


class LegalBasis(Choice):
    """Rechtsgrundlage for keeping a contact (GDPR Art. 6)."""

    CONSENT = "consent", "Einwilligung", "consent"
    LEGITIMATE_INTEREST = "legitimate_interest", "berechtigtes Interesse", "legitimate interest"
    SELF_REPORTED = "self_reported", "selbst gemeldet", "self-reported"


class MailConsent(Choice):
    """Mails to a contact. `objected` is absolute."""

    YES = "yes", "ja", "yes"
    NO = "no", "nein", "no"
    OBJECTED = "objected", "widersprochen", "objected"


class Stage(Choice):
    """Stand of an actor. The first nine are an order, low to high; the last three are side states."""

    IDENTIFIED = "identified", "identifiziert", "identified"
    CONTACTED = "contacted", "Erstkontakt", "contacted"
    MEETING_PLANNED = "meeting_planned", "Termin vereinbart", "meeting planned"
    TALKED = "talked", "Gespräch geführt", "talked"
    CONVINCED = "convinced", "überzeugt", "convinced"
    SIGNED = "signed", "LoI unterzeichnet", "LoI signed"
    MEASURES_PLANNED = "measures_planned", "Maßnahmen geplant", "measures planned"
    IMPLEMENTING = "implementing", "in Umsetzung", "implementing"
    MONITORING = "monitoring", "im Monitoring", "monitoring"
    POSTPONED = "postponed", "zurückgestellt", "postponed"
    DECLINED = "declined", "abgelehnt", "declined"
    LEFT = "left", "ausgetreten", "left"

    @property
    def is_side_state(self) -> bool:
        """Say whether this is postponed, declined or left."""
        return self in SIDE_STATES


SIDE_STATES = (Stage.POSTPONED, Stage.DECLINED, Stage.LEFT)
LADDER: tuple[Stage, ...] = tuple(stage for stage in Stage if stage not in SIDE_STATES)
"""The nine stages in order: `LADDER.index(stage)` compares two of them."""


class LowHanging(Choice):
    """Low-hanging fruit, three-valued, as computed."""

    YES = "yes", "ja", "yes"
    POSSIBLE = "possible", "möglich", "possible"
    NO = "no", "nein", "no"


class KeyActor(Choice):
    """Schlüsselakteur: P(rank ≤ top_n) ≥ .9 yes, ≥ .5 likely, ≥ .1 open, else no."""

    YES = "yes", "ja", "yes"
    LIKELY = "likely", "wahrscheinlich", "likely"
    OPEN = "open", "offen", "open"
    NO = "no", "nein", "no"


class StepStatus(Choice):
    """Status of one of the alliance's steps 0–8."""

    OPEN = "open", "offen", "open"
    RUNNING = "running", "läuft", "running"
    DONE = "done", "erledigt", "done"
    REGRESSED = "regressed", "Rückschritt", "regressed"


class Light(Choice):
    """Ampel of a measure."""

    GREEN = "green", "grün", "green"
    YELLOW = "yellow", "gelb", "yellow"
    RED = "red", "rot", "red"


class Release(Choice):
    """Freigabe: what a person ticks beside a mail that waits."""

    YES = "yes", "ja", "yes"
    NO = "no", "nein", "no"


class Factor(Choice):
    """The four factors of Wirkung, in the guide's order (step 4)."""

    EMISSIONS = "emissions", "THG-Emissionen", "GHG emissions"
    JOBS = "jobs", "Arbeitsplätze", "jobs"
    STRUCTURAL = "structural", "strukturelle Wichtigkeit", "structural importance"
    PUBLICITY = "publicity", "Öffentlichkeit", "publicity"


class Severity(Choice):
    """How much a note matters: blocking notes stop a public figure."""

    HINT = "hint", "Tipp", "hint"
    WARNING = "warning", "bitte prüfen", "please check"
    BLOCKING = "blocking", "blockiert", "blocking"
