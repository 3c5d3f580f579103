"""What the Slack adapter needs to know: variables that begin with `SLACK_`."""

from __future__ import annotations

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from adapters.shared.settings import FileSettings

PLATFORM = "slack"
API_URL = "https://slack.com/api/"


class SlackSettings(FileSettings):
    """Tokens and addresses. Without `SLACK_BOT_TOKEN` Slack is not connected."""

    model_config = SettingsConfigDict(env_prefix="SLACK_")

    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    """For Socket Mode: no public address is needed."""
    signing_secret: SecretStr | None = None
    """For events over HTTP, to `/slack/events` of the bot's own server."""
    api_url: str = API_URL

    @property
    def configured(self) -> bool:
        """Whether Slack is to be connected."""
        return self.bot_token is not None

    @field_validator("bot_token")
    @classmethod
    def _is_bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _begins(token, "xoxb-", "wants the bot token, which begins with xoxb-")

    @field_validator("app_token")
    @classmethod
    def _is_app_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _begins(token, "xapp-", "wants the app-level token, which begins with xapp-")

    @field_validator("api_url")
    @classmethod
    def _is_http(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("wants a URL that starts with https:// or http://")
        return url.rstrip("/") + "/"

    @model_validator(mode="after")
    def _has_a_way_in(self) -> SlackSettings:
        if self.bot_token and not (self.app_token or self.signing_secret):
            raise ValueError(
                "SLACK_BOT_TOKEN wants SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP events) beside it"
            )
        return self


def _begins(token: SecretStr | None, with_: str, wants: str) -> SecretStr | None:
    if token is not None and not (
        token.get_secret_value().startswith(with_) and token.get_secret_value().isprintable()
    ):
        raise ValueError(wants)
    return token
