# ruff: noqa: E501 -- a story a line reads as a table
"""What happened at the demo's clients in the last thirty days; all of it is invented."""

from dataclasses import dataclass

from webapp.enums import Category

INSIGHT_FROM = 0.7
"""From this relevance on an event gets an insight: the product's default threshold."""


@dataclass(frozen=True)
class Story:
    """One story. `client` is a position in the list of clients, `days` how long ago it was."""

    client: int
    days: int
    category: Category
    relevance: float
    sentiment: float
    title: str
    text: str


# fmt: off
STORIES: tuple[Story, ...] = (
    Story(0, 1, Category.LEADERSHIP_CHANGE, .94, -.35, "Halcyon Health CFO Mara Lindqvist to depart in January", "Mara Lindqvist will leave Halcyon Health on 15 January. The search for a successor has begun."),
    Story(0, 6, Category.SECURITY_INCIDENT, .91, -.72, "Halcyon Health reports data breach at billing supplier", "Records of 12,000 patients were exposed at a billing supplier of Halcyon Health. Regulators have been told."),
    Story(0, 13, Category.PARTNERSHIP, .62, .48, "Halcyon Health and two clinics agree on shared records", "Halcyon Health will share its CarePath records with two clinic groups from spring."),
    Story(0, 24, Category.HIRING_SURGE, .71, .41, "Halcyon Health opens 120 positions in telemedicine", "Halcyon Health is hiring 120 people for its telemedicine unit, most of them in engineering."),
    Story(1, 2, Category.ACQUISITION_BY_CLIENT, .88, .36, "Castellan Bank to buy payments start-up Fernhill", "Castellan Bank will acquire Fernhill for $85 million to extend Castellan Pay."),
    Story(1, 5, Category.LEGAL_REGULATORY, .77, -.52, "Regulator fines Castellan Bank over late reports", "The supervisor fined Castellan Bank $4 million because three reports came late."),
    Story(1, 12, Category.FINANCIAL_RESULTS, .74, .55, "Castellan Bank lifts outlook after strong quarter", "Castellan Bank earned 14% more than a year ago and lifted its outlook."),
    Story(1, 21, Category.AWARD_RECOGNITION, .38, .61, "Castellan Pay named best mobile wallet", "A trade magazine named Castellan Pay the best mobile wallet of the year."),
    Story(2, 1, Category.LAYOFFS_RESTRUCTURING, .92, -.78, "Northwind Logistics to cut 340 jobs in Rotterdam", "Northwind Logistics will close a warehouse in Rotterdam and cut 340 jobs by March."),
    Story(2, 4, Category.CONTRACT_TERMINATED, .86, -.66, "Retailer ends freight contract with Northwind Logistics", "A large retailer will not renew its freight contract with Northwind Logistics."),
    Story(2, 10, Category.NEGATIVE_PRESS, .69, -.58, "Drivers complain of delays at Northwind Logistics", "Drivers report waiting times of five hours at two depots of Northwind Logistics."),
    Story(2, 19, Category.PRODUCT_LAUNCH, .55, .33, "Northwind Logistics opens RouteOne to small shippers", "Small shippers can now book RouteOne by the parcel."),
    Story(2, 27, Category.LEADERSHIP_CHANGE, .83, -.12, "New chief operating officer at Northwind Logistics", "Tomas Okafor becomes chief operating officer of Northwind Logistics in December."),
    Story(3, 2, Category.FUNDING, .84, .59, "Meridian Energy raises $200 million for grid storage", "Meridian Energy issued bonds of $200 million to build grid storage."),
    Story(3, 7, Category.MARKET_EXPANSION, .79, .46, "Meridian Energy enters Portugal with two solar parks", "Meridian Energy will run two solar parks near Porto from next summer."),
    Story(3, 15, Category.LEGAL_REGULATORY, .66, -.37, "Residents sue Meridian Energy over wind farm noise", "Forty residents took Meridian Energy to court over a wind farm."),
    Story(3, 26, Category.PARTNERSHIP, .57, .44, "Meridian Energy and university test GridView", "A university will use GridView to plan its campus grid."),
    Story(4, 3, Category.FUNDING, .89, .67, "Orbital Robotics closes Series C of $60 million", "Orbital Robotics raised $60 million and plans a second plant."),
    Story(4, 8, Category.HIRING_SURGE, .73, .42, "Orbital Robotics wants to double its sales team", "Orbital Robotics opened 35 sales positions in Europe."),
    Story(4, 14, Category.COMPETITOR_MENTION, .81, -.31, "Orbital Robotics pilots rival platform in Leeds", "Orbital Robotics tries another vendor's customer platform at its plant in Leeds."),
    Story(4, 23, Category.PRODUCT_LAUNCH, .52, .49, "Orbital Robotics shows smaller ArmKit", "The new ArmKit weighs half as much and ships in spring."),
    Story(5, 2, Category.NEGATIVE_PRESS, .72, -.63, "Brightleaf Foods recalls Leafbar after complaints", "Brightleaf Foods recalls two batches of Leafbar after customers found plastic."),
    Story(5, 9, Category.MARKET_EXPANSION, .75, .51, "Brightleaf Foods to sell in 400 stores in Canada", "A Canadian chain will stock Brightleaf Foods in 400 stores."),
    Story(5, 17, Category.AWARD_RECOGNITION, .35, .57, "Brightleaf Foods wins packaging prize", "The prize honours packaging without plastic."),
    Story(5, 28, Category.FINANCIAL_RESULTS, .71, -.44, "Brightleaf Foods misses its sales target", "Sales of Brightleaf Foods grew 2% where 6% had been promised."),
    Story(6, 1, Category.ACQUIRED_OR_MERGED, .95, -.28, "Quillstone Media agrees to merge with Pallas Press", "Quillstone Media and Pallas Press will merge; head office and systems move to Pallas."),
    Story(6, 3, Category.CHAMPION_MOVED, .93, -.49, "Digital chief of Quillstone Media leaves for rival", "Priya Venn, digital chief of Quillstone Media, joins a rival in February."),
    Story(6, 11, Category.LAYOFFS_RESTRUCTURING, .85, -.69, "Quillstone Media closes two local papers", "Two local papers close at the end of the year; 48 people lose their jobs."),
    Story(6, 20, Category.PRODUCT_LAUNCH, .49, .29, "Quillstone Media brings Quill Daily to podcasts", "Quill Daily will appear as a podcast each morning."),
    Story(7, 4, Category.MARKET_EXPANSION, .76, .53, "Saffron Hotels signs leases for three houses in Lyon", "Saffron Hotels will open three houses in Lyon next year."),
    Story(7, 16, Category.LEADERSHIP_CHANGE, .78, .08, "Elena Marchetti to lead Saffron Hotels", "The board of Saffron Hotels named Elena Marchetti chief executive."),
    Story(7, 25, Category.SECURITY_INCIDENT, .82, -.55, "Booking site of Saffron Hotels was down for a day", "An attack took the booking site of Saffron Hotels offline for a day."),
    Story(8, 3, Category.RESTATEMENT_GOVERNANCE, .87, -.61, "Tamarack Insurance restates two quarters", "Tamarack Insurance restated two quarters after an error in its reserves."),
    Story(8, 8, Category.LEADERSHIP_CHANGE, .80, -.18, "Chief risk officer joins Tamarack Insurance", "Samuel Adeyemi becomes chief risk officer of Tamarack Insurance."),
    Story(8, 18, Category.PARTNERSHIP, .58, .39, "Tamarack Insurance sells cover through car makers", "Two car makers will offer SureTrack with new cars."),
    Story(8, 29, Category.FINANCIAL_RESULTS, .63, .12, "Tamarack Insurance reports a steady quarter", "Premiums of Tamarack Insurance rose 3% in the quarter."),
    Story(9, 5, Category.FUNDING, .70, .54, "Lumen Lane Education wins grant for rural schools", "Lumen Lane Education received $1.2 million to bring ClassLane to rural schools."),
    Story(9, 10, Category.COMPETITOR_MENTION, .75, -.26, "Teachers compare ClassLane with two rivals", "A teachers' blog compares ClassLane with two rivals and prefers one of them."),
    Story(9, 22, Category.OTHER, .31, .05, "Lumen Lane Education moves to a new office", "Lumen Lane Education moved across the street."),
    Story(0, 0, Category.CONTRACT_TERMINATED, .88, -.54, "Hospital group leaves Halcyon Health's CarePath", "A group of five hospitals will leave CarePath when its contract ends in June."),
    Story(2, 0, Category.LAYOFFS_RESTRUCTURING, .93, -.81, "Northwind Logistics raises Rotterdam job cuts to 420", "Northwind Logistics will now cut 420 jobs in Rotterdam; a second hall closes in summer."),
    Story(0, 9, Category.MARKET_EXPANSION, .72, .38, "Halcyon Health Clubs opens twelve gyms", "Halcyon Health Clubs will open twelve gyms in the north before the end of the year."),
    Story(3, 0, Category.HIRING_SURGE, .72, .47, "Meridian Energy looks for 80 engineers", "Meridian Energy opened 80 positions for its storage projects."),
    Story(4, 0, Category.PARTNERSHIP, .64, .52, "Orbital Robotics and Brightleaf Foods automate packing", "Brightleaf Foods will pack with arms of Orbital Robotics from May."),
)
# fmt: on
