"""Measurements: each prints its figures as ratios within one run and adds them to build/."""
