"""The agents' console: log-in, HTTP API and live feed (docs/contracts/console.md)."""
