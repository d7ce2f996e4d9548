"""Fixtures and options of the whole suite."""

import gc
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # no test depends on how busy the machine is
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Spare what was imported and collected, which lives to the end: each look through it takes a tenth of a second."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--minutes", type=float, default=5.0, help="how long all campaigns of this run may take together")
    parser.addoption("--seed", type=int, default=1, help="seed of the campaigns")


@dataclass
class Purse:
    """What is left of --minutes."""

    minutes: float


@pytest.fixture(scope="session")
def purse(request: pytest.FixtureRequest) -> Purse:
    """The time that all campaigns of this run share."""
    return Purse(float(request.config.getoption("--minutes")))


@pytest.fixture
def minutes(request: pytest.FixtureRequest, purse: Purse) -> Iterator[float]:
    """How long this campaign may take: an equal share of what the earlier ones left to it and the later ones."""
    campaigns = [item for item in request.session.items if item.get_closest_marker("campaign")]
    start = time.monotonic()
    yield max(purse.minutes, 0.0) / (len(campaigns) - campaigns.index(request.node))
    purse.minutes -= (time.monotonic() - start) / 60


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """Seed of the campaigns."""
    return int(request.config.getoption("--seed"))
