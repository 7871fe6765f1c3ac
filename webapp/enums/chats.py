"""Chats that people read."""

from enum import StrEnum


class ChatKind(StrEnum):
    """Which chat a message goes to."""

    SLACK = "slack"
    TEAMS = "teams"
    DISCORD = "discord"
    MATTERMOST = "mattermost"
    GOOGLE_CHAT = "google_chat"
    TELEGRAM = "telegram"


class ChatStop(StrEnum):
    """Why a chat channel is off."""

    SWITCHED_OFF = "switched_off"
    GONE = "gone"
    FAILING = "failing"
