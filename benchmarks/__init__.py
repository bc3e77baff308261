"""Kotha measured against stock Rasa, side by side on the same machine: `make bench`."""
