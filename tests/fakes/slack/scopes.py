"""Which right each method needs."""

from __future__ import annotations

from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.world import Team

READ = ("channels:read", "groups:read", "im:read")
HISTORY = ("channels:history", "groups:history", "im:history")
# Any one of the listed rights is enough; methods that are not named need none.
NEEDED: dict[str, tuple[str, ...]] = {
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "conversations.open": ("im:write", "mpim:write"),
    "conversations.history": HISTORY,
    "conversations.replies": HISTORY,
    "conversations.info": READ,
    "conversations.members": READ,
    "conversations.list": READ,
    "conversations.join": ("channels:join",),
    "users.info": ("users:read",),
    "users.getPresence": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "files.info": ("files:read",),
}


def check_scope(team: Team, method: str) -> None:
    """Refuse what the app was not given."""
    needed = NEEDED.get(method, ())
    if team.scopes is None or not needed or team.scopes.intersection(needed):
        return
    raise SlackError("missing_scope", needed=needed[0], provided=",".join(sorted(team.scopes)))
