"""Typed settings: the only reader of the environment.

Every setting is an environment variable `KOTHA_<NAME>` or a line of `.env`; docs/configuration.md lists
them, and a test fails when that page is stale. Secrets are `SecretStr` and are never printed.
"""

import os
import re
from email.utils import getaddresses
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from bot.errors import BadSettings
from bot.wrong_settings import MIN_SECRET_BYTES, describe_bad_json, describe_faults, find_unknown
from crm_store.place import database_in, dotenv_file, read_dotenv

DEMO_WIDGET = "demo"
MAX_ACTIVE_KEYS = 2  # the one in use and the one being rotated in (W4)
LOOPBACK_HOSTS = ("127.0.0.1", "localhost")
MAIL_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
WEB_FOLDER = Path(__file__).resolve().parent.parent / "web"
TELEGRAM_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # what Telegram lets a webhook's secret be (TG1)
DEFAULT_PORTS = {"http": 80, "https": 443}


def check_origin(origin: str) -> str:
    """Return `scheme://host[:port]` in the form browsers send; ValueError when it is anything else."""
    parts = urlsplit(origin.strip().lower())
    has_more = parts.path not in ("", "/") or parts.query
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or has_more or not _has_possible_port(parts):
        raise ValueError("must be an origin such as https://shop.example, without a path")
    port = f":{parts.port}" if parts.port and parts.port != DEFAULT_PORTS[parts.scheme] else ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def check_base_url(url: str) -> str:
    """Return an http(s) address without its trailing slash."""
    parts = urlsplit(url.strip())
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not _has_possible_port(parts):
        raise ValueError("must be an address such as http://127.0.0.1:5105")
    return url.strip().rstrip("/")


def _has_possible_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:  # letters, or more than 65535
        return False


def check_actions_urls(urls: str) -> str:
    """The action servers' base addresses, by commas; Rasa's habit of naming the webhook is understood."""
    return ",".join(check_base_url(url).removesuffix("/webhook") for url in urls.split(","))


def check_mailbox(text: str) -> str:
    """Refuse what is no single mail address, with or without a name before it."""
    found = getaddresses([text])
    if len(found) != 1 or not MAIL_ADDRESS.fullmatch(found[0][1]):
        raise ValueError("must be an address such as Kotha Bazaar <care@shop.example>")
    return text


def check_secret(secret: SecretStr) -> SecretStr:
    """Refuse a secret that is too short to be one."""
    if len(secret.get_secret_value().encode()) < MIN_SECRET_BYTES:
        raise ValueError(f"must be at least {MIN_SECRET_BYTES} bytes of random text")
    return secret


Origin = Annotated[str, AfterValidator(check_origin)]
ActionsUrls = Annotated[str, AfterValidator(check_actions_urls)]
BaseUrl = Annotated[str, AfterValidator(check_base_url)]
Mailbox = Annotated[str, AfterValidator(check_mailbox)]
Secret = Annotated[SecretStr, AfterValidator(check_secret)]
Token = Annotated[SecretStr, Field(min_length=1)]
WidgetId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
IntentName = Annotated[str, Field(pattern=r"^[a-z_]+$")]
TierName = Literal["bronze", "silver", "gold", "platinum"]
Positive = Annotated[float, Field(gt=0)]


AnySettings = TypeVar("AnySettings", bound="StoreSettings")


