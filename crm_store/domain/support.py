"""How customers reach the shop's people outside the chat."""

from typing import Final

# The demo shop's: a number of the range for made-up ones, an address of the domain kept for examples.
SUPPORT_PHONE: Final = "09600-000000"
SUPPORT_EMAIL: Final = "help@example.com"
