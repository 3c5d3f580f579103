"""The table of identities."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class UserRow(Base):
    """One account on one platform. Tasks belong to `account_id`: the row itself, until identities are linked."""

    __tablename__ = "users"
    __table_args__ = (
        sa.UniqueConstraint("platform", "workspace", "external_id", name="users_identity_key"),
        sa.CheckConstraint("char_length(platform) BETWEEN 1 AND 32", name="users_platform_length"),
        sa.CheckConstraint("char_length(workspace) <= 200", name="users_workspace_length"),
        sa.CheckConstraint("char_length(external_id) BETWEEN 1 AND 200", name="users_external_id_length"),
        sa.CheckConstraint("char_length(name) <= 200", name="users_name_length"),
        sa.CheckConstraint("char_length(timezone) BETWEEN 1 AND 64", name="users_timezone_length"),
        sa.CheckConstraint("timezone IS NOT NULL OR NOT timezone_chosen", name="users_chosen_timezone_known"),
        sa.CheckConstraint("reminder_lead_minutes BETWEEN 0 AND 10080", name="users_reminder_lead_range"),
        sa.CheckConstraint("next_number > 0", name="users_next_number_positive"),
        sa.CheckConstraint("connections >= 0", name="users_connections_range"),
        sa.CheckConstraint("next_digest_at IS NULL OR digest", name="users_digest_time"),
        sa.Index(
            "users_platform_digest_idx",
            "platform",
            "next_digest_at",
            postgresql_where=sa.text("next_digest_at IS NOT NULL"),
        ),
        sa.Index("users_account_id_idx", "account_id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    platform: Mapped[str] = mapped_column(sa.Text)
    workspace: Mapped[str] = mapped_column(sa.Text)
    external_id: Mapped[str] = mapped_column(sa.Text)
    account_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("users.id", name="users_account_id_fkey"))
    name: Mapped[str] = mapped_column(sa.Text)
    timezone: Mapped[str | None] = mapped_column(sa.Text)
    timezone_chosen: Mapped[bool] = mapped_column(server_default=sa.false())
    morning: Mapped[dt.time] = mapped_column(server_default=sa.text("'09:00:00'"))
    digest: Mapped[bool] = mapped_column(server_default=sa.false())
    reminder_lead_minutes: Mapped[int] = mapped_column(server_default=sa.text("0"))
    next_number: Mapped[int] = mapped_column(server_default=sa.text("1"))
    created_at: Mapped[dt.datetime] = mapped_column(sa.TIMESTAMP(timezone=True), server_default=sa.func.now())
    next_digest_at: Mapped[dt.datetime | None] = mapped_column(sa.TIMESTAMP(timezone=True))
    digest_lease: Mapped[dt.datetime | None] = mapped_column(sa.TIMESTAMP(timezone=True))
    """Until when no other process tries, by the database's clock."""
    reminders_here: Mapped[bool] = mapped_column(server_default=sa.false())
    """Whether the account's reminders come to this identity, wherever a task was made."""
    unreached: Mapped[bool] = mapped_column(server_default=sa.false())
    """Something waits to be told at the next contact."""
    connections: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    """Which tokens of clients hold, and which codes were used: see `core.chat.tools`."""
