"""Sources of news about a client: one file a source."""
