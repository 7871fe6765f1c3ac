"""Invented news that endangers an account or changes who decides there."""

from webapp.enums import Category

RISK: tuple[tuple[Category, tuple[str, str, str]], ...] = (
    (
        Category.LAYOFFS_RESTRUCTURING,
        (
            "{client} to cut {count} jobs in {city} as part of restructuring",
            "{client} cuts {count} jobs in {city} in restructuring",
            (
                "{client} will lay off {count} employees in {city}, it told staff on Tuesday. "
                "The restructuring is meant to save ${amount} million a year."
            ),
        ),
    ),
    (
        Category.LAYOFFS_RESTRUCTURING,
        (
            "{client} lays off {percent}% of its workforce after slow quarter",
            "{client} lays off {percent}% of workforce",
            (
                "{client} is letting {percent}% of its workforce go, most of them in sales and"
                " support. Affected employees were told in a video call by {person}."
            ),
        ),
    ),
    (
        Category.LAYOFFS_RESTRUCTURING,
        (
            "{client} closes {city} office, {count} positions affected",
            "{client} to close {city} office with {count} positions",
            (
                "{client} is shutting down its {city} office by the end of the quarter. About "
                "{count} job cuts are expected, a spokesperson said."
            ),
        ),
    ),
    (
        Category.BANKRUPTCY_DISTRESS,
        (
            "{client} hires advisers as ${amount} million debt falls due, default feared",
            "{client} hires debt advisers as ${amount} million falls due",
            (
                "{client} has hired restructuring advisers before ${amount} million of debt "
                "matures. Lenders fear a default if no refinancing is found."
            ),
        ),
    ),
    (
        Category.BANKRUPTCY_DISTRESS,
        (
            "Auditors raise going concern doubt over {client}",
            "{client}: auditors raise going concern doubt",
            (
                "The auditors of {client} see substantial doubt about its ability to continue "
                "as a going concern. Cash would last {months} months without new money."
            ),
        ),
    ),
    (
        Category.SECURITY_INCIDENT,
        (
            "{client} confirms data breach affecting {count},000 customer records",
            "{client} data breach: {count},000 customer records affected",
            (
                "{client} confirmed a data breach in which records of {count},000 customers "
                "were copied. Passwords were not affected, the company said."
            ),
        ),
    ),
    (
        Category.SECURITY_INCIDENT,
        (
            "Ransomware attack takes {client} systems offline for second day",
            "{client} systems offline for second day after ransomware attack",
            (
                "A ransomware attack has kept order systems of {client} offline since Monday. "
                "{person}, head of security, said that backups are being restored."
            ),
        ),
    ),
    (
        Category.LEGAL_REGULATORY,
        (
            "{client} sued by former partner {other} over patent licences",
            "{other} sues {client} over patent licences",
            (
                "{other} has filed a lawsuit against {client} and asks for ${amount} million "
                "in damages. {client} called the claims baseless."
            ),
        ),
    ),
    (
        Category.LEGAL_REGULATORY,
        (
            "Regulator fines {client} ${amount} million over reporting failures",
            "{client} fined ${amount} million over reporting failures",
            (
                "The regulator fined {client} ${amount} million for late and incomplete "
                "reports. The company will not appeal."
            ),
        ),
    ),
    (
        Category.LEGAL_REGULATORY,
        (
            "{client} under investigation over supplier payments",
            "Prosecutors open investigation into {client} supplier payments",
            (
                "Prosecutors in {city} have opened an investigation into payments by {client} "
                "to suppliers. The company says it cooperates fully."
            ),
        ),
    ),
    (
        Category.RESTATEMENT_GOVERNANCE,
        (
            "{client} to restate two years of accounts after internal review",
            "{client} will restate accounts after review",
            (
                "{client} will restate its accounts for two years because of errors in revenue"
                " recognition. The audit committee has begun an inquiry."
            ),
        ),
    ),
    (
        Category.CONTRACT_TERMINATED,
        (
            "{other} ends ${amount} million contract with {client}",
            "{client} loses ${amount} million contract with {other}",
            (
                "{other} has terminated its contract with {client}, worth ${amount} million a "
                "year. Service ends in {months} months."
            ),
        ),
    ),
    (
        Category.NEGATIVE_PRESS,
        (
            "Customers of {client} complain of weeks of delayed orders",
            "{client} under fire over delayed orders",
            (
                "Complaints about {client} have doubled, a consumer group says. {client} "
                "apologised and blamed a change of warehouse."
            ),
        ),
    ),
    (
        Category.NEGATIVE_PRESS,
        (
            "{client} workers in {city} go on strike over pay",
            "Strike over pay at {client} in {city}",
            (
                "About {count} workers of {client} in {city} walked out on Thursday. The union"
                " asks for {percent}% more pay."
            ),
        ),
    ),
    (
        Category.ACQUIRED_OR_MERGED,
        (
            "{investor} to buy {client} in ${amount}0 million deal",
            "{client} to be bought by {investor} for ${amount}0 million",
            (
                "{client} has agreed to be acquired by {investor} for ${amount}0 million. The "
                "deal should close within {months} months."
            ),
        ),
    ),
    (
        Category.ACQUIRED_OR_MERGED,
        (
            "{client} and {rival} agree to merge",
            "{rival} and {client} agree on merger",
            (
                "{client} and {rival} will merge under a joint name. {person} is to lead the "
                "combined company from {city}."
            ),
        ),
    ),
    (
        Category.LEADERSHIP_CHANGE,
        (
            "{client} names {person} as chief executive",
            "{person} appointed CEO of {client}",
            (
                "{client} has named {person} as chief executive from next month. The former "
                "head retires after nine years."
            ),
        ),
    ),
    (
        Category.LEADERSHIP_CHANGE,
        (
            "{client} CFO {person} steps down",
            "{person} steps down as CFO of {client}",
            (
                "{person} is leaving {client} after five years as chief financial officer. A "
                "search for a successor has begun."
            ),
        ),
    ),
    (
        Category.LEADERSHIP_CHANGE,
        (
            "{client} hires {person} as chief information officer",
            "{person} joins {client} as chief information officer",
            (
                "{person} joins {client} as chief information officer and will review its "
                "software suppliers. The appointment takes effect in {months} weeks."
            ),
        ),
    ),
)
