"""What can be said about a step: the closed list of codes of its evidence and of its next action.

What belongs here: the codes and their arguments. The words stand in `reports/wording`; when which one is said is
`scoring.step_rules`.
"""

from enum import StrEnum


class StepCode(StrEnum):
    """Every kind of evidence and of next action of a step. The comment behind a code names its arguments.

    `names` are names joined by ", ", never empty; actors the highest impact first, at most three in a next action and
    ten in an evidence, then "…".
    Dates are days; all else are whole numbers unless said otherwise.
    """

    # Done, and nothing left to do for it (any step)
    NEXT_NOTHING = "step.next.nothing"  # -
    # A meeting of this step lies in the past and nobody wrote whether it took place (steps 1, 3, 7)
    NEXT_RECORD_OUTCOME = "step.next.record_outcome"  # date, kind: MeetingKind (kickoff, founding, party)

    # 0 Voraussetzungen
    PREREQUISITES_MET = "step0.evidence.met"  # date: of the resolution, count: of networkers, names: theirs
    PREREQUISITES_RESOLUTION = "step0.evidence.resolution"  # date; no networker yet
    PREREQUISITES_NETWORKERS = "step0.evidence.networkers"  # count, names; no resolution yet
    PREREQUISITES_OPEN = "step0.evidence.open"  # -; neither
    NEXT_RESOLUTION = "step0.next.resolution"  # -; get the council's resolution, enter its day in Einstellungen
    NEXT_RESOLUTION_ON = "step0.next.resolution_on"  # date: of the resolution that is to come
    NEXT_NETWORKER = "step0.next.networker"  # -; find somebody who approaches people, enter them in Verteiler

    # 1 Kickoff
    KICKOFF_HELD = "step1.evidence.held"  # date: of the first one
    KICKOFF_PLANNED = "step1.evidence.planned"  # date: of the next one
    KICKOFF_OPEN = "step1.evidence.open"  # -
    NEXT_PLAN_KICKOFF = "step1.next.plan"  # -
    NEXT_HOLD_KICKOFF = "step1.next.hold"  # date

    # 2 Low-hanging Fruits
    FRUITS_WON = "step2.evidence.won"  # convinced (≥ 1), needed, names: of the convinced
    FRUITS_CONTACTED = "step2.evidence.contacted"  # contacted (≥ 1), needed; none convinced yet
    FRUITS_OPEN = "step2.evidence.open"  # candidates: low-hanging fruits in the list, needed; none contacted yet
    NEXT_WIN_FRUITS = "step2.next.win"  # missing, names: whom to win next
    NEXT_FIND_FRUITS = "step2.next.find"  # missing; nobody left in the list who is easy to win: find more

    # 3 Allianz gründen
    FOUNDED = "step3.evidence.founded"  # date, members (≥ 2)
    FOUNDED_TOO_SMALL = "step3.evidence.too_small"  # date, members (0 or 1), needed
    FOUNDING_PLANNED = "step3.evidence.planned"  # date
    FOUNDING_READY = "step3.evidence.ready"  # convinced (≥ 2); nothing planned yet
    FOUNDING_OPEN = "step3.evidence.open"  # convinced (0 or 1)
    NEXT_WIN_FOUNDERS = "step3.next.win_founders"  # missing: convinced actors that are still needed to found
    NEXT_PLAN_FOUNDING = "step3.next.plan"  # convinced
    NEXT_HOLD_FOUNDING = "step3.next.hold"  # date
    NEXT_WIN_MEMBERS = "step3.next.win_members"  # missing: members
    NEXT_ANNOUNCE_FOUNDING = "step3.next.announce"  # -; founded, no press item Gründung yet

    # 4 Schlüsselakteure
    KEY_ACTORS = "step4.evidence.key_actors"  # convinced, total
    KEY_ACTORS_REFUSED = "step4.evidence.key_actors_refused"  # convinced, total, names: who refused
    KEY_ACTORS_TOO_FEW = "step4.evidence.too_few"  # convinced, total, eligible: actors in the list, needed: Top-N
    KEY_ACTORS_TOO_FEW_REFUSED = "step4.evidence.too_few_refused"  # the same, and names: who refused
    NEXT_CONVINCE = "step4.next.convince"  # missing, names
    NEXT_LIST_ACTORS = "step4.next.list_actors"  # missing: actors that the list needs to be complete

    # 5 Letter of Intent, and 5a: new members
    LETTER_SIGNED = "step5.evidence.signed"  # date: published, signatories (≥ 1); nobody has joined since
    LETTER_GROWING = "step5.evidence.growing"  # date, signatories, new_members (≥ 1), celebrated
    LETTER_UNSIGNED = "step5.evidence.unsigned"  # date, signatories, names: members of that day that have not signed
    LETTER_NOBODY = "step5.evidence.nobody"  # date; published, no valid signature
    LETTER_COLLECTING = "step5.evidence.collecting"  # rows: actors with a row in LoI, signatories; not published
    LETTER_OPEN = "step5.evidence.open"  # -; nobody was asked yet
    NEXT_ASK_FOR_LETTER = "step5.next.ask"  # members: how many to ask (may be 0)
    NEXT_COLLECT_SIGNATURES = "step5.next.collect"  # missing, names: members that have not signed
    NEXT_FIRST_SIGNATURE = "step5.next.first_signature"  # -; asked, no valid signature, no member is missing
    NEXT_PUBLISH_LETTER = "step5.next.publish"  # signatories; every member has signed
    NEXT_PUBLISH_LETTER_ON = "step5.next.publish_on"  # date, signatories
    NEXT_ANNOUNCE_LETTER = "step5.next.announce"  # -; published, no press item LoI yet
    NEXT_CELEBRATE = "step5.next.celebrate"  # count, names: new members without press

    # 6 Maßnahmen
    MEASURES_STARTED = (
        "step6.evidence.started"  # started, signatories, share (%, may be fractional), promoted, measures
    )
    MEASURES_OPEN = "step6.evidence.open"  # signatories (may be 0), share; no measure yet
    NEXT_SIGN_FIRST = "step6.next.sign_first"  # -; no signatory yet
    NEXT_PLAN_MEASURES = "step6.next.plan"  # missing, names: signatories without any measure
    NEXT_START_MEASURES = "step6.next.start"  # missing, names: signatories with a measure that has not started
    NEXT_PROMOTE_MEASURES = "step6.next.promote"  # count: started measures without Beworben-Link

    # 7 Party und Erfolgsmeldung
    PARTY_AND_REPORT = "step7.evidence.done"  # party: date, reported: date
    PARTY_HELD = "step7.evidence.party"  # party: date; no success report yet
    SUCCESS_REPORTED = "step7.evidence.reported"  # reported: date; no party yet, none planned
    SUCCESS_REPORTED_PARTY_PLANNED = "step7.evidence.reported_planned"  # reported: date, party: date
    PARTY_PLANNED = "step7.evidence.planned"  # party: date
    PARTY_OPEN = "step7.evidence.open"  # -
    NEXT_PLAN_PARTY = "step7.next.plan"  # -
    NEXT_HOLD_PARTY = "step7.next.hold"  # date
    NEXT_REPORT_SUCCESS = "step7.next.report"  # -; enter Erfolgsmeldung am

    # 8 Monitoring; "measures" are the started ones of signatories
    MONITORING_CURRENT = "step8.evidence.current"  # measures (≥ 1); no check is due
    MONITORING_OVERDUE = "step8.evidence.overdue"  # measures, overdue (≥ 1): checks that are overdue; shown red
    MONITORING_OPEN = "step8.evidence.open"  # -; no signatory has started a measure
    NEXT_CHECK_MEASURES = "step8.next.check"  # count: measures to check, names: whose
    NEXT_CHECK_ON = "step8.next.check_on"  # date: of the next check that falls due
    NEXT_WAIT_FOR_MEASURES = "step8.next.wait"  # -; nothing to check yet
