"""Invented news that opens chances at a client, or that is simply good to know."""

from webapp.enums import Category

GROWTH: tuple[tuple[Category, tuple[str, str, str]], ...] = (
    (
        Category.FUNDING,
        (
            "{client} raises ${amount} million in Series C round led by {investor}",
            "{client} closes ${amount} million Series C with {investor}",
            (
                "{client} has raised ${amount} million in a Series C funding round. {investor}"
                " led the round and takes a seat on the board."
            ),
        ),
    ),
    (
        Category.FUNDING,
        (
            "{client} secures ${amount} million credit facility for expansion",
            "{client} gets ${amount} million credit facility",
            (
                "{client} secured ${amount} million in debt financing from three banks. The "
                "money is meant for new sites and software."
            ),
        ),
    ),
    (
        Category.ACQUISITION_BY_CLIENT,
        (
            "{client} acquires {other} for ${amount} million",
            "{client} buys {other} in ${amount} million deal",
            (
                "{client} has acquired {other} for ${amount} million in cash. The {count} "
                "employees of {other} join {client}."
            ),
        ),
    ),
    (
        Category.ACQUISITION_BY_CLIENT,
        (
            "{client} to buy majority stake in {other}",
            "{client} takes majority stake in {other}",
            (
                "{client} is buying a majority stake in {other} from its founders. The price "
                "was not disclosed."
            ),
        ),
    ),
    (
        Category.MARKET_EXPANSION,
        (
            "{client} expands into {country} with new site in {city}",
            "{client} enters {country}, opens site in {city}",
            (
                "{client} enters the market in {country} and will open a site in {city}. It "
                "invests ${amount} million over {months} months."
            ),
        ),
    ),
    (
        Category.MARKET_EXPANSION,
        (
            "{client} to build ${amount} million plant in {country}",
            "{client} plans ${amount} million plant in {country}",
            (
                "{client} will build a new plant in {country} for ${amount} million. "
                "Production is to start in {months} months."
            ),
        ),
    ),
    (
        Category.HIRING_SURGE,
        (
            "{client} to hire {count} engineers in {city}",
            "{client} is hiring {count} engineers in {city}",
            (
                "{client} plans to hire {count} people in {city} by the end of the year. Most "
                "of the new jobs are in engineering and support."
            ),
        ),
    ),
    (
        Category.PRODUCT_LAUNCH,
        (
            "{client} launches {product}, a planning tool for suppliers",
            "{client} unveils {product} planning tool",
            (
                "{client} has launched {product}, a tool that plans deliveries with its "
                "suppliers. It is available in {percent} countries from today."
            ),
        ),
    ),
    (
        Category.PRODUCT_LAUNCH,
        (
            "{client} unveils new version of {product} with offline mode",
            "{client} introduces {product} with offline mode",
            (
                "{client} introduced a new version of {product} at its customer day in {city}."
                " Users had asked for an offline mode for years."
            ),
        ),
    ),
    (
        Category.PARTNERSHIP,
        (
            "{client} and {other} sign partnership on logistics data",
            "{other} and {client} form partnership on logistics data",
            (
                "{client} and {other} have signed a partnership to share logistics data. A "
                "first integration is planned within {months} months."
            ),
        ),
    ),
    (
        Category.PARTNERSHIP,
        (
            "{client} wins ${amount} million supply deal with {other}",
            "{other} awards {client} ${amount} million supply deal",
            (
                "{client} won a supply contract worth ${amount} million from {other}. "
                "Deliveries begin next quarter."
            ),
        ),
    ),
    (
        Category.FINANCIAL_RESULTS,
        (
            "{client} quarterly profit rises {percent}% and beats estimates",
            "{client} beats estimates as quarterly profit rises {percent}%",
            (
                "{client} reported quarterly revenue of ${amount}0 million, up {percent}% from"
                " a year before. It raised its guidance for the year."
            ),
        ),
    ),
    (
        Category.FINANCIAL_RESULTS,
        (
            "{client} misses quarterly estimates, cuts outlook",
            "{client} cuts outlook after missing quarterly estimates",
            (
                "{client} reported quarterly revenue of ${amount}0 million, below "
                "expectations. The company lowered its outlook and blamed weak demand."
            ),
        ),
    ),
    (
        Category.AWARD_RECOGNITION,
        (
            "{client} named employer of the year in {city} awards",
            "{city} awards: {client} is employer of the year",
            (
                "{client} won the award for employer of the year in {city}. The jury praised "
                "its training for apprentices."
            ),
        ),
    ),
    (
        Category.AWARD_RECOGNITION,
        (
            "{client} wins sustainability award for fleet of electric trucks",
            "Sustainability award for {client} and its electric trucks",
            (
                "{client} received a sustainability award for replacing {percent}% of its "
                "trucks. {person} accepted the prize in {city}."
            ),
        ),
    ),
)
