"""Ways to hand over a mail: one file a way."""
