"""Breaks the running service in every way we know and judges from outside what its customers got."""
