"""`flask audit`: is the log as it was written."""

import sys

import click

from webapp.container import services


@click.group("audit")
def audit() -> None:
    """Look after the audit log."""


@audit.command("verify")
def verify() -> None:
    """Compute every business's chain anew; exit with 1 where an entry was changed or is missing.

    Keep what it prints somewhere else: a chain that was cut at its end shows only by its head.
    """
    is_whole = True
    for each in services().audit_log.verify_all():
        if each.broken_at is None:
            click.echo(f"ok   {each.business_id}: {each.entries} entries, head {each.head}")
        else:
            is_whole = False
            click.echo(f"BAD  {each.business_id}: broken at entry {each.broken_at}")
    if not is_whole:
        sys.exit(1)
