"""Fixtures and options of the whole suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--minutes", type=float, default=5.0, help="how long all campaigns of this run may take together")
    parser.addoption("--seed", type=int, default=1, help="seed of the campaigns")


@pytest.fixture(scope="session")
def minutes(request: pytest.FixtureRequest) -> float:
    """Time limit for the campaigns, in minutes."""
    return float(request.config.getoption("--minutes"))


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """Seed of the campaigns."""
    return int(request.config.getoption("--seed"))
