"""Telegram for customers: webhook or long polling in, the Bot API out (docs/telegram.md).

Importing aiogram takes two seconds and 160 MB: only `bot.channels.telegram.wiring` is imported from outside,
and only when a bot is configured.
"""
