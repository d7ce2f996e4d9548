"""The command line: what can be typed, and how every failure reads. The commands themselves are in `sync.commands`.

Nothing heavy is imported before a command is chosen, so that --help answers at once.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path

from sync import VERSION
from sync.errors import OutsideError, SetupError, place_of

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
"""What --today can be."""

MAIL_KINDS = ("digest", "loi_update", "welcome", "milestone", "success", "reminder", "operator")
"""What can be previewed; those of `reports.mail`, which is not imported for --help."""

DONE, OUTSIDE_FAILED, SETUP_WRONG = 0, 1, 2
"""Exit codes. 1: try again; 2 needs a person first. (3, held by the fuse: `sync.commands`.)"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. A person never sees a traceback for a foreseen failure."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without „ or ✓ must not stop a run
    options = _parser().parse_args(arguments)
    try:
        commands = import_module(f"sync.{options.where}")  # heavy
        return int(getattr(commands, options.does)(options))
    except SetupError as error:
        for problem in error.problems:
            print(f"✗ {problem}", file=sys.stderr)
        return SETUP_WRONG
    except OutsideError as error:
        print(f"✗ {error}", file=sys.stderr)
        return SETUP_WRONG if error.permanent else OUTSIDE_FAILED
    except KeyboardInterrupt:
        print("✗ stopped; nothing is half done: the next run continues", file=sys.stderr)
        return OUTSIDE_FAILED
    except Exception as error:  # noqa: BLE001  # a bug; its text may quote a cell, so only its place is told
        print(f"✗ This is a mistake in the program ({place_of(error)}), please report it.", file=sys.stderr)
        return OUTSIDE_FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="klima-allianz",
        description="Keeps a climate alliance's sheet honest: whom to talk to next and why, where everyone stands, "
        "and the share of local emissions that can be claimed in public.",
        epilog="Exit codes: 0 done, 1 the outside failed (try again), 2 something must be put right first, "
        "3 held because many actors are suddenly gone.",
    )
    parser.add_argument("--version", action="version", version=f"klima-allianz {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="a sample alliance in a local workbook: set up, synced and reported")
    demo.add_argument("--into", type=Path, default=Path("demo"), metavar="DIR", help="where to put it (default: demo)")
    _add_today(demo)

    setup = commands.add_parser("setup", help="add missing tabs, headers, dropdowns; safe to repeat; says what it did")
    check = commands.add_parser("check", help="configuration, sheet, state and mail: one line each, with what to do")
    check.add_argument(
        "--probe",
        nargs="?",
        const="",
        metavar="LINK",
        help="try instead what is not proved about Google, on a copy of the sheet made for that (docs/google.md)",
    )
    sync = commands.add_parser("sync", help="read the sheet, score, write back, queue mail: one run")
    sync.add_argument("--dry-run", action="store_true", help="say what would be written and mailed; touch nothing")
    sync.add_argument("--json", action="store_true", help="print the whole result as JSON (docs/result.md)")
    sync.add_argument("--confirm", action="store_true", help="vouch for new signatures: announce them with this run")
    sync.add_argument("--accept", action="store_true", help="many actors are gone and that was meant: go on")
    worker = commands.add_parser("worker", help="run by the timetable and whenever the sheet asks, until SIGTERM")
    worker.add_argument("--json", action="store_true", help="log one JSON object a line")
    status = commands.add_parser("status", help="last runs, outbox, open problems")
    form = status.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="the same as JSON (docs/result.md)")
    form.add_argument(
        "--health",
        dest="where",
        action="store_const",
        const="health",
        help="one line instead; exit code 1 when no run came or went well for three intervals and ten minutes",
    )
    report = commands.add_parser("report", help="write the team's and the public page and result.json, as it stands")
    report.add_argument("--into", type=Path, metavar="DIR", help="instead of [report] folder")
    for command in (setup, check, sync, worker, status, report):
        _add_config(command)
    for command in (check, sync, report):
        _add_today(command)
    for name in ("demo", "setup", "check", "sync", "worker", "status", "report"):
        _does(commands.choices[name], "commands", name)
    _add_mail(commands.add_parser("mail", help="the queue of mails: look at it, release, try again, try out"))
    _add_privacy(commands)
    _add_state(commands)
    return parser


