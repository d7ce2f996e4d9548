"""`mail preview`: one mail of each kind as it would look, from the team's own data or from the sample alliance.

What belongs here: news that did not happen, so that there is something to show. It is never stored and never sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from reports.desk import Desk
from reports.digest import digests_for
from reports.loi_update import loi_updates
from reports.mail import Mail, MailKind
from reports.milestone import milestones, successes
from reports.operator import trouble
from reports.readers import readers
from reports.reminder import reminders
from reports.welcome import welcomes
from scoring.alliance import Alliance
from scoring.assessment import Assessment
from scoring.domain import LegalBasis, MailConsent, Role, StepStatus, YesNo
from scoring.memory import Event, EventKind, Memory
from scoring.news import News
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import PEOPLE_TABS
from sync.decision import Options, decide, look
from sync.errors import SetupError
from sync.ports import Cause
from sync.sample import Value, sample_content

READER, ADDRESS = "Maria Muster", "maria.muster@example.org"
ADDRESS_KEY = b"preview"
NEW = 2
"""So many of those who signed last are shown as new."""

WEEKS_BACK = (26, 18, 12, 6, 2)
MARKS = (75, 50, 25, 10)
KINDS = tuple(kind for kind in MailKind if kind is not MailKind.FUSE)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What mails are written from: the tables, their assessment, and the memory before it."""

    alliance: Alliance
    assessment: Assessment
    memory: Memory


def sample_stage(options: Options) -> Stage:
    """Return the sample alliance as of now, with a memory of half a year."""
    memory = Memory(address_key=ADDRESS_KEY)
    snapshot = _sample_snapshot(options.today)
    for weeks in WEEKS_BACK:
        then = replace(options, now=options.now - timedelta(weeks=weeks), sender=None, confirm=True)
        memory = decide(look(snapshot, memory, then), snapshot, memory, then).memory
    return live_stage(snapshot, memory, options)


def live_stage(snapshot: Snapshot, memory: Memory, options: Options) -> Stage:
    """Return the team's own alliance; raises `SetupError` when the sheet cannot be read."""
    seen = look(snapshot, memory, options)
    return Stage(alliance=seen.alliance, assessment=seen.assessment, memory=memory)


def preview(kind: MailKind, stage: Stage, desk: Desk) -> Mail:
    """Return the first mail of that kind, written to an invented person; `SetupError` when there is nothing to say."""
    shown = replace(stage, alliance=_with_reader(stage.alliance))
    mail = next(iter(_mails(kind, shown, desk)), None)
    if mail is None:
        raise SetupError(f"There is nothing yet that a mail of the kind {kind} could tell; try it without --live.")
    return mail


def _mails(kind: MailKind, stage: Stage, desk: Desk) -> tuple[Mail, ...]:
    alliance, assessment, memory = stage.alliance, stage.assessment, stage.memory
    news = News(events=tuple(_invented(assessment)))
    match kind:
        case MailKind.DIGEST:
            return digests_for(readers(alliance, memory, "weekly_report"), desk, alliance, assessment, memory)
        case MailKind.LOI_UPDATE:
            return loi_updates(desk, alliance, assessment, memory, news)
        case MailKind.WELCOME:
            return welcomes(desk, alliance, assessment, memory, news, _contact(assessment, news))
        case MailKind.MILESTONE:
            return milestones(desk, alliance, assessment, memory, news)
        case MailKind.SUCCESS:
            return successes(desk, alliance, _with_measures_done(assessment), memory, news)
        case MailKind.REMINDER:
            return reminders(desk, alliance, assessment, memory)
        case MailKind.OPERATOR | MailKind.FUSE:
            problem = "The mail server refuses the login."
            return (trouble(desk, ADDRESS, READER, Cause.MAIL, problem, desk.now - timedelta(hours=2)),)


def _invented(assessment: Assessment) -> Iterator[Event]:
    """Yield what would be news if the last ones had only just signed and the last step were only just done."""
    today, actors = assessment.today, assessment.actors
    signed = actors[actors["signatory"]].sort_values("stage_since", ascending=False)["uid"].head(NEW)
    for uid in signed:
        for kind in (EventKind.SIGNED, EventKind.NEW_MEMBER):
            yield Event(key=f"{kind}:{uid}", kind=kind, day=today, uid=uid)
    done = [step.number for step in assessment.steps if step.status is StepStatus.DONE]
    for number in sorted({*done[-1:], 6}):
        yield _of_alliance(EventKind.STEP_DONE, number, today)
    percent = assessment.coverage.percent or 0
    for mark in [mark for mark in MARKS if mark <= percent][:1]:
        yield _of_alliance(EventKind.COVERAGE, mark, today)


def _of_alliance(kind: EventKind, detail: int, today: date) -> Event:
    return Event(key=f"{kind}:{detail}", kind=kind, day=today, detail=str(detail))


def _with_reader(alliance: Alliance) -> Alliance:
    """Return the alliance with one reader, who looks after everything that is overdue, and an address for success."""
    people = alliance.recipients
    reader = {
        "name": READER,
        "email": ADDRESS,
        "role": Role.COORDINATION.value,
        "weekly_report": YesNo.YES.value,
        "letter_news": YesNo.YES.value,
        "reminders": YesNo.YES.value,
    }
    only = pd.DataFrame([reader], index=pd.Index([2], name="row"), columns=people.columns)
    return replace(
        alliance,
        recipients=only,
        actors=alliance.actors.assign(owner=READER),
        settings=replace(alliance.settings, success_report_to=ADDRESS, success_reported_on=None),
    )


def _with_measures_done(assessment: Assessment) -> Assessment:
    steps = tuple(
        replace(step, status=StepStatus.DONE) if step.number == 6 else step  # noqa: PLR2004
        for step in assessment.steps
    )
    return replace(assessment, steps=steps)


def _contact(assessment: Assessment, news: News) -> pd.DataFrame:
    uids = {event.uid for event in news.told(EventKind.NEW_MEMBER)}
    keys = assessment.actors.loc[assessment.actors["uid"].isin(uids), "key"].tolist()
    row = {
        "salutation": "Frau",
        "name": READER,
        "email": ADDRESS,
        "legal_basis": LegalBasis.CONSENT.value,
        "mails": MailConsent.YES.value,
        "consent_on": pd.Timestamp(assessment.today),
        "delete_on": pd.NaT,
    }
    return pd.DataFrame([{"actor": key, **row} for key in keys])


def _sample_snapshot(today: date) -> Snapshot:
    content = sample_content(today)
    return Snapshot(
        tabs=tuple(
            Tab(
                id=spec.name,
                title=spec.de,
                cells=(
                    tuple(column.de for column in spec.typed),
                    *(tuple(_cell(row.get(column.field)) for column in spec.typed) for row in content[spec.name]),
                ),
            )
            for spec in PEOPLE_TABS
            if spec.name in content
        )
    )


def _cell(value: Value) -> Cell:
    return value.isoformat() if isinstance(value, date) else value
