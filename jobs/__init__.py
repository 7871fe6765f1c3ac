"""What RQ runs: load, call one service, return."""
