"""Chats: messages about events, promised with them and posted by a worker."""
