"""What the alliance may tell anybody about itself: its town, its goal, its public sentence, who may be named.

What belongs here: facts for press texts and for mails to outsiders. No figure, score or refusal of a single actor, and
nothing that only the team knows, is ever among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from reports.naming import Signatory, named, signatories
from reports.one_line import one_line
from reports.sentences import public_sentence
from reports.wording import Words
from scoring.alliance import Alliance
from scoring.assessment import Assessment

NAME_LENGTH = 60

LISTED = 20
"""How many members are listed by name before "and n more"."""


@dataclass(frozen=True, kw_only=True)
class PublicFacts:
    """Facts for anybody.

    `municipality`, `sentence` and `letter_link` (https) are "" and `target_year` None where they are not known.
    `signatories` counts them all, None while that cannot be said; `members` are those of them who may be named, sorted.
    """

    municipality: str
    target_year: int | None
    sentence: str
    letter_link: str
    signatories: int | None
    members: Sequence[Signatory]

    def listed(self, but: str = "") -> Sequence[Signatory]:
        """Return the first of the members, without the one of that name: a mail that names hundreds is cut off."""
        return [member for member in self.members if member.name != but][:LISTED]


def public_facts(alliance: Alliance, assessment: Assessment, words: Words) -> PublicFacts:
    """Return what may be said on the day of the assessment. Before anybody signed there is no sentence."""
    settings, covered = alliance.settings, assessment.coverage
    signed = assessment.actors.loc[assessment.actors["signatory"], "uid"]
    members = named(signatories(alliance, signed, assessment.today)) if covered.is_counted else ()
    return PublicFacts(
        municipality=one_line(settings.municipality, NAME_LENGTH),
        target_year=settings.target_year,
        sentence=public_sentence(covered, settings, words) if covered.signatories else "",
        letter_link=settings.loi_link if urlsplit(settings.loi_link).scheme == "https" else "",
        signatories=covered.signatories if covered.is_counted else None,
        members=sorted(members, key=lambda member: member.name.casefold()),
    )
