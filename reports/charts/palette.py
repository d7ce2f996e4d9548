"""The colours of all charts. On a page a style sheet may replace each by its name, for dark mode."""

INK = "#1c2b25"
MUTED = "#51625a"
LINE = "#c9d4ce"
GRID = "#e3e9e6"
ON_COLOUR = "#14211b"
"""Text on a bright colour: the same in dark mode, for the colour is, too."""
PAPER = "#ffffff"
WASH = "#eef6f2"
SIGNED = "#0f6b49"
PLEDGED = "#6dbb98"
TALKING = "#e3a72f"
OPEN = "#93a29a"
EMPTY = "#e2e9e4"
REFUSED = "#b0563a"
GOAL = "#a8481b"
BAND = "#c5e4d6"

NAMES = {
    INK: "ink",
    MUTED: "muted",
    LINE: "line",
    GRID: "grid",
    PAPER: "paper",
    WASH: "wash",
    SIGNED: "signed",
    PLEDGED: "pledged",
    TALKING: "talking",
    OPEN: "open",
    EMPTY: "empty",
    REFUSED: "refused",
    GOAL: "goal",
    BAND: "band",
}
"""Colour → the part of its CSS variable `--chart-…`."""
