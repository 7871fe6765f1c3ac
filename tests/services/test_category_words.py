"""The names of categories in texts."""

import re

import pytest

from webapp.config import PROJECT_ROOT
from webapp.enums import Category
from webapp.services.category_words import category_words


@pytest.mark.parametrize("category", Category)
def test_texts_name_a_category_as_its_tag_does(category: Category) -> None:
    tags = (PROJECT_ROOT / "templates/components/tag.html").read_text(encoding="utf-8")
    found = re.search(rf'"{category.value}": {{"text": "([^"]+)"', tags)
    assert found is not None
    assert category_words(category) == found.group(1)
