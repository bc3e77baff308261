"""Set-up and everyday commands, in the standard library: they run before anything is installed."""
