"""Signs test clients in the way a browser does."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from webapp.models import Business, User
from webapp.services.passwords import Passwords

PASSWORD = "a password of some length"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def person(business: Business, name: str = "Ana", role: str = "admin") -> User:
    """A user who has a password."""
    hashed = Passwords().hash(PASSWORD)
    return factories.user(business, name=name, role=role, password_hash=hashed)


def csrf_token(client: FlaskClient, path: str = "/login") -> str:
    """The token of a form that the client was shown."""
    found = _TOKEN.search(client.get(path).text)
    assert found is not None
    return found[1]


def post_login(
    client: FlaskClient,
    email: str = "ana@example.com",
    password: str = PASSWORD,
    **fields: str,
) -> TestResponse:
    """Fill in the sign-in form and send it."""
    form = {"email": email, "password": password, "csrf_token": csrf_token(client), **fields}
    return client.post("/login", data=form)
