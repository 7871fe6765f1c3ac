"""Webhooks: signing as in Standard Webhooks, and the way out over HTTP."""
