"""Trials: stored rows judged anew without side effects, looked at, then adopted as shown."""
