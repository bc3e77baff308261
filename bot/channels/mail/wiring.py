"""Puts the channel together; imported only when a mail server is configured."""

from bot.channels.mail.channel import MailChannel
from bot.channels.mail.post import PostOffice
from bot.channels.port import ChannelParts
from bot.channels.wording import load_wording


def build(parts: ChannelParts) -> MailChannel:
    """The channel with the mail server of the settings."""
    return MailChannel(PostOffice(parts.settings), load_wording("mail"))
