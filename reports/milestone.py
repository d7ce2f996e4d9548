"""Meilenstein and Erfolgsmeldung: a step is done or lost, the coverage passes a mark, the guide's success report.

What belongs here: which news makes one mail, what belongs into the success report and when it is due. The words are
`reports/templates/{milestone,success}`; what a step means to the team is the wording `milestone.…`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from reports.desk import Desk, write
from reports.mail import Mail, MailKind
from reports.message import is_mailable
from reports.news_mails import news_mails
from reports.public_facts import public_facts
from reports.readers import readers
from reports.wording import Words
from scoring.alliance import Alliance
from scoring.assessment import Assessment, Step
from scoring.domain import StepStatus
from scoring.memory import Event, EventKind, Memory
from scoring.news import News
from scoring.step_codes import StepCode

MEASURES = 6
"""The step after which the guide asks for a success report."""


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A step that was done or lost: its facts, its name, and what it means to have done it (a sentence)."""

    step: Step
    name: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A mark that the conservative coverage has passed, in percent, and what it means (a sentence).

    `share` is the coverage now, 0..1, rounded down to whole percents. `parts` are the widths of what is covered, of
    what is missing to the goal and of the rest, in whole percents; `goal` is 0..1 or None.
    """

    percent: int
    meaning: str
    share: float
    parts: tuple[int, int, int]
    goal: float | None


def milestones(desk: Desk, alliance: Alliance, assessment: Assessment, memory: Memory, news: News) -> tuple[Mail, ...]:
    """Return one mail for each row of Verteiler with LoI-Meldungen = ja; none without a milestone.

    `memory` is what was remembered before this run.
    """
    events = news.told(EventKind.STEP_DONE, EventKind.STEP_FALLEN, EventKind.COVERAGE)
    people = readers(alliance, memory, "letter_news")
    if not events or not people:
        return ()
    values = _values(desk.words, alliance, assessment, events)
    return news_mails(desk, MailKind.MILESTONE, people, events, values)


def successes(desk: Desk, alliance: Alliance, assessment: Assessment, memory: Memory, news: News) -> tuple[Mail, ...]:
    """Return the success report, which needs release, for the address in Einstellungen; none while it is not due.

    It is due once step 6 is done and that was news once, now or earlier, as long as Erfolgsmeldung am is blank. There
    is one at a time; when people drop it, another one follows once it would name others or another share.
    """
    settings, address = alliance.settings, alliance.settings.success_report_to
    address_id = memory.address_id(address)
    done = [event for event in (*memory.events.values(), *news.events) if event.kind is EventKind.STEP_DONE]
    was_news = any(event.detail == str(MEASURES) and not event.silent for event in done)
    is_done = assessment.steps[MEASURES].status is StepStatus.DONE
    if not (was_news and is_done and is_mailable(address)) or settings.success_reported_on:
        return ()
    if address_id in memory.objections or not (settings.municipality and assessment.coverage.is_counted):
        return ()
    achieved = _achieved(desk.words, alliance, assessment)
    key = f"{MailKind.SUCCESS}:{address_id}:{_claims(achieved)}"
    if key in memory.success_reports or not all(memory.success_reports.values()):
        return ()
    return (
        write(
            desk,
            MailKind.SUCCESS,
            achieved,
            key=key,
            series=f"{MailKind.SUCCESS}:{address_id}",
            recipient=address,
            recipient_name="",
            needs_release=True,
        ),
    )


def _values(words: Words, alliance: Alliance, assessment: Assessment, events: Sequence[Event]) -> dict[str, object]:
    done = sorted(int(event.detail) for event in events if event.kind is EventKind.STEP_DONE)
    fallen = sorted(int(event.detail) for event in events if event.kind is EventKind.STEP_FALLEN)
    marks = [int(event.detail) for event in events if event.kind is EventKind.COVERAGE]
    current = assessment.steps[assessment.current_step]
    return {
        "facts": public_facts(alliance, assessment, words),
        "done": tuple(_passed(assessment, done, words)),
        "fallen": tuple(_passed(assessment, fallen, words)),
        "mark": _mark(max(marks), alliance, assessment, words) if marks else None,
        "steps": assessment.steps,
        "step": current,
        "step_name": words.text(f"steps.name.{current.number}"),
    }


def _passed(assessment: Assessment, numbers: Sequence[int], words: Words) -> Iterator[Passed]:
    for number in numbers:
        name, meaning = words.text(f"steps.name.{number}"), words.text(f"milestone.done.{number}")
        yield Passed(step=assessment.steps[number], name=name, meaning=meaning)


def _mark(percent: int, alliance: Alliance, assessment: Assessment, words: Words) -> Mark:
    goal, covered = alliance.settings.coverage_goal, max(assessment.coverage.percent or 0, percent)
    missing = max(round(min(goal or 0.0, 100.0)) - covered, 0)
    return Mark(
        percent=percent,
        meaning=words.text(f"milestone.coverage.{percent}"),
        share=covered / 100,
        parts=(covered, missing, 100 - covered - missing),
        goal=None if goal is None else goal / 100,
    )


def _claims(achieved: Mapping[str, object]) -> str:
    """Return a hash of what a report says of others: its sentence and whom it names and quotes."""
    return blake2b(repr(achieved["facts"]).encode(), digest_size=8).hexdigest()


def _achieved(words: Words, alliance: Alliance, assessment: Assessment) -> dict[str, object]:
    evidence, facts = assessment.steps[MEASURES].evidence, public_facts(alliance, assessment, words)
    members = facts.listed()
    return {
        "facts": facts,
        "members": members,
        "more": assessment.coverage.signatories - len(members),
        "founded_on": alliance.settings.founded_on,
        "published_on": alliance.settings.loi_published_on,
        "started": evidence.args["started"] if evidence.code == StepCode.MEASURES_STARTED else 0,
    }
