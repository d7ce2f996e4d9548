"""All mails of one run: the list of functions is the list of kinds."""

import pandas as pd

from reports.desk import Desk
from reports.digest import digests
from reports.loi_update import loi_updates
from reports.mail import Mail, MailKind
from reports.milestone import milestones, successes
from reports.reminder import reminders
from reports.welcome import welcomes
from scoring.alliance import Alliance
from scoring.assessment import Assessment
from scoring.memory import Memory
from scoring.news import News

WEEKLY = frozenset({MailKind.DIGEST, MailKind.REMINDER})
"""The kinds that have a time in the week."""


def write_mails(
    desk: Desk,
    alliance: Alliance,
    assessment: Assessment,
    memory: Memory,
    news: News,
    contacts: pd.DataFrame,
    due: frozenset[MailKind] = WEEKLY,
) -> tuple[Mail, ...]:
    """Return every mail that this run writes, the most urgent first; nobody who objected is among the recipients.

    `memory` is what was remembered before the run. `contacts` has the columns of the tab Kontakte and may be empty.
    `due` are the weekly kinds whose time of this week has come.
    """
    return (
        *loi_updates(desk, alliance, assessment, memory, news),
        *welcomes(desk, alliance, assessment, memory, news, contacts),
        *milestones(desk, alliance, assessment, memory, news),
        *successes(desk, alliance, assessment, memory, news),
        *(reminders(desk, alliance, assessment, memory) if MailKind.REMINDER in due else ()),
        *(digests(desk, alliance, assessment, memory) if MailKind.DIGEST in due else ()),
    )
