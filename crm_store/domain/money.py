"""Money is whole minor units of one currency: 125000 is ৳1,250.00."""

from typing import Final

CURRENCY: Final = "BDT"
MINOR_UNITS_PER_TAKA: Final = 100


def taka(amount: int) -> int:
    """Whole taka as the minor units everything else counts in."""
    return amount * MINOR_UNITS_PER_TAKA