def _add_mail(mail: argparse.ArgumentParser) -> None:
    actions = mail.add_subparsers(dest="action", required=True, metavar="ACTION")
    list_ = actions.add_parser("list", help="the mails that are open or went wrong")
    list_.add_argument("--all", action="store_true", help="those that are sent, too")
    preview = actions.add_parser("preview", help="write a mail of a kind as .eml, .html and .txt, and print its text")
    preview.add_argument("kind", choices=MAIL_KINDS, metavar="KIND", help=", ".join(MAIL_KINDS))
    preview.add_argument("--live", action="store_true", help="from the team's own sheet instead of the sample alliance")
    preview.add_argument("--into", type=Path, default=Path("preview"), metavar="DIR", help="default: preview")
    test = actions.add_parser("test", help="send one mail to an address at once; says how far it came")
    test.add_argument("address", metavar="ADDRESS")
    release = actions.add_parser("release", help="release a mail that waits, as ja on Postausgang does")
    retry = actions.add_parser("retry", help="let a mail that is uncertain or waits go out with the next run")
    for command in (release, retry):
        command.add_argument("number", type=int, metavar="N", help="its number on Postausgang")
    templates = actions.add_parser("check-templates", help="fill the team's own templates and say what is broken")
    stop = actions.add_parser("stop", help="never again mail this address; for whoever asked for it")
    stop.add_argument("address", metavar="ADDRESS")
    for command, function in (
        (list_, "list_mails"),
        (preview, "preview_mail"),
        (test, "send_trial"),
        (release, "release"),
        (retry, "retry"),
        (templates, "check_templates"),
    ):
        _does(command, "mail_commands", function)
        _add_config(command)
    _does(stop, "privacy_commands", "mail_stop")
    _add_config(stop)


def _add_privacy(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    letter = commands.add_parser("letter", help="the LoI for one actor: PDF and a draft mail for a person to send")
    letter.add_argument("actor", metavar="ACTOR", help="its name as in the sheet")
    letter.add_argument("--into", type=Path, default=Path("letters"), metavar="DIR", help="default: letters")
    erase = commands.add_parser("erase", help="forget a person or an actor everywhere, without announcing it again")
    erase.add_argument("name", metavar="NAME")
    erase.add_argument("--yes", action="store_true", help="do not ask first")
    for command, function in ((letter, "letter"), (erase, "erase")):
        _does(command, "privacy_commands", function)
        _add_config(command)
    _add_today(letter)


def _add_state(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = commands.add_parser("backup", help="copy the state file, also while a run goes on; says how old it is")
    restore = commands.add_parser("restore", help="go back to a backup; nothing that happened since is announced again")
    restore.add_argument("--yes", action="store_true", help="do not ask first")
    for name, command in {"backup": backup, "restore": restore}.items():
        command.add_argument("file", type=Path, metavar="FILE")
        _does(command, "state_commands", name)
        _add_config(command)


def _does(command: argparse.ArgumentParser, where: str, function: str) -> None:
    """Name the module of `sync` and the function that carry a command out; neither is imported before."""
    command.set_defaults(where=where, does=function)


def _add_config(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--config",
        type=Path,
        default=Path(os.environ.get("KLIMA_ALLIANZ_CONFIG") or "config.toml"),
        metavar="FILE",
        help="default: $KLIMA_ALLIANZ_CONFIG or config.toml",
    )


def _add_today(command: argparse.ArgumentParser) -> None:
    command.add_argument("--today", type=_day, metavar="YYYY-MM-DD", help="as if it were this day")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write YYYY-MM-DD") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise argparse.ArgumentTypeError(f"{text} is out of range; days run from {FIRST_DAY} to {LAST_DAY}")
    return day


if __name__ == "__main__":
    sys.exit(main())
