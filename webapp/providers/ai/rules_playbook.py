"""What each kind of event means for an account, and what a customer success manager then does."""

from dataclasses import dataclass

from webapp.enums import Category


@dataclass(frozen=True)
class Play:
    """Sentences for one category: its meaning, its danger, and three steps, the first first."""

    meaning: str
    danger: str
    steps: tuple[str, str, str]


PLAYBOOK: dict[Category, Play] = {
    Category.LAYOFFS_RESTRUCTURING: Play(
        "Fewer people may use the product, and the ones who chose it may be among those who go.",
        "Job cuts often lead to fewer seats and to new decision makers.",
        (
            "Ask your champion which teams are affected and who takes over their work",
            "Compare seats in use with seats paid for, team by team",
            "Prepare figures on what the product saves, for a manager who has to cut costs",
        ),
    ),
    Category.BANKRUPTCY_DISTRESS: Play(
        "Invoices may stay unpaid and contracts may be ended by an administrator.",
        "The client may stop paying or stop existing.",
        (
            "Tell finance today and have open invoices checked",
            "Read the contract's terms on insolvency together with legal",
            "Find out who decides on suppliers from now on",
        ),
    ),
    Category.SECURITY_INCIDENT: Play(
        "The client's security team will look at every supplier that touches its data.",
        "An incident puts every supplier under review and freezes projects.",
        (
            "Have your security team confirm whether the integration is affected",
            "Offer help and a direct contact before the client asks",
            "Get security papers ready for the review that follows",
        ),
    ),
    Category.LEGAL_REGULATORY: Play(
        "The case will take management's time and may change budgets or rules for suppliers.",
        "Legal trouble binds money and attention.",
        (
            "Find out whether the teams that use the product are concerned",
            "Check with legal whether the contract or shared data is touched",
            "Ask your contact how plans and budgets change",
        ),
    ),
    Category.RESTATEMENT_GOVERNANCE: Play(
        "Finance will review spending and signatures will take longer.",
        "Doubts about the accounts lead to spending stops and changes at the top.",
        (
            "Tell finance and check the payment record",
            "Expect new approvals and ask who signs from now on",
            "Keep the value of the product documented for a spending review",
        ),
    ),
    Category.CONTRACT_TERMINATED: Play(
        "Lost business may shrink the teams and the budget that pay for the product.",
        "A lost contract often leads to cuts within the next quarters.",
        (
            "Ask which teams served the lost contract",
            "Check how much of the product's use depends on it",
            "Offer a plan that fits a smaller volume before the client asks for one",
        ),
    ),
    Category.COMPETITOR_MENTION: Play(
        "The client may be comparing suppliers.",
        "A rival is in the conversation.",
        (
            "Ask your champion openly what is being compared",
            "Show what the client would lose by a change",
            "Bring your product team in for the gaps that are named",
        ),
    ),
    Category.NEGATIVE_PRESS: Play(
        "Your contacts are busy with criticism, and patience with suppliers is short.",
        "Bad press makes budgets and people change faster.",
        (
            "Read the coverage before your next call and do not open with a sales topic",
            "Offer help where the product touches the problem",
            "Watch usage and open cases more closely for the next weeks",
        ),
    ),
    Category.CHURN_SIGNAL: Play(
        "The CRM's own facts point to a client who may leave.",
        "Cases, health or renewal show a client at risk.",
        (
            "Call the champion and ask what has to change",
            "Clear the open cases with support first",
            "Agree a success plan with dates before the renewal",
        ),
    ),
    Category.ACQUIRED_OR_MERGED: Play(
        "New owners choose their own suppliers, and the decision may move to another company.",
        "After a takeover contracts are reviewed and systems are merged.",
        (
            "Find out which supplier the other side uses for the same purpose",
            "Check the contract for terms on a change of control",
            "Meet the people who will decide after the deal",
        ),
    ),
    Category.ACQUISITION_BY_CLIENT: Play(
        "The client gets new teams that may need the product, and an integration to run.",
        "An integration project can tie up your contacts.",
        (
            "Ask which systems the acquired company uses today",
            "Offer a plan to bring the new teams in",
            "Map who joins from the acquired company",
        ),
    ),
    Category.FUNDING: Play(
        "There is new money, and with it plans that need tools and people.",
        "Growth may outrun the present plan.",
        (
            "Congratulate, and ask what the money is meant for",
            "Prepare an offer for more seats or a higher plan",
            "Look for new leaders who come with the money",
        ),
    ),
    Category.MARKET_EXPANSION: Play(
        "New sites and markets bring new users and new requirements.",
        "Needs of a new region may not be met yet.",
        (
            "Ask when the new site goes live and who leads it",
            "Check languages, data location and support hours for the region",
            "Propose a start package for the new teams",
        ),
    ),
    Category.HIRING_SURGE: Play(
        "More people will need access and training.",
        "New users without training open more cases.",
        (
            "Ask which teams grow and by when",
            "Offer onboarding sessions for the new people",
            "Check the seats that are left",
        ),
    ),
    Category.PRODUCT_LAUNCH: Play(
        "A launch shows where the client puts its effort, and may bring load on what it uses.",
        "A launch binds your contacts for some weeks.",
        (
            "Congratulate your contact and ask how the launch goes",
            "Check whether the launch needs more volume or support",
            "Look for a story to tell together",
        ),
    ),
    Category.PARTNERSHIP: Play(
        "A new partner may bring volume, integrations, or another supplier.",
        "A partner may bring its own tools.",
        (
            "Ask what the partnership changes in the teams that use the product",
            "Check whether an integration with the partner is wanted",
            "Find out whether the partner sells something like your product",
        ),
    ),
    Category.LEADERSHIP_CHANGE: Play(
        "New leaders review suppliers in their first months, and old promises may not count.",
        "A new decision maker may bring other preferences.",
        (
            "Find out whether the person decides on your product",
            "Ask your champion for an introduction within the first weeks",
            "Prepare one page on the results so far for the newcomer",
        ),
    ),
    Category.CHAMPION_MOVED: Play(
        "The person who stood up for the product is gone.",
        "Without a champion the renewal has no voice inside.",
        (
            "Ask who takes over and get introduced",
            "Build contact to two more people at the client",
            "Stay in touch with the old champion in the new place",
        ),
    ),
    Category.FINANCIAL_RESULTS: Play(
        "Results set the budgets of the next quarters.",
        "Weak figures lead to spending reviews.",
        (
            "Read what management said about spending and priorities",
            "Link your next review to the goals that were named",
            "Ask your contact how the budget for next year looks",
        ),
    ),
    Category.AWARD_RECOGNITION: Play(
        "Good news is a good reason to talk.",
        "No danger to the account.",
        (
            "Congratulate your contacts",
            "Ask whether the result can be used in a joint story",
            "Share it with your account team",
        ),
    ),
    Category.OTHER: Play(
        "It is worth knowing before the next conversation.",
        "No danger to the account can be seen.",
        (
            "Read the article before your next call",
            "Ask your contact whether it changes anything",
            "Mark it as not relevant if it is not",
        ),
    ),
}
