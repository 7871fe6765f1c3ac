"""One place commits, so what must follow a commit can wait for it there."""

import re

from tests.architecture.files import own_files, read

COMMITS = re.compile(r"\.commit\(")
HOME = "webapp/services/transactions.py"


def test_nothing_commits_but_the_transactions() -> None:
    product = [name for name in own_files(".py") if name.startswith(("webapp/", "jobs/"))]
    assert {name for name in product if COMMITS.search(read(name))} == {HOME}
