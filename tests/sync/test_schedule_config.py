"""The section [schedule] of the configuration: each key missing, of a wrong type, out of range, and unknown ones."""

from datetime import time
from pathlib import Path

import pytest

from sync.config import ScheduleConfig, load_config
from sync.errors import SetupError
from sync.timetable import Weekly

DAYS = '(Mon, Tue, Wed, Thu, Fri, Sat, Sun) and a time, such as "Mon 08:00"'
LINK = "https://ping.example.org/5c3a-secret"


def schedule(folder: Path, text: str) -> ScheduleConfig:
    path = folder / "config.toml"
    path.write_text(f"[schedule]\n{text}\n", encoding="utf-8")
    return load_config(path).schedule


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(SetupError) as caught:
        schedule(folder, text)
    return caught.value.problems


def test_missing_settings_have_their_defaults(tmp_path: Path) -> None:
    monday = Weekly(weekday=0, at=time(8))
    found = schedule(tmp_path, "")
    assert (found.sync_every_minutes, found.digest, found.reminders) == (15, monday, monday)
    assert (found.holidays, found.ping_url) == ("DE-BW", "")


@pytest.mark.parametrize("text", ["sync_every_minutes = 1", "sync_every_minutes = 1440", 'digest = "Sun 23:59"',
    'reminders = "Fri 08:00"', 'holidays = ""', 'holidays = "DE"', 'holidays = "DE-NI"', f'ping_url = "{LINK}"',
    'ping_url = "http://127.0.0.1:8000/ping"'])  # fmt: skip
def test_settings_at_the_edge_are_taken(tmp_path: Path, text: str) -> None:
    key, value = text.split(" = ")
    assert str(getattr(schedule(tmp_path, text), key)) == value.strip('"')


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sync_every_minutes = 0", "sync_every_minutes = 0: Input should be greater than or equal to 1."),
        ("sync_every_minutes = 1441", "sync_every_minutes = 1441: Input should be less than or equal to 1440."),
        (
            'sync_every_minutes = "often"',
            "sync_every_minutes = 'often': Input should be a valid integer, unable to parse string as an integer.",
        ),
        ("digest = 8", f"digest = 8: write a day {DAYS}."),
        ('digest = "Mo 08:00"', f"digest = 'Mo 08:00': write a day {DAYS}."),
        ('digest = "Mon 25:00"', f"digest = 'Mon 25:00': write a day {DAYS}."),
        ("reminders = true", f"reminders = True: write a day {DAYS}."),
        (
            'reminders = "Sat 08:00"',
            "reminders = 'Sat 08:00': nobody is reminded on weekends; name a day from Mon to Fri.",
        ),
        ("holidays = 1", "holidays = 1: Input should be a valid string."),
        (
            'holidays = "AT-1"',
            "holidays = 'AT-1': write \"DE-\" and one of BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, "
            'TH, "DE" for the holidays of all, or "".',
        ),
        ("ping_url = 1", "ping_url = this: Input should be a valid string."),
        (
            f'ping_url = "{LINK.replace("https", "http")}"',
            "ping_url = this: write an address that begins with https://.",
        ),
        ("sync_every = 5", "sync_every is not a setting. Did you mean sync_every_minutes?"),
    ],
)
def test_wrong_setting_is_one_sentence(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(tmp_path, text) == (f"config.toml: [schedule] {problem}",)


def test_ping_url_is_in_no_sentence_and_no_repr(tmp_path: Path) -> None:
    assert "secret" not in repr(schedule(tmp_path, f'ping_url = "{LINK}"'))
    told = problems(tmp_path, f'ping_url = "ftp:{LINK}"\nping_urls = "{LINK}"\ndigest = ""')
    assert len(told) == 3
    assert "secret" not in " ".join(told)
