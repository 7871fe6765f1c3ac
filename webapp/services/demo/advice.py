"""What the rules would say about the demo's events: why each group matters, and what to do."""

from dataclasses import dataclass

from webapp.enums import CategoryGroup


@dataclass(frozen=True)
class Advice:
    """The text of an insight; `{client}` is filled in."""

    why: str
    actions: tuple[str, str, str]


ADVICE: dict[CategoryGroup, Advice] = {
    CategoryGroup.RISK: Advice(
        "Trouble at {client} often reaches the budget within a quarter. Whoever decides on the "
        "renewal will ask what they can do without, so the value of what they use has to be plain "
        "before they ask.",
        (
            "Call your main contact at {client} this week and ask how it affects the team",
            "Check how many of their seats were used in the last 30 days",
            "Agree with your manager on what you can offer before the renewal",
        ),
    ),
    CategoryGroup.EXPANSION: Advice(
        "{client} is growing, and new teams and sites need what the others already have. The weeks "
        "after such news are when budgets are made.",
        (
            "Congratulate your contact at {client} and ask about their plans",
            "Find out which new teams or sites could use the product",
            "Prepare an offer for more seats",
        ),
    ),
    CategoryGroup.RELATIONSHIP: Advice(
        "Who decides at {client} is changing. A newcomer looks at every contract with fresh eyes "
        "and does not know what was agreed.",
        (
            "Ask your contact at {client} for an introduction to the new person",
            "Write down what was agreed with the one who leaves",
            "Offer a short review of what was reached so far",
        ),
    ),
    CategoryGroup.INFO: Advice(
        "Nothing here asks for action, but it makes a good opening for your next talk with "
        "{client}.",
        (
            "Mention it in your next call with {client}",
            "Share it with the account team",
            "Note it for the next review",
        ),
    ),
}
