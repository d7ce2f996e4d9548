"""Section 6: the alliance's steps 0–8 from evidence, without memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.reference.evidence import is_planned, is_started, took_place
from tests.reference.figures import exact
from tests.reference.given import Given
from tests.reference.rank import Candidate
from tests.reference.rows import Case, Measure, key
from tests.reference.stages import SIDE, at_least

DIGITS = 9


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One step: open, running or done, and what of it was made public (n, m)."""

    status: str
    public: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What the steps are computed from; candidates by key."""

    case: Case
    given: Given
    candidates: Mapping[str, Candidate]

    def past(self, day: date | None) -> bool:
        """Say whether a day is given and not in the future."""
        return day is not None and day <= self.case.today

    def held(self, kind: str) -> bool:
        """Say whether a meeting of that kind took place."""
        return any(m["kind"] == kind and took_place(m, self.case) for m in self.case.meetings)

    def planned(self, kind: str) -> bool:
        """Say whether a meeting of that kind is planned."""
        return any(m["kind"] == kind and is_planned(m, self.case) for m in self.case.meetings)

    def press(self, occasion: str) -> list[str]:
        """Return whom the press items of that occasion name that are out, "" for nobody."""
        return [key(p["actor"]) for p in self.case.press if p["occasion"] == occasion and self.past(p["date"])]

    @property
    def signatories(self) -> list[str]:
        """Return the keys of the signatories."""
        return [name for name, c in self.candidates.items() if c.standing.signatory]

    def signed_measures(self) -> list[Measure]:
        """Return the measures of signatories."""
        names = set(self.signatories)
        return [m for m in self.case.measures if key(m["actor"]) in names]

    def started_measures(self) -> list[Measure]:
        """Return those of them that were started."""
        return [m for m in self.signed_measures() if is_started(m, self.case.today)]


def steps(scene: Scene) -> list[Progress]:
    """Return the steps 0 to 8."""
    rules = (_zero, _one, _two, _three, _four, _five, _six, _seven, _eight)
    return [rule(scene) for rule in rules]


def current_step(progress: list[Progress]) -> int:
    """Return the lowest step that is not done above the highest done of 1, 3 and 5."""
    floor = max((n for n in (1, 3, 5) if progress[n].status == "done"), default=0)
    return next(n for n in range(floor + 1, 9) if progress[n].status != "done")


def _status(*, done: bool, running: bool) -> str:
    return "done" if done else "running" if running else "open"


def _zero(s: Scene) -> Progress:
    decided = s.past(s.case.settings["resolution_date"])
    networker = any(r["role"] == "networker" for r in s.case.recipients)
    return Progress(status=_status(done=decided and networker, running=decided or networker))


def _one(s: Scene) -> Progress:
    return Progress(status=_status(done=s.held("kickoff"), running=s.planned("kickoff")))


def _two(s: Scene) -> Progress:
    """A contact stays one when the actor has declined since."""
    easy = [c.standing for c in s.candidates.values() if c.low_hanging == "yes"]
    done = sum(at_least(standing.evidence, "convinced") for standing in easy) >= s.given.step2_pledges
    return Progress(status=_status(done=done, running=any(at_least(standing.ladder, "contacted") for standing in easy)))


def _three(s: Scene) -> Progress:
    founded = s.past(s.case.settings["founded_on"]) or s.held("founding")
    members = sum(c.standing.member for c in s.candidates.values())
    convinced = sum(at_least(c.standing.evidence, "convinced") for c in s.candidates.values())
    planned = s.planned("founding") or s.case.settings["founded_on"] is not None
    return Progress(
        status=_status(done=founded and members >= 2, running=founded or planned or convinced >= 2),
        public=(int(bool(s.press("founding"))), 1) if founded else (0, 0),
    )


def _four(s: Scene) -> Progress:
    eligible = [c for c in s.candidates.values() if c.standing.evidence not in SIDE]
    n = s.given.top_n
    scores = sorted((round(c.impact.mid, DIGITS) for c in eligible), reverse=True)
    bar = scores[n - 1] if len(scores) >= n else -1.0
    key_actors = [c for c in eligible if c.actor["kind"] == "town_administration" or round(c.impact.mid, DIGITS) >= bar]
    done = len(eligible) >= n and all(at_least(c.standing.evidence, "convinced") for c in key_actors)
    running = any(at_least(c.standing.evidence, "talked") for c in key_actors)
    return Progress(status=_status(done=done, running=running))


def _five(s: Scene) -> Progress:
    published = s.case.settings["loi_published_on"]
    signatories = s.signatories
    done = (
        published is not None
        and published <= s.case.today
        and bool(signatories)
        and all(
            c.standing.signatory
            for c in s.candidates.values()
            if c.standing.member and c.actor["joined_on"] is not None and c.actor["joined_on"] <= published
        )
    )
    asked = any(key(letter["actor"]) in s.candidates for letter in s.case.letters)
    return Progress(status=_status(done=done, running=asked), public=_made_public(s))


def _made_public(s: Scene) -> tuple[int, int]:
    """The LoI itself, and 5a: each new member, but for those whose Veröffentlichung says nein."""
    out = s.past(s.case.settings["loi_published_on"])
    refused = {key(letter["actor"]) for letter in s.case.letters if letter["publication"] == "no"}
    new = {name for name, c in s.candidates.items() if c.standing.new_member} - refused
    return (out and bool(s.press("letter"))) + len(new & set(s.press("new_member"))), out + len(new)


def _six(s: Scene) -> Progress:
    acting = {key(m["actor"]) for m in s.started_measures()}
    share = exact(s.given.step6_share) / 100
    done = bool(acting) and Fraction(len(acting)) >= share * len(s.signatories)
    public = (len(acting & set(s.press("measure"))), len(acting))
    return Progress(status=_status(done=done, running=bool(s.signed_measures())), public=public)


def _seven(s: Scene) -> Progress:
    party, reported = s.held("party"), s.past(s.case.settings["success_reported_on"])
    return Progress(status=_status(done=party and reported, running=party or reported or s.planned("party")))


def _eight(s: Scene) -> Progress:
    return Progress(status=_status(done=False, running=bool(s.started_measures())))
