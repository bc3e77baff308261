"""Bytes from outside, by the ten thousand, at the real gateway in this process: `python -m tests.fuzz`."""
