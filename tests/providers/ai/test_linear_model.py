"""The small classifier: training, the table that it is kept in, and what ships."""

from pathlib import Path

import pytest

from webapp import clock
from webapp.providers.ai import sentiment, topics
from webapp.providers.ai.linear_model import LinearModel
from webapp.providers.ai.linear_training import Example, fit
from webapp.providers.ai.training import is_for_training, plain_for, train

EXAMPLES: list[Example] = [
    *[(frozenset({"up", f"x{number % 4}"}), "good") for number in range(20)],
    *[(frozenset({"down", f"x{number % 4}"}), "bad") for number in range(5)],
]


def trained() -> LinearModel:
    return fit(EXAMPLES, epochs=8, step=0.3)


def test_it_learns_what_tells_the_classes_apart() -> None:
    model = trained()
    assert model.probabilities({"up"})["good"] > 0.8
    assert model.probabilities({"down"})["bad"] > 0.8
    assert sum(model.probabilities({"never seen"}).values()) == pytest.approx(1)


def test_training_is_the_same_on_every_run() -> None:
    assert trained() == trained()


def test_a_model_comes_back_from_its_table(tmp_path: Path) -> None:
    path = tmp_path / "model.tsv"
    trained().save(path)
    for name, chance in LinearModel.load(path).probabilities({"up", "x1"}).items():
        assert chance == pytest.approx(trained().probabilities({"up", "x1"})[name], abs=0.02)


@pytest.mark.parametrize("path", [topics.PATH, sentiment.PATH])
def test_what_ships_is_small_and_read_quickly(path: Path) -> None:
    begun = clock.monotonic()
    model = LinearModel.load(path)
    assert clock.monotonic() - begun < 1  # 50 ms; a busy machine gets more
    assert path.stat().st_size < 1_000_000
    assert len(model.weights) > 1000


def test_training_reads_the_folder_and_writes_both_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "twitter_topic").mkdir()
    (tmp_path / "sentfin").mkdir()
    lines = "\n".join(f'"Arcwell {n} reports profit",5\n"Arcwell {n} sued",12' for n in range(20))
    (tmp_path / "twitter_topic" / "train_data.csv").write_text(f"text,label\n{lines}\n")
    rows = "\n".join(
        f"{n},Arcwell gains {n},\"{{'Arcwell': 'positive'}}\",3\n"
        f"{n},Arcwell's fall {n},\"{{'Arcwell': 'negative', 'Moody's': 'neutral'}}\",3"
        for n in range(20)
    )
    (tmp_path / "sentfin" / "SEntFiN.csv").write_text(f"S No.,Title,Decisions,Words\n{rows}\n")
    monkeypatch.setattr(topics, "PATH", tmp_path / "topics.tsv")
    monkeypatch.setattr(sentiment, "PATH", tmp_path / "sentiment.tsv")
    train(tmp_path)
    assert LinearModel.load(tmp_path / "topics.tsv").classes == (
        "financial_results",
        "legal_regulatory",
    )
    assert "negative" in LinearModel.load(tmp_path / "sentiment.tsv").classes


def test_three_texts_in_ten_are_kept_from_training() -> None:
    kept = sum(not is_for_training(f"headline {number}") for number in range(2000))
    assert 500 < kept < 700


def test_a_company_is_marked_however_the_headline_spells_it() -> None:
    assert plain_for("ARCWELL trust gains", "Arcwell Trust") == " CLIENT gains "
    assert plain_for("arcwell gains", "Arcwell") == " CLIENT gains "
