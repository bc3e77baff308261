"""Agents answer customers from Slack: a thread for each hand-over (docs/slack-agents.md)."""
