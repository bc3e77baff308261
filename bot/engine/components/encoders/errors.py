"""What can be wrong with an encoder."""

from __future__ import annotations


class EncoderError(Exception):
    """Base of all errors of the sentence encoders."""


class EncoderMissing(EncoderError):
    """The package with the encoder's weights is not installed: install the engine's requirements."""


class EncoderUnreadable(EncoderError):
    """The package's weights are not laid out as expected: use the version pinned in the requirements."""


class EncoderUnknown(EncoderError):
    """config.yml names an encoder that does not exist: use one of those listed in `catalogue.py`."""
