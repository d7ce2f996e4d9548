"""A workbook with up to 100 000 actors: reading, assessing and saving it, beside what it costs only to parse its XML.

With the rows of the service each takes 2 kB: for the largest `workbook_mb` has to be raised.

Printed are processor seconds and by how many megabytes a fresh process grew, its imports left out. The rows are filled
as teams fill them: name, kind, attitude, relationship, jobs, emissions, year. "lxml" unzips all parts and builds their
trees; "openpyxl" reads all cells in its read-only mode, its fastest; "read" is ours with all refusals. A run is what
`sync` does on a sheet that it never saw; the second one finds nothing to do. Linear is what grows tenfold a line.
"""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sync.workbook import Row, create_workbook

ROOT = Path(__file__).parents[2]
SIZES = (100, 1_000, 10_000, 100_000)
STEPS = {"reading": "read", "scoring": "assess", "remembering": "remember", "writing": "save"}


def actors(count: int) -> list[Row]:
    rng = random.Random(1)
    return [
        {
            "name": f"Akteur {number}",
            "kind": rng.choice(["company", "association", "education"]),
            "attitude": rng.choice(["supporter", "neutral", None]),
            "relationship": rng.choice([0, 1, 2, 3, 4, 5, None]),
            "jobs": rng.randint(1, 900),
            "emissions": round(rng.uniform(1, 90_000), 1),
            "emissions_year": rng.randint(2018, 2025),
        }
        for number in range(count)
    ]


def measured(what: str, small: Path, large: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.workbook_process", what, str(small), str(large)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def cost(one: dict[str, Any]) -> str:
    return f"{one['seconds']:8.2f} s {one['megabytes']:5.0f} MB"


@pytest.mark.benchmark
def test_workbook_of_many_actors_beside_parsing_alone(tmp_path: Path) -> None:
    heads = ("lxml", "openpyxl", "read", "first run", "second run")
    print(f"\n{'actors':>8} {' '.join(f'{head:>19}' for head in heads)}  first run in steps")
    for size in SIZES:
        small, large = tmp_path / f"small-{size}.xlsx", tmp_path / f"large-{size}.xlsx"
        create_workbook(small, "de", {"actors": actors(2)})
        create_workbook(large, "de", {"actors": actors(size)})
        done = [measured(what, small, large) for what in ("lxml", "openpyxl", "read", "run", "run")]
        steps = ", ".join(f"{STEPS.get(name, name)} {seconds:.2f}" for name, seconds in done[3]["steps"].items())
        print(f"{size:>8,} {' '.join(map(cost, done))}  {steps}")
