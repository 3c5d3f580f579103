"""How settings are read, whoever's they are: an empty value counts as unset, wherever it stands; none is shown."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict


class FileSettings(BaseSettings):
    """Settings of variables, of `.env` files and of a file a secret; a subclass says its prefix."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The usual sources, the weightier first, with ours in place of the last."""
        folders = file_secret_settings.secrets_dir if isinstance(file_secret_settings, SecretsSettingsSource) else None
        return init_settings, env_settings, dotenv_settings, _SecretFiles(settings_cls, folders)


class _SecretFiles(SecretsSettingsSource):
    """`env_ignore_empty` doesn't reach pydantic-settings' own: a Compose file names files that may well be empty."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        value, key, is_complex = super().get_field_value(field, field_name)
        return value or None, key, is_complex
