"""Whether a source carries what was claimed from it."""
