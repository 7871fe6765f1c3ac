"""Chats: Slack, Teams and others, by what Apprise knows of their formats."""
