"""Set-up and everyday commands (`make help`), by the standard library: they run before anything is installed."""
