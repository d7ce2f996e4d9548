"""The pictures: what they find, what their tables say, that they are drawn alike everywhere, that labels are free."""

import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from reports.charts import Chart, coverage_trend, matrix, sectors
from reports.charts.placing import Box, Point, placed, spread
from reports.charts.shares import certain, nice_step
from reports.charts.standing import MARKS, Standing, standing
from reports.wording import words
from scoring.domain import Stage
from scoring.memory import HistoryRow
from tests.reports.pages.build import SETTINGS, signed, town, works

TODAY = date(2026, 11, 24)
DE, EN = words("de"), words("en")


def row(
    day: date, low: float | None, mid: float | None = None, high: float | None = None, again: str = ""
) -> HistoryRow:
    return HistoryRow(
        day=day, coverage_min=low, coverage_mid=mid, coverage_max=high, members=3, step=2, restatement=again
    )


HISTORY = (
    row(date(2026, 1, 31), None),
    row(date(2026, 3, 2), 0.0, 0.01, 0.02),
    row(date(2026, 7, 1), 0.05289, 0.06, 0.073),
    row(date(2026, 10, 9), 0.1599, 0.18, 0.2, again="BISKO 2024"),
    row(date(2026, 12, 1), 0.9, 0.9, 0.9),
)


def trend(goal: float | None = 0.3) -> Chart:
    chart = coverage_trend(HISTORY, TODAY, goal, DE)
    assert chart is not None
    return chart


def tables() -> dict[str, object]:
    names = ("Stadtwerke", "Zementwerk", "Klinik", "Verein")
    return {
        "actors": [works(name, 50_000, relationship=place) for place, name in enumerate(names)],
        "letters": [signed("stadtwerke"), {"actor": "klinik", "status": "pledged"}],
    }


def test_trend_says_what_it_finds() -> None:
    assert (
        trend().alt
        == "Die sichere Abdeckung stand am 02.03.2026 bei 0 % und steht am 24.11.2026 bei 15 %. Das Ziel sind 30 %."
    )
    assert trend(None).alt.endswith("bei 15 %.")


def test_trend_lists_the_known_days_newest_first() -> None:
    assert trend().table.rows == (
        ("09.10.2026 (neue Bilanz)", "15 %", "18,0 %", "20,0 %", "3"),
        ("01.07.2026", "5,2 %", "6,0 %", "7,3 %", "3"),
        ("02.03.2026", "0 %", "1,0 %", "2,0 %", "3"),
    )


@pytest.mark.parametrize("history", [(), (row(date(2026, 1, 1), None),), (row(date(2027, 1, 1), 0.5),)])
def test_trend_of_nothing_known_is_no_picture(history: tuple[HistoryRow, ...]) -> None:
    assert coverage_trend(history, TODAY, 0.3, DE) is None


def test_trend_of_one_day_is_a_picture() -> None:
    chart = coverage_trend((row(TODAY, 0.0),), TODAY, None, EN)
    assert chart is not None
    assert (chart.alt, chart.svg().startswith("<svg")) == ("The certain coverage is 0% on 24 Nov 2026.", True)


def test_sectors_show_who_signed_who_pledged_and_the_rest() -> None:
    alliance, assessment = town(**tables())
    chart = sectors(alliance, assessment, DE)
    assert chart is not None
    assert chart.table.rows == (
        ("Industrie", "600.000 t", "8,3 %", "8,3 %", "0,0 %", "83,3 %"),
        ("GHD", "400.000 t", "0,0 %", "0,0 %", "0,0 %", "100,0 %"),
    )
    assert chart.alt.startswith("Am weitesten ist der Sektor Industrie: Dort haben 8 %")


def test_sectors_without_an_inventory_are_no_picture() -> None:
    assert sectors(*town(replace(SETTINGS, inventory_year=None), **tables()), DE) is None


def test_matrix_lists_everybody_with_rank_and_stage() -> None:
    alliance, assessment = town(**tables())
    chart = matrix(alliance, assessment, DE)
    assert chart is not None
    assert {line[1]: line[4] for line in chart.table.rows} == {
        "Stadtwerke": "LoI unterzeichnet",
        "Zementwerk": "identifiziert",
        "Klinik": "überzeugt",
        "Verein": "identifiziert",
    }
    assert [line[0] for line in chart.table.rows] == ["1", "2", "3", "–"]


def test_matrix_of_thousands_is_bounded_and_counts_the_rest() -> None:
    alliance, assessment = town(actors=[works(f"Akteur {number:04}", number) for number in range(1_000)])
    chart = matrix(alliance, assessment, DE)
    assert chart is not None
    assert (len(chart.table.rows), chart.table.more, len(chart.svg()) < 300_000) == (250, 750, True)