class StoreSettings(BaseSettings):
    """Where the store is: all that a command over the store needs to be told."""

    model_config = SettingsConfigDict(
        env_prefix="KOTHA_",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(
        Path("var"), description="Folder for the default database and the conversations' files."
    )
    database_url: str | None = Field(
        None,
        description="`sqlite:///…` or `postgresql+asyncpg://…`; default: in the data folder.",
    )

    @property
    def store_url(self) -> str:
        """The store's database URL."""
        return self.database_url or database_in(self.data_dir)

    @property
    def attachments_dir(self) -> Path:
        """Where uploaded files lie; several gateways share the folder as they share the database."""
        return self.data_dir / "attachments"


class Settings(StoreSettings):
    """Everything the gateway can be told from outside."""

    host: str = Field("127.0.0.1", description="Address the gateway listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port the gateway listens on.")
    public_url: Origin | None = Field(
        None, description="Origin customers reach the gateway at; default: the listening address."
    )
    forwarded_hops: int = Field(
        0, ge=0, le=5, description="Trusted proxies in front, each adding one `X-Forwarded-For` entry."
    )
    web_dir: Path = Field(
        WEB_FOLDER, description="Folder of the built web parts; default: `web` of this repository."
    )

    engine_urls: Annotated[tuple[BaseUrl, ...], NoDecode] = Field(
        ("http://127.0.0.1:5105",),
        min_length=1,
        description="Engines, separated by commas; used in turn. `make run` names one for each core.",
    )
    engine_secret: Secret = Field(description="Shared with the engine (Bearer).")
    engine_timeout_seconds: Positive = Field(8.0, description="A turn without an answer by then has failed.")
    actions_url: ActionsUrls = Field(
        "http://127.0.0.1:5055",
        description="Action servers, separated by commas; the gateway only asks whether one is well.",
    )

    turn_workers: int = Field(16, ge=1, le=256, description="Turns asked of the engine at the same time.")
    lease_seconds: Positive = Field(
        6.0, description="How long after a crash others may take over a turn; renewed while the engine works."
    )
    patience_seconds: Positive = Field(
        20.0, description="How long an interrupted engine is waited for before a person takes over."
    )
    people_only_topics: Annotated[tuple[IntentName, ...], NoDecode] = Field(
        (), description="Intents (docs/intents.md) that only people deal with, separated by commas."
    )
    valued_tiers: Annotated[tuple[TierName, ...], NoDecode] = Field(
        ("platinum",),
        description="Loyalty tiers whose unhappy customers get a person unasked, separated by commas.",
    )
    poll_seconds: Positive = Field(1.0, description="Slow poll for waiting turns; heals lost hints.")
    socket_poll_seconds: Positive = Field(5.0, description="Slow poll of open sockets; heals lost hints.")
    drain_seconds: Positive = Field(10.0, description="Time for turns in flight to finish on SIGTERM.")

    allowed_origins: dict[WidgetId, tuple[Origin, ...]] = Field(
        default_factory=dict,
        description='Sites that may embed each widget: `{"shop": ["https://shop.example"]}`.',
    )
    frame_ancestors: Annotated[tuple[Origin, ...], NoDecode] = Field(
        (), description="Sites that may frame the gateway's own pages, separated by commas."
    )
    identity_keys: dict[str, Secret] = Field(
        default_factory=dict, description='Keys of signed identities, at most two: `{"k1": "…"}`.'
    )
    demo: bool = Field(False, description="Serve the demo shop and the widget `demo`.")
    demo_agent_password: SecretStr | None = Field(
        None, description="Password of the demo shop's agents; `make run` makes one and prints it."
    )

    telegram_bots: dict[str, Token] = Field(
        default_factory=dict, description='Telegram bots, name or id to token: `{"kotha_bot": "123:…"}`.'
    )
    telegram_secret: SecretStr | None = Field(
        None, description="Secret token of the Telegram webhook: 1 to 256 of `A-Z a-z 0-9 _ -`."
    )
    telegram_mode: Literal["webhook", "polling"] = Field(
        "webhook", description="`polling` for a machine without a public address."
    )
    telegram_api: BaseUrl = Field("https://api.telegram.org", description="Telegram's Bot API, or a fake.")
    telegram_link_base: BaseUrl = Field(
        "https://t.me", description="Where links that open a bot begin; another one only for a fake."
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="Signing secret of the Slack app; not needed with Socket Mode."
    )
    slack_bot_tokens: dict[str, Token] = Field(
        default_factory=dict, description='Slack workspaces, team id to bot token: `{"T0123": "xoxb-…"}`.'
    )
    slack_app_token: SecretStr | None = Field(
        None, description="App-level token (`xapp-…`): Socket Mode, for a machine without a public address."
    )
    slack_api: BaseUrl = Field("https://slack.com/api", description="Slack's Web API, or a fake.")
    smtp_host: str | None = Field(
        None, description="Mail server by which answers reach customers who chose e-mail; none: tickets."
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="`tls` from the first byte (port 465); `none` only on this machine."
    )
    smtp_username: str | None = Field(None, description="Account at the mail server, if it wants one.")
    smtp_password: SecretStr | None = Field(None, description="The account's password.")
    smtp_from: Mailbox | None = Field(
        None, description="Whom the mail is from: `Kotha Bazaar <care@shop.example>`."
    )
    slack_reply_prefix: Annotated[tuple[str, ...], NoDecode] = Field(
        ("!", ">>"),
        min_length=1,
        description="What a line of an agents' thread begins with that goes to the customer, by spaces.",
    )
    slack_presence_minutes: Positive = Field(
        10.0, description="How long an agent who did something in Slack counts as being there."
    )
    slack_any_channel: bool = Field(
        False, description="Post hand-overs, with customers' data, in public and shared Slack channels too."
    )
    extra_channels: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Modules with channels of your own (docs/write-your-own-channel.md), by commas."
    )

    messages_per_minute: Positive = Field(120.0, description="Messages one customer may send.")
    messages_burst: int = Field(60, ge=1, description="Messages one customer may send at once.")
    messages_waiting: int = Field(
        50, ge=1, description="Messages of one conversation that may wait for the bot; more are refused."
    )
    overload_seconds: Positive = Field(
        120.0,
        description="When as many customers as there are turn workers have waited this long, new messages "
        "are refused (503) until it is better.",
    )
    sent_kept_days: float = Field(
        30.0,
        ge=1,
        description="How long the outbox remembers what arrived on a platform. The transcript stays.",
    )
    address_per_minute: Positive = Field(1800.0, description="Requests and messages from one address.")
    address_burst: int = Field(600, ge=1, description="Requests and messages from one address at once.")
    address_sockets: int = Field(
        1000, ge=1, description="Widgets' sockets open from one address; more are refused."
    )

    otlp_endpoint: BaseUrl | None = Field(
        None, description="A collector that takes spans by OTLP over HTTP (docs/traces.md); none: no traces."
    )
    log_format: Literal["json", "console"] = Field("json", description="How log lines look.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level logged."
    )

    @field_validator(
        "engine_urls",
        "frame_ancestors",
        "people_only_topics",
        "valued_tiers",
        "extra_channels",
        mode="before",
    )
    @classmethod
    def _split_commas(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("slack_reply_prefix", mode="before")
    @classmethod
    def _split_spaces(cls, value: object) -> object:
        return value.split() if isinstance(value, str) else value

    @field_validator("identity_keys")
    @classmethod
    def _at_most_two_keys(cls, keys: dict[str, SecretStr]) -> dict[str, SecretStr]:
        if len(keys) > MAX_ACTIVE_KEYS:
            raise ValueError(f"at most {MAX_ACTIVE_KEYS} keys may be active")
        return keys

    @model_validator(mode="after")
    def _demo_has_a_key(self) -> "Settings":
        if self.demo and not self.identity_keys:
            raise ValueError('KOTHA_IDENTITY_KEYS needs a key for the demo: {"k1": "<random text>"}')
        return self

    @field_validator("telegram_secret")
    @classmethod
    def _telegram_takes_it(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not TELEGRAM_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("must be 1 to 256 letters, digits, `_` and `-` (TG1)")
        return secret

    @model_validator(mode="after")
    def _platforms_can_be_believed(self) -> "Settings":
        if self.telegram_bots and self.telegram_mode == "webhook" and self.telegram_secret is None:
            raise ValueError("KOTHA_TELEGRAM_SECRET is not set: without it anybody could speak for Telegram")
        if self.slack_bot_tokens and self.slack_signing_secret is None and self.slack_app_token is None:
            raise ValueError(
                "KOTHA_SLACK_SIGNING_SECRET is not set (or KOTHA_SLACK_APP_TOKEN for Socket Mode)"
            )
        return self

    @model_validator(mode="after")
    def _mail_leaves_safely(self) -> "Settings":
        if self.smtp_host and self.smtp_from is None:
            raise ValueError("KOTHA_SMTP_FROM is not set: mail needs somebody it is from")
        if self.smtp_host and self.smtp_security == "none" and self.smtp_host not in LOOPBACK_HOSTS:
            raise ValueError("KOTHA_SMTP_SECURITY may be none only for a mail server on this machine")
        return self

    @property
    def own_origins(self) -> frozenset[str]:
        """Origins of pages this gateway serves itself."""
        if self.public_url:
            return frozenset({self.public_url})
        hosts = LOOPBACK_HOSTS if self.host in LOOPBACK_HOSTS else (self.host, *LOOPBACK_HOSTS)
        return frozenset(check_origin(f"http://{host}:{self.port}") for host in hosts)

    @property
    def actions_urls(self) -> tuple[str, ...]:
        """Each action server's address."""
        return tuple(self.actions_url.split(","))

    @property
    def widgets(self) -> frozenset[str]:
        """Ids of the widgets served."""
        return frozenset({*self.allowed_origins, *([DEMO_WIDGET] if self.demo else [])})

    def origins_of(self, widget: str) -> frozenset[str]:
        """Origins that may use a widget: its list, and for the demo this gateway's own pages."""
        listed = frozenset(self.allowed_origins.get(widget, ()))
        return listed | self.own_origins if self.demo and widget == DEMO_WIDGET else listed


def load_settings(**overrides: Any) -> Settings:
    """Read the environment; BadSettings with one line that says what to set, never with a value."""
    return _loaded(Settings, overrides)


def load_store_url() -> str:
    """The store's database URL, without asking for secrets that only the gateway needs."""
    return load_store_settings().store_url


def load_store_settings() -> StoreSettings:
    """Where things are kept, without asking for secrets."""
    return _loaded(StoreSettings, {})


def list_unknown_settings() -> list[tuple[str, str]]:
    """Settings nobody reads, with the one that may be meant: a slip of the pen is silent otherwise."""
    return list(find_unknown(Settings, {**read_dotenv(), **os.environ}))


def _loaded(kind: type[AnySettings], overrides: dict[str, Any]) -> AnySettings:
    try:
        return kind(**{"_env_file": dotenv_file(), **overrides})
    except ValidationError as error:
        raise BadSettings("; ".join(describe_faults(kind, error))) from None
    except SettingsError as error:
        raise BadSettings(describe_bad_json(kind, error)) from None
