"""The demo shop, served only when KOTHA_DEMO is on: a page to try Kotha on, with named customers."""
