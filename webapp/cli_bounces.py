"""`flask import-bounces`: looks a mailbox through for mails that came back."""

import uuid
from pathlib import Path

import click

from webapp.container import services
from webapp.errors import AppError
from webapp.services.email_text import counted


@click.command("import-bounces")
@click.argument("mailbox", type=click.Path(path_type=Path))
@click.option("--business", "business_id", type=click.UUID, help="Only mails of this business.")
def import_bounces(mailbox: Path, business_id: uuid.UUID | None) -> None:
    """Take in the bounces (RFC 3464) in MAILBOX: an mbox file, a Maildir folder or one mail.

    Nothing in the mailbox changes, and a second time finds nothing new: run it as often as you
    like over the mailbox that SMTP_FROM_EMAIL belongs to.
    """
    try:
        found = services().mailroom.bounces.import_mailbox(mailbox, business_id)
    except AppError as error:
        raise click.ClickException(error.detail) from error
    click.echo(
        f"{counted(found.mails, 'mail')} looked through. {found.bounced} bounced, "
        f"{counted(found.suppressed, 'address', 'addresses')} get nothing more. "
        f"{found.noted} noted, {found.known} known before, {found.strange} not ours."
    )
