"""How values are shown, by number format and locale."""

import pytest

from tests.sheets_server.formats import shown
from tests.sheets_server.model import Value


@pytest.mark.parametrize(
    ("value", "kind", "pattern", "german", "american"),
    [
        (None, "", "", "", ""),
        ("Text", "", "", "Text", "Text"),
        (True, "", "", "WAHR", "TRUE"),
        (False, "", "", "FALSCH", "FALSE"),
        (42.0, "", "", "42", "42"),
        (0.1, "", "", "0,1", "0.1"),
        (1 / 3, "", "", "0,3333333333", "0.3333333333"),
        (1234567.891, "", "", "1234567,891", "1234567.891"),
        (1234.5, "NUMBER", "#,##0.00", "1.234,50", "1,234.50"),
        (1234.5, "NUMBER", "#,##0.##", "1.234,5", "1,234.5"),
        (1234.0, "NUMBER", "0", "1234", "1234"),
        (0.305, "PERCENT", "0.0%", "30,5%", "30.5%"),
        (0.3, "PERCENT", "0%", "30%", "30%"),
        (7.0, "NUMBER", '0" t"', "7 t", "7 t"),
        (46082.0, "DATE", "", "01.03.2026", "3/1/2026"),
        (46082.0, "DATE", "yyyy-mm-dd", "2026-03-01", "2026-03-01"),
        (46082.0, "DATE", "d.m.yy", "1.3.26", "1.3.26"),
        (0.7708333333, "TIME", "hh:mm", "18:30", "18:30"),
        (46082.5, "DATE_TIME", "dd.mm.yyyy hh:mm:ss", "01.03.2026 12:00:00", "01.03.2026 12:00:00"),
    ],
)
def test_shown_text_follows_format_and_locale(
    value: Value, kind: str, pattern: str, german: str, american: str
) -> None:
    number_format = {name: text for name, text in (("type", kind), ("pattern", pattern)) if text}
    assert [shown(value, number_format, locale) for locale in ("de_DE", "en_US")] == [german, american]
