"""What the Slack adapter needs to know: variables that begin with `SLACK_`."""

from __future__ import annotations

import base64
from importlib.util import find_spec

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from adapters.shared.admission import AdmissionSettings, Ids, Lists, Rules

PLATFORM = "slack"
API_URL = "https://slack.com/api/"


class SlackSettings(AdmissionSettings):
    """Tokens and addresses. Without `SLACK_BOT_TOKEN` or `SLACK_CLIENT_ID` Slack is not connected."""

    model_config = SettingsConfigDict(env_prefix="SLACK_")

    bot_token: SecretStr | None = None
    """For one workspace; for several there is `client_id` in its place."""
    client_id: str | None = None
    """For any number of workspaces, into which the app is installed at `/slack/install`."""
    client_secret: SecretStr | None = None
    installation_key: SecretStr | None = None
    """Fernet's keys, with a comma between them, the newest first: the tokens of installations are encrypted with it."""
    redirect_url: str | None = None
    """The public address of `/slack/oauth_redirect`, where the app has several; else Slack takes its first."""
    pkce: bool = False
    """Whether installing proves itself by PKCE too; turned on at Slack as well, which can't be undone there."""
    s3_bucket: str | None = None
    """Where installations are kept in place of the data directory."""
    s3_endpoint: str | None = None
    """The address of what speaks S3's language and isn't AWS."""
    app_token: SecretStr | None = None
    """For Socket Mode: no public address is needed."""
    signing_secret: SecretStr | None = None
    """For events over HTTP, to `/slack/events` of the bot's own server."""
    api_url: str = API_URL
    allow_workspaces: Ids = frozenset()
    """Ids (`T…`, `E…`) of the only workspaces that may use the bot; all without any."""
    deny_workspaces: Ids = frozenset()
    guests: bool = False
    external: bool = False
    """Whether people of other organisations may use the bot, in channels that are shared with them."""

    @property
    def rules(self) -> Rules:
        """Who may use the bot where."""
        return self.admitting(
            Lists(self.allow_workspaces, self.deny_workspaces), guests=self.guests, strangers=self.external
        )

    @property
    def configured(self) -> bool:
        """Whether Slack is to be connected."""
        return self.bot_token is not None or self.client_id is not None

    @property
    def installation_keys(self) -> tuple[str, ...]:
        """Fernet's keys, the newest first."""
        return _keys(self.installation_key)

    @field_validator("bot_token")
    @classmethod
    def _is_bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _begins(token, "xoxb-", "wants the bot token, which begins with xoxb-")

    @field_validator("app_token")
    @classmethod
    def _is_app_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _begins(token, "xapp-", "wants the app-level token, which begins with xapp-")

    @field_validator("installation_key")
    @classmethod
    def _are_keys(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not (_keys(key) and all(_is_key(one) for one in _keys(key))):
            raise ValueError("wants a key as `bot workspaces key` prints it; of several, the newest first")
        return key

    @field_validator("s3_bucket")
    @classmethod
    def _has_client(cls, bucket: str | None) -> str | None:
        if bucket is not None and find_spec("boto3") is None:
            raise ValueError("wants boto3 beside it: install task-bot[s3]")
        return bucket

    @field_validator("redirect_url", "s3_endpoint")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://")):
            raise ValueError("wants a URL that starts with https:// or http://")
        return url

    @field_validator("api_url")
    @classmethod
    def _is_http(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("wants a URL that starts with https:// or http://")
        return url.rstrip("/") + "/"

    @model_validator(mode="after")
    def _has_a_way_in(self) -> SlackSettings:
        one = "SLACK_BOT_TOKEN" if self.bot_token else "SLACK_CLIENT_ID"
        if self.configured and not (self.app_token or self.signing_secret):
            raise ValueError(
                f"{one} wants SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP events) beside it"
            )
        if self.client_id and self.bot_token:
            raise ValueError(
                "SLACK_BOT_TOKEN is for one workspace and SLACK_CLIENT_ID for several: set one of them; the workspace "
                "of the token installs the app once more at /slack/install"
            )
        if self.client_id and not (self.client_secret and self.installation_key):
            raise ValueError(
                "SLACK_CLIENT_ID wants SLACK_CLIENT_SECRET beside it, and SLACK_INSTALLATION_KEY, with which tokens "
                "are encrypted: `bot workspaces key` prints a new one"
            )
        return self


def _keys(key: SecretStr | None) -> tuple[str, ...]:
    return tuple(one.strip() for one in key.get_secret_value().split(",") if one.strip()) if key else ()


def _is_key(key: str) -> bool:
    """Whether it is 32 bytes in URL-safe base64, as Fernet wants them."""
    try:
        return len(base64.urlsafe_b64decode(key)) == 32
    except ValueError:
        return False


def _begins(token: SecretStr | None, with_: str, wants: str) -> SecretStr | None:
    if token is not None and not (
        token.get_secret_value().startswith(with_) and token.get_secret_value().isprintable()
    ):
        raise ValueError(wants)
    return token
