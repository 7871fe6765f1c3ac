"""Promises the digests that have fallen due."""

from jobs.runtime import job
from webapp.container import services


@job
def send_digests() -> None:
    services().digests.send_due()
