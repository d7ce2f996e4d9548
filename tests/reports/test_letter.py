"""The LoI letter: what stands on the page and in the mail, whom the draft may be addressed to, and hostile names."""

from datetime import date, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from reports.letter import Letter, Recipient, letter, letter_draft, letter_recipient, slug
from reports.own_templates import Own, template_problems
from scoring.alliance import Settings
from scoring.domain import Language, MailConsent
from scoring.memory import Memory
from tests.scoring.build import alliance, table

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=1)))
SENDER = "Klima-Allianz Musterstadt <klima@example.org>"
LANG = Recipient(address="lang@example.org", name="Eva Läng", polite_name="Frau Eva Läng")
TOWN = Settings(
    municipality="Musterstadt", target_year=2033, loi_version="1.2", loi_link="https://example.org/loi?a=1&b=2"
)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% for x in y %}",
    "../../etc/passwd",
    "A\r\nBcc: victim@example.org",
    "=?utf-8?q?=41?= \x00 \u202e",
    "W" * 50_000,
    "🌍" * 300,
    " \t ",
)


class _Read(HTMLParser):
    """The tags of a page, and its text outside of styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.text += f" {data}"

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def written(
    name: str = "Stadtwerke",
    settings: Settings = TOWN,
    recipient: Recipient | None = LANG,
    language: Language = "de",
    own: Own | None = None,
) -> Letter:
    content = alliance(actors=[{"name": "Anders"}, {"name": name}], settings=settings)
    key = content.actors["key"].iloc[1]
    return letter(content, key, recipient, language=language, today=TODAY, own=own)


def drafted(letter: Letter) -> EmailMessage:
    draft = letter_draft(letter, b"%PDF-1.7 \x00\r\n", sender=SENDER, now=NOW)
    return message_from_bytes(draft, EmailMessage, policy=policy.default)


# The page


def test_page_says_who_what_until_when_and_that_it_binds_nobody() -> None:
    assert _Read(written().html).words == (
        "Absichtserklärung (Letter of Intent): Stadtwerke Klima-Allianz Musterstadt Version 1.2 · 24.11.2026 "
        "Absichtserklärung (Letter of Intent) Rechtlich nicht bindend "
        "Stadtwerke und die Klima-Allianz Musterstadt erklären ihren gemeinsamen Willen: "
        "Musterstadt wird spätestens 2033 klimaneutral. "
        "Gemeinsam. Wir bekennen uns zu diesem Ziel und wirken in der Klima-Allianz daran mit. Allein erreicht es "
        "niemand; wer vorangeht, macht es den anderen leichter. "
        "Mit eigenen Maßnahmen. Wir nehmen uns vor, unseren Ausstoß von Treibhausgasen Schritt für Schritt zu senken, "
        "mit Maßnahmen, die zu uns passen und über die wir selbst entscheiden. "
        "Offen. Wir sagen der Klima-Allianz, was wir planen, was erreicht ist und wo es hakt. Sie zeigt, wie weit die "
        "Allianz als Ganzes ist, und veröffentlicht nichts über uns, dem wir nicht zugestimmt haben. "
        "Diese Erklärung ist ein Ausdruck des Willens. Sie begründet keine rechtlichen oder finanziellen Pflichten und "
        "kann jederzeit ohne Angabe von Gründen zurückgezogen werden. "
        "Veröffentlichung Bitte eines ankreuzen; das lässt sich jederzeit ändern. "
        "Ja Name, Zitat und unser Anteil dürfen öffentlich genannt werden. "
        "Nur Name Öffentlich genannt wird allein unser Name. Nein Wir werden nicht öffentlich genannt. "
        "Unser Zitat (freiwillig) "
        "Für Stadtwerke Ort, Datum Name und Funktion Unterschrift "
        "Für die Klima-Allianz Musterstadt Ort, Datum Name und Funktion Unterschrift"
    )


@pytest.mark.parametrize(("target", "year"), [(None, 2035), (2030, 2030), (2035, 2035), (2045, 2035)])
def test_page_never_names_a_year_after_2035(target: int | None, year: int) -> None:
    page = written(settings=Settings(municipality="Musterstadt", target_year=target))
    assert f"spätestens {year} klimaneutral" in page.html
    assert f"spätestens {year} klimaneutral" in page.text


def test_page_reads_well_without_any_setting() -> None:
    words = _Read(written(settings=Settings()).html).words
    assert "Stadtwerke und die Klima-Allianz erklären" in words
    assert "Unsere Kommune wird spätestens 2035 klimaneutral." in words
    assert "Version" not in words


def test_english_letter_holds_no_german() -> None:
    english = written(language="en", recipient=None)
    said = f"{_Read(english.html).words} {english.text} {english.subject}".casefold()
    german = ("klima", "erklär", "unter", "öffentlich", " und ", " wir ", "ort,", "sehr geehrte", "bindend")
    assert [word for word in german if word in said] == []
    assert "not legally binding" in said
    assert english.subject == "Letter of Intent of the climate alliance of Musterstadt: Stadtwerke"


# The mail


def test_mail_is_a_draft_with_the_page_attached() -> None:
    mail = drafted(written())
    text, pdf = mail.iter_parts()
    assert [(name, str(value)) for name, value in mail.items() if name not in {"Content-Type", "MIME-Version"}] == [
        ("X-Unsent", "1"),
        ("From", SENDER),
        ("To", "Eva Läng <lang@example.org>"),
        ("Subject", "Absichtserklärung der Klima-Allianz Musterstadt: Stadtwerke"),
        ("Date", "Tue, 24 Nov 2026 09:00:00 +0100"),
    ]
    assert (pdf.get_content_type(), pdf.get_filename(), pdf.get_content()) == (
        "application/pdf",
        "stadtwerke.pdf",
        b"%PDF-1.7 \x00\r\n",
    )
    said = text.get_content().replace("\r\n", "\n")
    assert said.startswith("Guten Tag Frau Eva Läng,\n\nMusterstadt soll spätestens 2033 klimaneutral")
    assert "https://example.org/loi?a=1&b=2\n" in said


def test_mail_says_sie() -> None:
    words = written().text.replace(",", " ").replace(".", " ").split()
    assert [word for word in words if word in {"Ihr", "euch", "eure", "du", "dir", "dich"}] == []
    assert words.count("Sie") > 5


def test_draft_without_a_recipient_greets_everybody_and_has_no_to() -> None:
    mail = drafted(written(recipient=None))
    text, _ = mail.iter_parts()
    assert mail["To"] is None
    assert text.get_content().startswith("Sehr geehrte Damen und Herren,\r\n")


def test_link_that_is_not_https_is_left_out() -> None:
    assert "Mehr dazu" not in written(settings=Settings(loi_link="javascript:alert(1)")).text


# The recipient

MEMORY = Memory(address_key=b"secret", objections=frozenset({Memory(address_key=b"secret").address_id("old@a.de")}))


def test_recipient_is_the_first_contact_who_may_be_mailed() -> None:
    may = {"actor": "stadtwerke", "mails": MailConsent.YES}
    contacts = table(
        "contacts",
        [
            {**may, "actor": "verein", "name": "Other", "email": "other@a.de"},
            {**may, "name": "No", "email": "no@a.de", "mails": MailConsent.NO},
            {"actor": "stadtwerke", "name": "Blank", "email": "blank@a.de"},
            {**may, "name": "Objected", "email": "objected@a.de", "mails": MailConsent.OBJECTED},
            {**may, "name": "Long ago", "email": "OLD@a.de"},
            {**may, "name": "Elsewhere", "email": "elsewhere@a.de"},
            {**may, "name": "To delete", "email": "delete@a.de", "delete_on": TODAY},
            {**may, "name": "Unreadable"},
            {**may, "name": "Not mailable", "email": "jürgen@a.de"},
            {
                **may,
                "name": "Eva Läng",
                "salutation": "Frau",
                "email": "lang@example.org",
                "delete_on": date(2027, 1, 1),
            },
            {**may, "name": "Second", "email": "second@a.de"},
        ],
    )
    objected = frozenset({MEMORY.address_id("elsewhere@a.de")})
    found = letter_recipient(contacts, objected, "stadtwerke", memory=MEMORY, today=TODAY)
    assert found == LANG
    assert letter_recipient(contacts.iloc[1:9], objected, "stadtwerke", memory=MEMORY, today=TODAY) is None


@pytest.mark.parametrize(
    ("salutation", "name", "polite"),
    [
        ("Frau", "Eva Lang", "Frau Eva Lang"),
        ("Herr Dr.", "Ole Meer", "Herr Dr. Ole Meer"),
        ("per du", "Ole", "Ole"),
        ("Liebe Frau Lang", "Eva Lang", "Eva Lang"),
        ("", "", ""),
        ("Frau", "", ""),
    ],
)
def test_only_a_title_goes_before_a_name(salutation: str, name: str, polite: str) -> None:
    row = {"actor": "a", "mails": MailConsent.YES, "email": "a@a.de", "name": name, "salutation": salutation}
    found = letter_recipient(table("contacts", [row]), frozenset(), "a", memory=MEMORY, today=TODAY)
    assert found == Recipient(address="a@a.de", name=name, polite_name=polite)


# Names


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Müller & Söhne GmbH", "mueller-soehne-gmbh"),
        ("ẞ-Straßenbau Ä", "ss-strassenbau-ae"),
        ("U\u0308ber Café", "ueber-cafe"),  # typed with combining accents
        ("../../etc/passwd", "etc-passwd"),
        ("/", "akteur"),
        ("", "akteur"),
        ("Σύλλογος", "akteur"),
        ("..", "akteur"),
        ("CON", "con-loi"),
        ("a\x00b\nc", "a-b-c"),
        ("x" * 500, "x" * 60),
        (f"{'x' * 59} yy", "x" * 59),
    ],
)
def test_file_name_is_plain_whatever_the_actor_is_called(name: str, stem: str) -> None:
    assert slug(name) == stem


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name: str, language: Language) -> None:
    plain = _Read(written(language=language).html)
    hostile = written(
        name,
        Settings(municipality=name, loi_version=name, loi_link=name),
        Recipient(address="a@a.de", name=name, polite_name=name),
        language,
    )
    page = _Read(hostile.html)
    assert (page.tags, page.attributes) == (plain.tags, plain.attributes)
    assert "49" not in page.words
    mail = drafted(hostile)
    assert sorted(mail.keys()) == sorted(drafted(written()).keys())
    assert len(mail["Subject"]) <= 150
    assert len(hostile.html) < 12_000


# Own templates


def test_own_template_is_used_and_may_use_the_built_in_values() -> None:
    own = Own({"letter/de.html": "<p>{{ actor }} bis {{ year }}, {{ today|day }}</p>"})
    assert written(own=own).html == "<p>Stadtwerke bis 2033, 24.11.2026</p>"
    assert written(own=own).text == written().text
    assert template_problems(own, "de") == ()


def test_broken_own_template_gives_the_built_in_letter_and_says_where() -> None:
    broken = written(own=Own({"letter/de.html": "<p>\n{{ nobody }}</p>"}))
    assert broken.html == written().html
    (problem,) = broken.problems
    assert "letter/de.html" in problem
    assert "Stadtwerke" not in problem
