"""Pictures of where the alliance stands, for mails (PNG) and pages (SVG); the one home of matplotlib.

Each function returns a `Chart`, which knows its finding in a sentence, its figures as a table, and how to draw itself.
What belongs here: what is drawn and how it looks. What does not: the figures (`scoring`) and the words
(`reports.wording`). matplotlib is read only when something is drawn.
"""

from reports.charts.chart import Chart, Table
from reports.charts.matrix import matrix
from reports.charts.sectors import sectors
from reports.charts.trend import coverage_trend

__all__ = ["Chart", "Table", "coverage_trend", "matrix", "sectors"]
