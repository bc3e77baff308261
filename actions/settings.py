"""Settings of the action server: KOTHA_… in the environment or .env, and flags that outrank them."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ACCOUNT_URL = "http://127.0.0.1:8080/demo/"  # the demo shop, where the gateway serves it by default
LOCAL_ONLY = "127.0.0.1"  # the engine is on the same machine; nobody else may call actions


class ActionSettings(BaseSettings):
    """What `python -m actions.server` needs to know."""

    model_config = SettingsConfigDict(
        env_prefix="KOTHA_", env_file=".env", extra="ignore", populate_by_name=True
    )

    database_url: str = Field(
        default="sqlite:///var/kotha.sqlite3",
        description="Where the store is: sqlite:///PATH or postgresql+asyncpg://…",
    )
    actions_port: int = Field(
        default=5055, ge=0, le=65535, description="The port to listen on; 0 takes a free one."
    )
    smtp_host: str | None = Field(
        default=None, description="The gateway's mail server: with it, answers reach whoever chose e-mail."
    )
    account_url: str = Field(
        default=ACCOUNT_URL,
        description="The shop's page on which customers who are logged in connect Telegram or Slack.",
    )
    otlp_endpoint: str | None = Field(
        default=None, description="A collector that takes spans by OTLP over HTTP (docs/traces.md)."
    )
    actions_secret: SecretStr = Field(
        min_length=16, description="What the engine sends as `Authorization: Bearer …`."
    )
