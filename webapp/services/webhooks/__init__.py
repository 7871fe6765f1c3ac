"""Webhooks: who hears of what over HTTP, promised with the event and delivered by a worker."""
