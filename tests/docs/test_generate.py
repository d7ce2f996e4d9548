from collections.abc import Callable
from pathlib import Path

import pytest

import docs
from docs.generate import PAGES


@pytest.mark.parametrize(("name", "page"), PAGES.items(), ids=PAGES)
def test_the_committed_page_is_the_generated_one(name: str, page: Callable[[], str]) -> None:
    committed = Path(docs.__path__[0], name).read_text(encoding="utf-8")
    assert committed == page(), "run `make docs`"
