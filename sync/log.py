"""The log for whoever keeps the machine: one line for each event on standard error, as text or as JSON.

What belongs here: how an event becomes a line. The sentences for a person at a terminal are `sync.progress`.
"""

import json
import logging
import time

from reports.one_line import one_line
from sync.ports import RunOutcome, RunRecord

LONGEST = 500
"""How much of a value is told, characters."""

_OURS = logging.getLogger("klima-allianz")


def start_logging(*, as_json: bool, level: int = logging.INFO) -> None:
    """Let the process log to standard error from here on, in one of the two forms, from this level of `logging` on.

    Of libraries it is told only that they warned: which one and how badly. Their texts quote addresses with secrets in
    them (urllib3), accounts (google.auth), statements with their values (sqlalchemy) and cells (openpyxl).
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if as_json else _Text())
    handler.addFilter(_is_told)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    _OURS.setLevel(level)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # else a log that is gone (a full disk) is answered with the text of the record


def log(event: str, /, level: int = logging.INFO, **fields: object) -> None:
    """Log one line: what happened, and its facts in this order; "" and None are left out.

    Values become one line of at most `LONGEST` characters. No value may hold a secret, an address or a cell.
    """
    _OURS.log(level, event, extra={"facts": fields})


def log_run(record: RunRecord) -> None:
    """Log how a run went; one that did not go well is a warning."""
    log(
        "run",
        logging.INFO if record.outcome is RunOutcome.OK else logging.WARNING,
        outcome=record.outcome,
        trigger=record.trigger,
        reads=record.reads,
        writes=record.writes,
        cells=record.cells_written,
        mails=record.mails_queued,
        notes=record.notes,
        seconds=round(record.seconds, 2),
        problem=record.problem,
    )


def _is_told(record: logging.LogRecord) -> bool:
    return record.name == _OURS.name or record.levelno >= logging.WARNING


def _facts(record: logging.LogRecord) -> dict[str, object]:
    """Return what is told of a record, without its text if it is not ours; values are numbers, booleans or one line."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
    told: dict[str, object] = {"time": at, "level": record.levelname.lower()}
    if record.name != _OURS.name:
        return {**told, "event": "library", "name": one_line(record.name, LONGEST)}
    facts: dict[str, object] = getattr(record, "facts", {})
    values = {name: _value(value) for name, value in facts.items() if value is not None and value != ""}
    return {**told, "event": one_line(str(record.msg), LONGEST), **values}


def _value(value: object) -> object:
    return value if isinstance(value, bool | int | float) else one_line(str(value), LONGEST)


class _Json(logging.Formatter):
    """Formats a record as a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_facts(record), ensure_ascii=False)


class _Text(logging.Formatter):
    """Formats a record as time, level and event, then name=value; a value is quoted where its end would be unclear."""

    def format(self, record: logging.LogRecord) -> str:
        at, level, event, *facts = _facts(record).items()
        return " ".join([*(_word(value) for _, value in (at, level, event)), *(f"{n}={_word(v)}" for n, v in facts)])


def _word(value: object) -> str:
    word = json.dumps(value, ensure_ascii=False)
    plain = word.removeprefix('"').removesuffix('"')
    return word if " " in plain or "=" in plain or "\\" in plain or not plain else plain
