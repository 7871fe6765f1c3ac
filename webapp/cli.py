"""Commands for whoever runs the deployment: `flask --app wsgi <command>`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, current_app

from webapp.cli_audit import audit
from webapp.cli_bounces import import_bounces
from webapp.cli_doctor import diagnose
from webapp.cli_reprocess import reprocess
from webapp.container import services
from webapp.errors import AppError
from webapp.services.demo.people import DEMO_EMAIL, DEMO_PASSWORD
from webapp.services.demo.seed import DemoService


def init_app(app: Flask) -> None:
    """Add the commands to the app's."""
    for command in (
        audit,
        create_admin,
        create_token,
        seed_demo,
        doctor,
        openapi,
        reprocess,
        import_bounces,
    ):
        app.cli.add_command(command)


@click.command("create-admin")
@click.option("--email", prompt="E-mail address")
@click.option("--name", prompt="Name")
@click.option("--business", "business_name", prompt="Business")
@click.password_option()
def create_admin(email: str, name: str, business_name: str, password: str) -> None:
    """Make a business and its first admin."""
    with _plain_errors():
        services().accounts.create_admin(email, password, name=name, business_name=business_name)
    click.echo(f"{email} can sign in now.")


@click.command("create-token")
@click.option("--email", required=True, help="Whose token it is.")
@click.option("--name", default="Made on the command line", help="What it is for.")
@click.option("--days", default=90, type=click.IntRange(1, 365), help="How long it is good.")
def create_token(email: str, name: str, days: int) -> None:
    """Make an API token and print it; it is not shown again."""
    with _plain_errors():
        issued = services().accounts.token_for(email, name, days=days)
    click.echo(issued.token)


@click.command("seed-demo")
def seed_demo() -> None:
    """Load the demo workspace, where DEMO=1 and it is not there yet."""
    with _plain_errors():
        is_new = DemoService(settings=services().settings).seed()
    click.echo(
        "The demo workspace is loaded." if is_new else "The demo workspace is there already."
    )
    click.echo(f"Sign in as {DEMO_EMAIL} with the password {DEMO_PASSWORD}.")


@click.command("doctor")
def doctor() -> None:
    """Check settings, database, Redis, migrations, mail and keys; exit with 1 if one is wrong."""
    findings = diagnose(services())
    for each in findings:
        click.echo(f"{'ok  ' if each.ok else 'BAD '} {each.name}: {each.message}")
    if not all(each.ok for each in findings):
        sys.exit(1)


@click.command("openapi")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Else printed.")
def openapi(output: Path | None) -> None:
    """Write the API's OpenAPI document."""
    document: str = current_app.extensions["beacon_openapi"]
    if output is None:
        click.echo(document)
    else:
        output.write_text(document + "\n", encoding="utf-8")


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn an error of ours into one line on stderr and exit code 1."""
    try:
        yield
    except AppError as error:
        raise click.ClickException(error.detail) from error
