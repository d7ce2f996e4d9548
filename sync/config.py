"""The configuration file: technical settings only, read once, every problem reported at once.

`config.example.toml` is its manual. What the team decides lives in the sheet; secrets never stand here.
"""

import difflib
import re
import tomllib
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal, Self, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from scoring.domain import Language
from sync.errors import SetupError
from sync.timetable import Weekly, weekly


def _known_timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f'"{name}" is not a time zone; write for example "Europe/Berlin"')
    return name


def _address(text: str) -> str:
    address = parseaddr(text)[1]
    if "@" not in address or not address.isascii() or not text.isprintable():
        raise ValueError('write a sender such as "Klima-Allianz <name@example.org>"')
    return text


def _address_or_nothing(text: str) -> str:
    return _address(text) if text else ""


def _weekly(text: object) -> Weekly:
    return weekly(text if isinstance(text, str) else "")


def _on_a_working_day(when: Weekly) -> Weekly:
    if when.weekday > FRIDAY:
        raise ValueError("nobody is reminded on weekends; name a day from Mon to Fri")
    return when


def _land(text: str) -> str:
    if text and text.removeprefix("DE-") not in LAENDER and text != "DE":
        raise ValueError(f'write "DE-" and one of {", ".join(LAENDER)}, "DE" for the holidays of all, or ""')
    return text


def _filled(text: object) -> object:
    if not isinstance(text, str) or not text.strip():
        raise ValueError("write a path")
    return text


def _nothing(text: object) -> object:
    return None if text == "" else text


OptionalPath = Annotated[Path | None, BeforeValidator(_nothing)]
FilePath = Annotated[Path, BeforeValidator(_filled)]


FRIDAY = 4

LAENDER = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")
"""The German Länder by ISO 3166-2: each has public holidays of its own."""

EXAMPLE_SENDER = "Klima-Allianz <klima-allianz@example.org>"
"""Stands in for the alliance's own address, and reaches nobody."""


WORKBOOK_MB = 50
"""How many megabytes of XML a workbook may unpack to unless it is configured: some 20 000 actors."""


