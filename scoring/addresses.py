"""Column letters as a sheet counts them: A … Z, AA … What stands where in a tab is `parsing.headers`."""

_ALPHABET = 26


def column_letter(index: int) -> str:
    """Return the letters of a 0-based column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, _ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the 0-based index of a column's capital letters: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * _ALPHABET + ord(letter) - ord("A") + 1
    return index - 1


def row_number(cell: str) -> int:
    """Return the 1-based row of an A1 address: "AB12" is in row 12; ValueError without one."""
    return int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$"))
