"""Slack: customers in direct messages, mentions and threads; agents in their team's channel (`agents`)."""
