"""Section 7: what the alliance may say in public, in German."""

from tests.reference.coverage import Covered
from tests.reference.rows import Typed

METHOD = {"BISKO": "BISKO", "source": "Quellenbilanz", "influence": "Einflussbilanz"}


def sentence(covered: Covered, typed: Typed) -> str:
    """Return the public sentence; "" without the municipality's name."""
    town = typed["municipality"]
    if town is None:
        return ""
    if covered.publishable and covered.percent and typed["inventory_method"]:
        return (
            f"Die Allianz umfasst mindestens {covered.percent} % der Treibhausgasemissionen von {town} "
            f"({METHOD[typed['inventory_method']]}, Bilanzjahr {typed['inventory_year']}; {covered.with_data} von "
            f"{covered.signatories} Unterzeichnenden mit Angaben)."
        )
    letter = f"den Letter of Intent der Klima-Allianz {town} unterzeichnet."
    match covered.signatories:
        case 0:
            return f"Noch niemand hat {letter}"
        case 1:
            return f"1 Akteur hat {letter}"
        case n:
            return f"{n} Akteure haben {letter}"
