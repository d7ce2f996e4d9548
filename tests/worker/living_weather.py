"""Bad weather around a worker that lives: the Sheets server and the mail server go wrong at random, by a seed.

What belongs here: which faults happen and how often. How a server carries one out is its own business.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from tests.mail_server import Fault as MailFault
from tests.mail_server import MailServer, Step
from tests.sheets_server import Call, Fault

FULL_MAILBOX = "lena.brandner@example.org"
"""The only one whose mails the server may refuse for good: nobody can promise that such a mail arrives."""

CALLS_HIT = 0.25
"""Which share of all calls to the Sheets server goes wrong."""

DIALOGUES_HIT = 0.5
"""How often something is about to go wrong with mail."""


@dataclass(frozen=True)
class Once:
    """A fault that strikes the next call whose path holds this text."""

    path: str
    fault: Fault


@dataclass
class Weather:
    """Stands in the place of the Sheets server's list of faults: each call may be hit, while it is `bad`.

    `next` are faults that happen in any weather; `hits` counts what happened.
    """

    dice: random.Random
    bad: bool = False
    next: list[Once] = field(default_factory=list)
    hits: Counter[str] = field(default_factory=Counter)

    def take(self, call: Call) -> Fault | None:
        """Return what goes wrong with this call, None for nothing."""
        if self.next and self.next[0].path in call.path:
            fault = self.next.pop(0).fault
        elif self.bad and self.dice.random() < CALLS_HIT:
            fault = sheet_fault(self.dice)
        else:
            return None
        self.hits[fault.name] += 1
        return fault


def sheet_fault(dice: random.Random) -> Fault:
    """Return one of what Google and the network between do."""
    effect = dice.random() < 0.5
    kinds = (
        Fault(status=429, retry_after=dice.choice([None, 1, 2])),
        Fault(status=500, effect=effect),
        Fault(status=502, body="html", effect=effect),
        Fault(status=503, effect=effect),
        Fault(cut_at=dice.randint(0, 3000), identity=True),
        Fault(reset=True, effect=effect),
        Fault(hang=dice.uniform(0.2, 3), effect=True),
        Fault(hang=dice.uniform(0.2, 3)),
    )
    return dice.choice(kinds)


MAIL_FAULTS = (
    MailFault(step=Step.CONNECT, reply="421 4.3.2 closing", times=1),
    MailFault(step=Step.CONNECT, reply="554 5.3.2 not now", times=1),
    MailFault(step=Step.CONNECT, times=1),
    MailFault(step=Step.EHLO, times=1),
    MailFault(step=Step.MAIL, reply="451 4.3.0 later", times=1),
    MailFault(step=Step.MAIL, reply="553 5.7.1 who is that", times=1),
    MailFault(step=Step.RCPT, reply="450 4.2.1 greylisted", times=2),
    MailFault(step=Step.RCPT, reply="550 5.1.1 no such user", times=1, to=FULL_MAILBOX),
    MailFault(step=Step.DATA, reply="451 4.3.0 later", times=1),
    MailFault(step=Step.TEXT, times=1),
    MailFault(step=Step.BODY, reply="452 4.3.1 full", times=1),
    MailFault(step=Step.BODY, reply="554 5.6.0 no", times=1, to=FULL_MAILBOX),
    MailFault(step=Step.BODY, stores=True, times=1),
    MailFault(step=Step.BODY, times=1),
    MailFault(step=Step.RSET, times=1),
    MailFault(step=Step.QUIT, times=1),
)
HANGS = (
    MailFault(step=Step.EHLO, hangs=True, times=1),
    MailFault(step=Step.BODY, hangs=True, stores=True, times=1),
)
"""Rare: each of them keeps a run waiting for half a minute."""


def mail_fault(dice: random.Random, server: MailServer) -> list[str]:
    """Let something go wrong with the next mails, or nothing; return what happened of the last such plan."""
    struck = [f"{fault.step} {fault.reply[:3] or 'hangs' * fault.hangs}" for fault in server.faults if not fault.times]
    bad = dice.random() < DIALOGUES_HIT
    server.faults = [dice.choice(HANGS if dice.random() < 0.02 else MAIL_FAULTS)] if bad else []
    return struck
