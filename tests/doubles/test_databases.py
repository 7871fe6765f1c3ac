"""What one test leaves behind, the next one does not see."""

import pytest
from sqlalchemy import func, insert, select

from tests import factories
from tests.databases import wipe
from webapp.extensions import db
from webapp.models import SignInAttempt, User
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")


def rows() -> int:
    tables = db.metadata.sorted_tables
    return sum(db.session.scalar(select(func.count()).select_from(each)) or 0 for each in tables)


def fill() -> User:
    business = factories.business()
    factories.event(factories.client(business))
    return factories.user(business)


def test_wiping_empties_every_table_and_counts_from_one_again() -> None:
    first = fill().id
    assert rows() >= 4
    wipe()
    assert rows() == 0
    assert fill().id == first == 1


def test_ids_that_were_rolled_back_are_given_again() -> None:
    business = factories.business()
    db.session.add(User(business_id=business.id, name="Ana", email="ana@example.com", role="admin"))
    db.session.flush()
    db.session.rollback()
    wipe()
    assert fill().id == 1


def test_many_rows_are_gone_too() -> None:
    fill()
    with atomic() as session:
        attempts = [{"subject": f"{number}"} for number in range(600)]
        session.execute(insert(SignInAttempt), attempts)
    wipe()
    assert rows() == 0
