"""One folder per channel; channels do not know each other."""