SECRET = frozenset({"ping_url"})
"""Settings whose value no sentence repeats."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _link(text: str) -> str:
    address = urlsplit(text)
    local = address.scheme == "http" and address.hostname in {"127.0.0.1", "::1", "localhost"}
    if not address.hostname or not (address.scheme == "https" or local) or not text.isprintable():
        raise ValueError("write an address that begins with https://")
    return text


def _link_or_nothing(text: str) -> str:
    return _link(text) if text else ""


class AllianceConfig(_Section):
    """[alliance]: language of everything people read, and the time zone that decides which day it is.

    `handbook` is the https link under which the team reads the handbook, "" for none.
    """

    language: Language = "de"
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "Europe/Berlin"
    handbook: Annotated[str, AfterValidator(_link_or_nothing)] = ""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.timezone)


def spreadsheet_id(text: str) -> str:
    """Return the id that a link to a Google Sheet holds, or the text itself when it is one, or "" for "".

    ValueError, with what to write instead, for anything else.
    """
    if "/spreadsheets/d/e/" in text:
        raise ValueError("this is the link of a published page; copy the one in the browser's address bar instead")
    found = re.search(r"/spreadsheets/(?:u/\d+/)?d/([\w-]+)", text) or re.fullmatch(r"([\w-]{15,})", text.strip())
    if text and found is None:
        raise ValueError("this is neither the link of a Google Sheet (…/spreadsheets/d/…) nor its id")
    return found[1] if found else ""


def is_workbook(text: str) -> bool:
    """Say whether this names a workbook, not a Google Sheet."""
    return text.casefold().endswith(".xlsx")


def _contacts(text: str) -> str:
    """Return a path as it is, else the id of the spreadsheet that is named; "" for ""."""
    if is_workbook(text.strip()):
        return text.strip()
    try:
        return spreadsheet_id(text.strip())
    except ValueError as error:
        raise ValueError(f"write the path of a workbook (.xlsx) or the link of a Google Sheet: {error}") from None


def _endpoint(text: str) -> str:
    """Return an address without its last slash; one without TLS only on this machine: a token goes there."""
    return _link(text).rstrip("/")


class SheetConfig(_Section):
    """[sheet]: where the team's sheet is kept. `spreadsheet` is an id once it is read.

    `workbook_mb` is how many megabytes (of a million bytes) a workbook may unpack to before it is refused unread.
    `contacts` is a second spreadsheet (an id once it is read) or workbook (see `is_workbook`) with the tab Kontakte; ""
    means it is in the same file.
    """

    source: Literal["workbook", "google"] = "workbook"
    workbook: FilePath = Path("allianz.xlsx")
    workbook_mb: Annotated[int, Field(ge=1, le=1000)] = WORKBOOK_MB
    spreadsheet: Annotated[str, AfterValidator(spreadsheet_id)] = ""
    credentials: FilePath = Path("service-account.json")
    contacts: Annotated[str, AfterValidator(_contacts)] = ""
    api: Annotated[str, AfterValidator(_endpoint)] = "https://sheets.googleapis.com"

    @model_validator(mode="after")
    def _names_the_spreadsheet(self) -> Self:
        if self.source == "google" and not self.spreadsheet:
            raise ValueError('source = "google" needs the spreadsheet: copy its link from the browser\'s address bar')
        return self


class StateConfig(_Section):
    """[state]: what the service remembers between runs."""

    file: FilePath = Path("state.db")


class MailConfig(_Section):
    """[mail]: whether and where mails go. How the password is found: `sync.delivery.password`."""

    enabled: bool = False
    transport: Literal["folder", "smtp"] = "folder"
    folder: FilePath = Path("outbox")
    sender: Annotated[str, AfterValidator(_address), Field(alias="from")] = EXAMPLE_SENDER
    redirect_all_to: Annotated[str, AfterValidator(_address_or_nothing)] = ""
    operator: Annotated[str, AfterValidator(_address_or_nothing)] = ""
    uncertain: Literal["resend", "hold"] = "resend"
    templates: OptionalPath = None
    host: str = ""
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password_file: OptionalPath = None

    @model_validator(mode="after")
    def _names_the_server(self) -> Self:
        if self.transport == "smtp" and not self.host:
            raise ValueError('transport = "smtp" needs the host, for example host = "mail.example.org"')
        if self.transport == "smtp" and self.sender == EXAMPLE_SENDER:
            raise ValueError('transport = "smtp" needs your own address as from = "Klima-Allianz <…>"')
        if self.username and self.security == "none":
            raise ValueError('security = "none" would send the password unprotected; write "starttls" or "tls"')
        return self


class ScheduleConfig(_Section):
    """[schedule]: when `klima-allianz worker` does what. `ping_url` is as good as a password: never print it."""

    sync_every_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    digest: Annotated[Weekly, BeforeValidator(_weekly)] = weekly("Mon 08:00")
    reminders: Annotated[Weekly, BeforeValidator(_weekly), AfterValidator(_on_a_working_day)] = weekly("Mon 08:00")
    holidays: Annotated[str, AfterValidator(_land)] = "DE-BW"
    ping_url: Annotated[str, AfterValidator(_link_or_nothing), Field(repr=False)] = ""


class ReportConfig(_Section):
    """[report]: where reports go."""

    folder: FilePath = Path("report")


class Config(_Section):
    """The whole file. Paths are absolute once `load_config` has returned it."""

    alliance: AllianceConfig = AllianceConfig()
    sheet: SheetConfig = SheetConfig()
    state: StateConfig = StateConfig()
    mail: MailConfig = MailConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    report: ReportConfig = ReportConfig()


def load_config(path: Path) -> Config:
    """Read the file and resolve its paths against its folder.

    Raises `SetupError` with one sentence per problem: missing file, broken TOML, unknown keys, wrong values.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SetupError(
            f"The configuration {path} does not exist. Copy config.example.toml to {path.name} and adjust it, "
            "or name another file with --config."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"The configuration {path} cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise SetupError(f"The configuration {path} is not valid TOML: {error}.") from None
    try:
        config = Config.model_validate(content)
    except ValidationError as error:
        raise SetupError(*(f"{path.name}: {_sentence(detail)}" for detail in error.errors())) from None
    return _with_absolute_paths(config, path.resolve().parent)


def _with_absolute_paths(config: Config, folder: Path) -> Config:
    sheet, state, mail, report = config.sheet, config.state, config.mail, config.report
    return config.model_copy(
        update={
            "sheet": sheet.model_copy(
                update={
                    "workbook": folder / sheet.workbook,
                    "credentials": folder / sheet.credentials,
                    "contacts": str(folder / sheet.contacts) if is_workbook(sheet.contacts) else sheet.contacts,
                }
            ),
            "state": state.model_copy(update={"file": folder / state.file}),
            "mail": mail.model_copy(
                update={
                    "folder": folder / mail.folder,
                    "templates": mail.templates and folder / mail.templates,
                    "password_file": mail.password_file and folder / mail.password_file,
                }
            ),
            "report": report.model_copy(update={"folder": folder / report.folder}),
        }
    )


def _sentence(detail: ErrorDetails) -> str:
    where = _where(detail["loc"])
    if detail["type"] == "extra_forbidden":
        known = _known_keys(detail["loc"][:-1])
        near = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1)
        return f"{where} is not a setting." + (f" Did you mean {near[0]}?" if near else f" Known: {', '.join(known)}.")
    if detail["type"] == "model_type":
        return f"{where} must be a section with settings below it."
    if isinstance(detail["input"], dict):
        return f"{where}: {detail['msg'].removeprefix('Value error, ')}."
    shows = isinstance(detail["input"], str | int | float | bool) and detail["loc"][-1] not in SECRET
    found = repr(detail["input"]) if shows else "this"
    return f"{where} = {found}: {detail['msg'].removeprefix('Value error, ')}."


def _where(location: tuple[int | str, ...]) -> str:
    *sections, key = map(str, location)
    return f"[{'.'.join(sections)}] {key}" if sections else f"[{key}]"


def _known_keys(sections: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Config
    for section in sections:
        annotation = model.model_fields[str(section)].annotation
        model = annotation if isinstance(annotation, type) else get_args(annotation)[0]
    return [field.alias or name for name, field in model.model_fields.items()]
