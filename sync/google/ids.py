"""The numbers that the service gives to what it adds to a spreadsheet, so that it is known again and never added twice.

Google lets the client choose the ids of tabs, charts, protected and banded ranges, and refuses one that exists. They
live in every team's sheet: never change or reuse a number, only append.
"""

from collections.abc import Mapping

SERVICE_TAB_IDS: Mapping[str, int] = {
    "overview": 1_203_500_001,
    "results": 1_203_500_002,
    "steps": 1_203_500_003,
    "monitoring": 1_203_500_004,
    "notes": 1_203_500_005,
    "history": 1_203_500_006,
    "outbox": 1_203_500_007,
    "sectors": 1_203_500_008,
}
"""The service tabs by their name in code: a tab of such an id is the service's whatever it is called."""

PEOPLE_TAB_IDS: Mapping[str, int] = {
    "actors": 1_203_600_001,
    "meetings": 1_203_600_002,
    "letters": 1_203_600_003,
    "measures": 1_203_600_004,
    "press": 1_203_600_005,
    "recipients": 1_203_600_006,
    "overlaps": 1_203_600_007,
    "settings": 1_203_600_008,
}
"""The ids of people's tabs that `setup` adds: they belong to people from then on, and are known when renamed."""

PROTECTION_OFFSET = 1_000_000
"""A tab's own protected range has its id plus this."""

BANDING_OFFSET = 2_000_000
"""A tab's banding has its id plus this."""

LOOKUP_PROTECTION_IDS: Mapping[str, int] = {
    "stage": 1_203_700_001,
    "rank": 1_203_700_002,
    "key_actor": 1_203_700_003,
    "recommendation": 1_203_700_004,
    "notes": 1_203_700_005,
}
"""The warning on each grey column of the actors tab, by field."""

CHART_IDS: Mapping[str, int] = {
    "sectors": 1_203_800_001,
    "matrix": 1_203_800_002,
    "history": 1_203_800_003,
}
"""The charts on Übersicht."""

PROBE_TAB_IDS = range(1_203_900_001, 1_203_900_501)
"""The tabs that `check --probe` adds to a scratch copy and takes away again."""
