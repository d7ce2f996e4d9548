"""The colours of a sheet made by `setup`, as RRGGBB, and what each list value is filled with."""

from collections.abc import Mapping

from scoring.domain import Choice, Light, Severity, Stage, StepStatus

GREEN = "1B7F5A"
INK = "1F2937"
LINK = "1D4ED8"
WHITE = "FFFFFF"
GREY = "4B5563"
MID_GREY = "9CA3AF"
GREY_HEADER = "D1D5DB"
GREY_CELL = "F5F6F7"
HAIRLINE = "E5E7EB"
MINT, BAR_GREY = "8ED1B0", "E5E8EC"
LIGHT_GREEN, LIGHT_TEAL, LIGHT_YELLOW, LIGHT_RED, LIGHT_GREY = "D8F0E4", "E3F1F4", "FDF3D3", "FBE0DC", "ECEEF0"

FILLS: Mapping[Choice, str] = {
    Stage.MEETING_PLANNED: LIGHT_YELLOW,
    Stage.TALKED: LIGHT_YELLOW,
    Stage.CONVINCED: LIGHT_TEAL,
    Stage.SIGNED: LIGHT_GREEN,
    Stage.MEASURES_PLANNED: LIGHT_GREEN,
    Stage.IMPLEMENTING: LIGHT_GREEN,
    Stage.MONITORING: LIGHT_GREEN,
    Stage.POSTPONED: LIGHT_GREY,
    Stage.DECLINED: LIGHT_GREY,
    Stage.LEFT: LIGHT_GREY,
    Light.GREEN: LIGHT_GREEN,
    Light.YELLOW: LIGHT_YELLOW,
    Light.RED: LIGHT_RED,
    Severity.WARNING: LIGHT_YELLOW,
    Severity.BLOCKING: LIGHT_RED,
    StepStatus.RUNNING: LIGHT_YELLOW,
    StepStatus.DONE: LIGHT_GREEN,
    StepStatus.REGRESSED: LIGHT_RED,
}
"""The light fill of a list value; the others stay plain."""
