"""No file tells of the machine that it was written on, or of anything but the product."""

import re

from tests.architecture.files import read, text_files

# Each pattern is written so that it does not match itself.
MACHINE = re.compile(r"/(?:wor[k]|far[m]|roo[t]|tmp/bash_job[s])/|/home/(?!app\b)[a-z]+/")
REGISTRIES = re.compile(r"python[h]osted|pypi[.]o|registry[.]npm|deb[.]debian|file:/[/]/opt")
TALK = re.compile(r"(?i)\bissue #?[0-9]+\b|\bsub-?agen[t]|\bcoding agen[t]|\bAI assistan[t]\b")
SHARED = re.compile(r"\.\./share[d]\b")


def found(pattern: re.Pattern[str], *, but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name}: {match.group()}"
        for name in text_files()
        if name not in but
        for match in [pattern.search(read(name))]
        if match
    ]


def test_no_file_names_a_folder_of_some_machine() -> None:
    assert found(MACHINE) == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert found(REGISTRIES) == []


def test_every_file_speaks_of_the_product_only() -> None:
    assert found(TALK) == []


def test_only_ci_reaches_outside_the_project() -> None:
    assert found(SHARED, but=(".ci/run",)) == []


def test_no_work_is_left_as_a_note() -> None:
    notes = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b")
    assert found(notes, but=("CHANGELOG.md",)) == []


def test_every_decision_has_a_number_of_its_own() -> None:
    pages = sorted(name for name in text_files() if name.startswith("docs/decisions/"))
    numbers = [int(page.removeprefix("docs/decisions/")[:4]) for page in pages]
    assert numbers == list(range(1, len(pages) + 1))
    assert all(read(page).startswith(f"# {n}. ") for n, page in enumerate(pages, 1))
