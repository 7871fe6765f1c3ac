"""The outside world: one file a provider, one Protocol a family, no database and no Flask."""
