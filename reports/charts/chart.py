"""What a chart is: a finding, a table, and a drawing that is made when somebody asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.charts.canvas import Canvas

PAGE_WIDTH = 760
"""Width of a drawing on a page, CSS px; its text is then as large as the page's."""

PHONE_WIDTH = 360
MAIL_WIDTH = 536
"""Width of a drawing in a mail of 600 px, CSS px."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """The figures of a chart as they are read: all cells are text. `more` counts rows that were left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A picture with its finding in a sentence (`alt`) and its figures (`table`).

    `name` is unique on a page and in a mail. `paint` draws for a width in CSS px.
    """

    name: str
    alt: str
    table: Table
    paint: Callable[[int], "Canvas"]

    def svg(self, width: int = PAGE_WIDTH) -> str:
        """Return an <svg> element to stand in a page: no script, no outside reference, colours for light and dark."""
        from reports.charts import canvas  # noqa: PLC0415  reads matplotlib

        return canvas.svg(self.paint, width, name=f"{self.name}-{width}", alt=self.alt)

    def png(self, width: int = MAIL_WIDTH) -> bytes:
        """Return a PNG of twice the width in at most 64 colours; the same bytes every time."""
        from reports.charts import canvas  # noqa: PLC0415  reads matplotlib

        return canvas.png(self.paint, width)
