"""Settings of the action server: KOTHA_… in the environment or .env, and flags that outrank them."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from crm_store.place import database_in

ACCOUNT_URL = "http://127.0.0.1:8080/demo/"  # the demo shop, where the gateway serves it by default
LOCAL_ONLY = "127.0.0.1"  # the engine is on the same machine; nobody else may call actions


class ActionSettings(BaseSettings):
    """What `python -m actions.server` needs to know."""

    model_config = SettingsConfigDict(env_prefix="KOTHA_", extra="ignore", populate_by_name=True)

    data_dir: Path = Field(default=Path("var"), description="The gateway's data folder.")
    database_url: str | None = Field(
        default=None,
        description="The store: sqlite:///PATH or postgresql+asyncpg://…; default: in the data folder.",
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

    @property
    def store_url(self) -> str:
        """The store's database URL, by the gateway's rule."""
        return self.database_url or database_in(self.data_dir)
