"""What is to be said, apart from the words: codes with their arguments.

The words stand in `reports/wording`, so that they can be reviewed and translated without touching logic. The note codes
are a closed list; result.json and the docs promise it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from scoring.domain import Severity

Argument = str | int | float | date
"""What a placeholder may hold: text, a count, a figure, a day, or a `Choice` (a str), which is said by its label."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something to say: a code of the wording catalogue and the values of its placeholders."""

    code: str
    args: Mapping[str, Argument] = field(default_factory=dict)


class NoteCode(StrEnum):
    """Every kind of note. The comment behind a code names its arguments beside tab, cell and actor."""

    # The file
    COPY_UNREAD = "copy_unread"  # found: the name of a file beside the workbook that is a conflict copy of it
    # Tabs and headers
    TAB_MISSING = "tab_missing"  # tab: its title; expected but not there
    TAB_DOUBLED = "tab_doubled"  # first: the title that is read
    KEY_COLUMN_MISSING = "key_column_missing"  # column; the tab is not read
    HEADER_SIMILAR = "header_similar"  # found, suggestion
    HEADER_DOUBLED = "header_doubled"  # column, first: the cell of the one that counts
    LOOKUP_BLOCKED = "lookup_blocked"  # column
    LOOKUP_BROKEN = "lookup_broken"  # column
    RESULTS_MOVED = "results_moved"  # tab; its columns are not where formulas look for them
    # Cells
    ERROR_CELL = "error_cell"  # found, column
    FORMULA_NOT_CALCULATED = "formula_not_calculated"  # column
    TEXT_TOO_LONG = "text_too_long"  # column, length, limit
    NUMBER_UNREADABLE = "number_unreadable"  # found, column
    NUMBER_WRONG_UNIT = "number_wrong_unit"  # found, column, unit
    NUMBER_IS_DATE = "number_is_date"  # found, column, suggestion
    NUMBER_OUT_OF_RANGE = "number_out_of_range"  # found, column, low, high
    NUMBER_POINT_THOUSANDS = "number_point_thousands"  # found, column, value
    NUMBER_POINT_DECIMAL = "number_point_decimal"  # found, column, value
    PERCENT_AS_SHARE = "percent_as_share"  # found, column, value
    DATE_UNREADABLE = "date_unreadable"  # found, column
    DATE_AMBIGUOUS = "date_ambiguous"  # found, column
    DATE_IS_NUMBER = "date_is_number"  # found, column
    DATE_OUT_OF_RANGE = "date_out_of_range"  # found, column
    TIME_UNREADABLE = "time_unreadable"  # found, column
    CHOICE_UNKNOWN = "choice_unknown"  # found, column, suggestion (may be ""), allowed
    EMAIL_UNREADABLE = "email_unreadable"  # column
    MUNICIPALITY_KEY_UNREADABLE = "municipality_key_unreadable"  # found, column
    INDUSTRY_UNKNOWN = "industry_unknown"  # found, column
    # Rows
    ROW_WITHOUT_KEY = "row_without_key"  # column
    REQUIRED_MISSING = "required_missing"  # column
    ACTOR_DOUBLED = "actor_doubled"  # first: the cell of the row that counts
    ALIAS_USED = "alias_used"  # found, name: what it is called now
    ACTOR_RENAMED = "actor_renamed"  # old, name
    REFERENCE_UNKNOWN = "reference_unknown"  # found, column, suggestion (may be "")
    PERSON_UNKNOWN = "person_unknown"  # found, column
    SETTING_UNKNOWN = "setting_unknown"  # found, suggestion (may be "")
    SETTING_DOUBLED = "setting_doubled"  # column
    # Settings
    MUNICIPALITY_MISSING = "municipality_missing"
    TARGET_YEAR_LATE = "target_year_late"  # year
    SETTING_ASSUMED = "setting_assumed"  # column, value
    INVENTORY_INCOMPLETE = "inventory_incomplete"  # column: what is missing for a public share
    INVENTORY_IMPLAUSIBLE = "inventory_implausible"  # value: t, population; blocking
    SECTORS_EXCEED_TOTAL = "sectors_exceed_total"  # value: sum of the sectors, total; blocking
    INVENTORY_MODELLED = "inventory_modelled"  # value: t from the national average, for the impact only
    WEIGHT_NEGATIVE = "weight_negative"  # column, value: the default used
    WEIGHTS_ALL_ZERO = "weights_all_zero"
    # Wirkung
    VALUE_ABOVE_TOTAL = "value_above_total"  # column, value, total
    QUALITY_ASSUMED = "quality_assumed"
    ESTIMATE_USED = "estimate_used"  # value: t, industry: label, jobs
    # Stages and steps
    LETTERS_UNREADABLE = "letters_unreadable"  # column: what is missing, "" when the tab itself is; blocking
    SIGNATURE_CONTRADICTED = "signature_contradicted"  # cell of the row that says zurückgezogen; blocking
    MEETING_OUTCOME_MISSING = "meeting_outcome_missing"  # date
    SIGNATURE_UNDATED = "signature_undated"
    SIGNATURE_IN_FUTURE = "signature_in_future"  # date
    SIGNATURE_UNAUTHORISED = "signature_unauthorised"
    AUTHORITY_UNCLEAR = "authority_unclear"
    STAGE_ABOVE_EVIDENCE = "stage_above_evidence"  # typed, evidence: stages
    LEFT_UNDATED = "left_undated"
    STEP_SKIPPED = "step_skipped"  # step
    # Coverage
    SCOPE_ASSUMED = "scope_assumed"
    SPLIT_INCOMPLETE = "split_incomplete"  # column: the blank parts
    SPLIT_DIFFERS = "split_differs"  # value: the sum, total: THG
    SPLIT_NEEDED = "split_needed"  # value: t that count 0 until then
    EMISSIONS_YEAR_MISSING = "emissions_year_missing"
    EMISSIONS_YEAR_OLD = "emissions_year_old"  # year, inventory_year; one grade worse
    EMISSIONS_YEAR_FAR = "emissions_year_far"  # year, inventory_year; counts as unknown
    PARENT_CYCLE = "parent_cycle"  # names
    CHILD_ABOVE_PARENT = "child_above_parent"  # parent, value, total
    OVERLAPS_UNREADABLE = "overlaps_unreadable"  # column: what is missing, "" when the tab itself is; blocking
    OVERLAP_SELF = "overlap_self"
    OVERLAP_EXHAUSTED = "overlap_exhausted"  # value: t that could not be deducted
    TOTAL_EXCEEDED = "total_exceeded"  # value, total; blocking
    SECTOR_EXCEEDED = "sector_exceeded"  # sector, value, total; blocking
    # Postausgang
    RELEASE_WITHOUT_MAIL = "release_without_mail"  # no mail of the service has the number of that row
    RELEASE_BESIDE_ANOTHER = "release_beside_another"  # number; the row does not show the mail that waits
    RELEASE_TOO_EARLY = "release_too_early"  # number; ja stood there before the mail did
    RELEASE_OUTDATED = "release_outdated"  # number, name: somebody whom the waiting mail names and who may not be named
    RELEASE_CONTRADICTED = "release_contradicted"  # number; ja in one row, nein in another
    MAIL_REFUSED = "mail_refused"  # number


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something in the sheet that a person should look at: where, about whom, how much it matters, and what.

    `tab` is the title as it stands in the sheet, `cell` an A1 address or "" when no single cell is meant, `actor` the
    name as typed or "".
    """

    code: NoteCode
    severity: Severity
    tab: str = ""
    cell: str = ""
    actor: str = ""
    args: Mapping[str, Argument] = field(default_factory=dict)
