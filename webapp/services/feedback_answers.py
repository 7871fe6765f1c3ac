"""Builds the answers about opinions from what the service did."""

from webapp.schemas.exclusions import ExclusionAnswer
from webapp.schemas.feedback import FeedbackAnswer, FeedbackGivenAnswer, FeedbackTakenBackAnswer
from webapp.services.exclusions import in_words
from webapp.services.feedback import Given, TakenBack


def feedback_given_answer(given: Given) -> FeedbackGivenAnswer:
    """Return an opinion with what it excluded and hid."""
    told = ExclusionAnswer.model_validate(given.exclusion) if given.exclusion else None
    return FeedbackGivenAnswer(
        **FeedbackAnswer.model_validate(given.feedback).model_dump(),
        exclusion=told,
        hidden_events=given.hidden,
        restored_events=given.restored,
    )


def feedback_taken_back_answer(taken: TakenBack) -> FeedbackTakenBackAnswer:
    """Return what came back."""
    return FeedbackTakenBackAnswer(
        message=taken_back_in_words(taken), restored_events=taken.restored
    )


def taken_back_in_words(taken: TakenBack) -> str:
    """Say what taking an opinion back changed."""
    if taken.still_excluded is not None:
        what = in_words(taken.still_excluded)
        return f"Taken back. Others said the same, so {what} stay out; see the client's page."
    if taken.restored:
        return f"Taken back. {_events(taken.restored)} back in the lists."
    return "Your feedback was taken back."


def given_in_words(given: Given) -> str:
    """Say what an opinion changed for everybody."""
    if given.exclusion is None:
        back = f" {_events(given.restored)} back in the lists." if given.restored else ""
        return f"Thank you. This helps to judge what comes next.{back}"
    return (
        f"{_events(given.hidden)} hidden. From now on {in_words(given.exclusion)} are left out "
        "for this client."
    )


def _events(number: int) -> str:
    return f"{number} event is" if number == 1 else f"{number} events are"