def test_every_stage_has_a_mark_of_its_own_shape_and_colour() -> None:
    assert {standing(stage) for stage in Stage} == set(Standing) == set(MARKS)
    assert len({mark.marker for mark in MARKS.values()}) == len({mark.colour for mark in MARKS.values()}) == len(MARKS)


def test_svg_stands_in_a_page_by_itself() -> None:
    drawing = trend().svg()
    element = etree.fromstring(drawing)
    ids = element.xpath("//@id")
    links = element.xpath("//@*[local-name() = 'href']")
    assert (element.get("role"), element.get("aria-label")) == ("img", trend().alt)
    assert {name.startswith("trend-760-") for name in ids} == {True}
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert re.findall(r"<text|<script|<image|<!--", drawing) == []


def test_svg_takes_its_colours_from_the_page() -> None:
    colours = re.findall(r"(?:fill|stroke): ([^;\"]+)", trend().svg())
    assert [colour for colour in colours if colour != "none" and not colour.startswith("var(--chart-")] == []


def test_png_is_sharp_small_and_in_few_colours() -> None:
    content = trend().png(400)
    with Image.open(BytesIO(content)) as picture:
        assert (picture.format, picture.width, len(picture.getcolors() or ())) <= ("PNG", 800, 64)
        assert picture.width == 800
        assert picture.info == {}
    assert len(content) < 40_000


PROGRAM = """
import hashlib, sys
from tests.reports.test_charts import trend
assert "matplotlib" not in sys.modules
print(hashlib.sha256(trend().svg().encode()).hexdigest(), hashlib.sha256(trend().png()).hexdigest())
"""


def test_another_machine_s_settings_draw_the_same_bytes(tmp_path: Path) -> None:
    style = tmp_path / "matplotlibrc"
    style.write_text("lines.linewidth: 9\nfont.size: 30\naxes.facecolor: red\nsavefig.dpi: 11\nsvg.fonttype: none\n")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env={"MATPLOTLIBRC": str(style), "PYTHONHASHSEED": "7", "HOME": str(Path.home()), "LC_ALL": "C"},
        cwd=Path(__file__).parents[2],
    )
    here = [hashlib.sha256(trend().svg().encode()).hexdigest(), hashlib.sha256(trend().png()).hexdigest()]
    assert done.stdout.split() == here


# --- Labels


@given(
    points=st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), max_size=25),
    sizes=st.lists(st.tuples(st.floats(5, 120), st.floats(8, 16)), max_size=25),
)
@settings(max_examples=60, deadline=None)
def test_no_label_covers_another_a_mark_or_the_edge(points: list[Point], sizes: list[Point]) -> None:
    area, corner, radius = (0.0, 0.0, 300.0, 200.0), (0.0, 180.0, 60.0, 200.0), 6.0
    sizes = sizes[: len(points)]
    labels = placed(points, sizes, area, radius=radius, taken=[corner])
    marks = [(x - radius, y - radius, x + radius, y + radius) for x, y in points]
    boxes = [box for box in labels if box is not None]
    assert len(labels) == len(sizes)
    assert [box for box in boxes if not (box[0] >= 0 and box[1] >= 0 and box[2] <= 300 and box[3] <= 200)] == []
    others = [*marks, corner]
    assert [pair for pair in ((a, b) for a in boxes for b in others) if overlap(*pair)] == []
    assert [(a, b) for at, a in enumerate(boxes) for b in boxes[:at] if overlap(a, b)] == []


def overlap(a: Box, b: Box) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])


def test_a_label_without_room_is_left_out() -> None:
    assert placed([(50.0, 50.0)], [(500.0, 10.0)], (0.0, 0.0, 100.0, 100.0), radius=5.0) == (None,)


def test_a_lone_label_stands_right_of_its_mark() -> None:
    assert placed([(50.0, 50.0)], [(30.0, 10.0)], (0.0, 0.0, 100.0, 100.0), radius=5.0) == ((58.0, 45.0, 88.0, 55.0),)


def test_marks_on_each_other_move_aside_and_keep_their_height() -> None:
    assert spread([(50.0, 50.0), (50.0, 52.0), (50.0, 80.0), (51.0, 49.0)], 12.0) == (
        (50.0, 50.0),
        (62.0, 52.0),
        (50.0, 80.0),
        (75.0, 49.0),
    )


# --- Shares


@given(st.floats(0, 1))
def test_a_certain_share_is_never_more_than_the_share(share: float) -> None:
    assert certain(share) <= share + 1e-9
    assert share - certain(share) < 0.01


def test_round_shares_stay_what_they_are() -> None:
    assert [certain(share) for share in (0.29, 0.07, 0.0, 1.0, 0.1599)] == [0.29, 0.07, 0.0, 1.0, 0.15]


@given(st.floats(0.001, 2))
def test_a_scale_has_few_round_steps(highest: float) -> None:
    step = nice_step(highest, 6)
    assert 2 < highest / step <= 6.000001
