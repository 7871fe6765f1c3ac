"""Sources of what a business knows about its clients."""
