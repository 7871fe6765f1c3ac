"""Makers of classifications and insights: two language models and the rules."""
