# ruff: noqa: E501 - lists of names
"""Invented people and organisations of the customers' side, by the team that serves them.

An organisation is ``name | sector`` with ``| country`` where it is not the team's own. Sectors are those of
:data:`SECTORS`.
"""

from __future__ import annotations

# Sector: (its name, titles of the people we meet there, what they have that we can be hired for: each reads well after "the").
SECTORS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "H": (
        "Hospitals",
        (
            "Head of Facilities",
            "Director of Estates",
            "Infection Control Lead",
            "Chief Engineer",
            "Procurement Manager",
            "CFO",
            "Water Safety Officer",
        ),
        (
            "main campus",
            "north wing",
            "children's ward",
            "outpatient centre",
            "two clinics in town",
            "dialysis unit",
            "new surgical block",
            "day clinic",
        ),
    ),
    "L": (
        "Hotels and leisure",
        ("Group Engineering Manager", "General Manager", "Director of Operations", "Purchasing Manager", "Finance Director", "Spa Manager"),
        (
            "four city hotels",
            "spa and pools",
            "beach resort",
            "conference hotel",
            "airport hotel",
            "renovated tower",
            "leisure centres",
            "lakeside hotel",
        ),
    ),
    "F": (
        "Food and drink",
        ("Plant Manager", "Quality Manager", "Head of Production", "Technical Director", "Buyer", "Maintenance Lead", "CFO"),
        ("third bottling line", "new brewhouse", "cold store", "dairy plant", "second site", "wash-down area", "process water loop", "packing hall"),
    ),
    "P": (
        "Property",
        ("Portfolio Manager", "Head of Building Services", "Asset Manager", "Compliance Manager", "Procurement Lead", "Director of Residential"),
        (
            "office portfolio",
            "harbour tower",
            "twelve residential blocks",
            "shopping centre",
            "business park",
            "listed building",
            "student housing",
            "car-park sprinklers",
        ),
    ),
    "U": (
        "Utilities",
        (
            "Network Operations Manager",
            "Head of Water Quality",
            "Asset Planning Lead",
            "Chief Engineer",
            "Procurement Category Manager",
            "Finance Director",
        ),
        (
            "eastern district",
            "reservoir ring",
            "pumping stations",
            "treatment works",
            "old town network",
            "district metering areas",
            "river intake",
            "pilot zone",
        ),
    ),
    "E": (
        "Education",
        ("Director of Estates", "Campus Services Manager", "Head of Laboratories", "Sustainability Manager", "Bursar", "Health and Safety Lead"),
        (
            "science campus",
            "halls of residence",
            "sports hall",
            "laboratory building",
            "medical school",
            "old library",
            "five schools",
            "swimming hall",
        ),
    ),
    "M": (
        "Manufacturing",
        ("Plant Engineer", "Head of Utilities", "EHS Manager", "Works Manager", "Strategic Buyer", "Operations Director", "CFO"),
        ("cooling towers", "paint shop", "foundry", "boiler house", "second plant", "clean rooms", "closed loop", "effluent line"),
    ),
    "C": (
        "Care homes",
        ("Director of Care Operations", "Estates Manager", "Regional Manager", "Compliance Lead", "Finance Manager"),
        ("nine homes", "northern homes", "two new homes", "rehabilitation centre", "hydrotherapy pool", "thirty-one homes", "Lakeview home"),
    ),
    "T": (
        "Transport",
        ("Terminal Operations Manager", "Head of Infrastructure", "Facilities Manager", "Environment Manager", "Procurement Officer"),
        ("east terminal", "rolling-stock depot", "ferry terminal", "bus garages", "cargo area", "staff buildings", "wash plant"),
    ),
    "A": ("Advisers", ("Partner", "Principal Consultant", "Senior Engineer"), ("framework", "joint offer", "referral programme")),
}

ORGANISATIONS: dict[str, str] = {
    "east": """
Hollis Valley Hospitals|H
Ridgefield Brewing Company|F
Castine Hotel Group|L
Pemberton Paper Works|M
Wexford College|E
Larkspur Senior Living|C
Dunmore Realty Trust|P
Cobscook Water District|U
St. Brannoc Medical Center|H
Tidewater Creamery|F
Merrow Street Properties|P
Ashgrove University|E
Quillon Pharmaceuticals|M
Port Calloway Airport|T
Old Fallow Cider|F
Hartsell Surgical Partners|H
Blue Heron Resorts|L
Kittredge Castings|M
Marlow County Schools|E
Saltbox Inns|L
Graywater Transit Authority|T
Bellhaven Dialysis|H
Northcote Homes|C
Eddington Textiles|M
Mill Pond Dairy|F
Fenwick Tower Management|P
Upper Narrows Water Works|U
Oriel Biologics|M
Crane Harbor Hotels|L
Thornbury Rehabilitation|H
Lockridge Foods|F
Amity Lane Care|C
Sable Point Developers|P
Rookwood Institute|E
Winslow Ferry Lines|T
Copperfield Bottling|F
Hadley Marsh Hospital|H
Penrose Water Engineers|A
Carrow Facility Advisers|A
Starling Cold Storage|F
""",
    "west": """
Mesa Verde Clinics|H
Alder Creek Winery|F
Pacific Crestline Hotels|L
Sierra Lark Foods|F
Tamarind Bay Resorts|L
Redstone Semiconductor|M
Cedar Flats Water Agency|U
Jacaranda Health|H
Bluff Canyon University|E
Orchard Mesa Growers|F
Silverline Studios|P
Rimrock Casinos|L
Playa Norte Towers|P
High Sierra Brewing|F
Vantage Peak Hospitals|H
Coldwater Canyon School District|E
Agave Spring Spas|L
Pinyon Aerospace|M
Golden Ferry Transit|T
Sagebrush Senior Homes|C
Desert Willow Medical|H
Cascadia Plating|M
Marisol Foods|F
Juniper Ridge Care|C
Bayshore Commons|P
Mojave Data Halls|M
Three Rivers Irrigation|U
Lone Pine Dairy|F
Sunhaven Retirement|C
Granite Pass Airport|T
Yucca Valley College|E
Manzanita Labs|M
Coral Mesa Hotels|L
Emerald Basin Utilities|U
Larimer Packing|F
Foxtail Apartments|P
Palisade Heart Institute|H
Westline Building Advisers|A
Hydrasol Consulting|A
Solano Glass|M
""",
    "central": """
Klinikum Rosental|H
Brauerei Hirschwald|F
Steinfurt Hotels|L
Molkerei Almtal|F|Austria
Nordtor Immobilien|P
Stadtwerke Altenbruck|U
Hochschule Weserberg|E
Falkenau Maschinenbau|M
Seniorenstift Lindenhof|C
Rheingau Thermen|L
Klinik am Silbersee|H
Feldmann Lackwerke|M
Havelport Logistik|T
Wohnbau Grünau|P
Zellinger Feinkost|F
Wasserverband Oberlahn|U
Kantonsspital Brunnach|H|Switzerland
Hotelgruppe Enzian|L|Austria
Papierfabrik Moorbach|M
Universität Hohenfels|E
Getränke Quellhof|F
Pflegeverbund Auenland|C
Kaltenberg Chemie|M
Flughafen Weidenau|T
Bergbad Lechtal|L|Austria
Krankenhaus Sankt Ottilien|H
Siedlungswerk Tannried|P
Werra Galvanik|M
Schlachthof Brinkum|F
Gesamtschule Elbtal|E
Stadthafen Lohme|T
Zürisee Residenzen|C|Switzerland
Donaukraft Netze|U|Austria
Molitor Pharma|M
Backhaus Sonnenkorn|F
Rehaklinik Bad Harlau|H
Bürohaus Spreebogen|P
Ingenieurbüro Wendlandt|A
TGA Beratung Kröger|A
Glashütte Ebersroda|M
""",
    "north": """
Penhallow NHS Partnership|H
Thistledown Hotels|L
Kirkbride Distillers|F
Ashdown Housing Association|P
University of Wrenbury|E
Calder Moor Water|U
Rowan Court Care|C
Brackenfield Foods|F
Severnside Castings|M
Fjordheim Hoteller|L|Norway
Lakkegata Sykehus|H|Norway
Vinterberg Bryggeri|F|Denmark
Östersund Papper|M|Sweden
Holmgård Ejendomme|P|Denmark
Tarnwick General Hospital|H
Bramley Vale Dairies|F
Harlow Green Academies|E
Pevensey Ferries|T
Marchmont Estates|P
Skagen Fisk|F|Denmark
Cotswold Lido Company|L
Ravensworth Airport|T
Inverlochan Salmon|F
Aspen Grange Homes|C
Norrvik Energi|U|Sweden
Larchwood Pharmaceuticals|M
Whitstone Leisure Trust|L
Selkirk Woollen Mills|M
Uppsjö Universitet|E|Sweden
Dunlin Care Group|C
Greywell Breweries|F
St. Aldhelm's Hospital|H
Bergsund Smelteverk|M|Norway
Trent Lock Properties|P
Wychwood Colleges|E
Helmsdale Water Company|U
Kestrel Rail Depots|T
Fairlie Building Consultants|A
Norden Vannteknikk|A|Norway
Lindisfarne Ceramics|M
""",
    "southeast": """
Raffina Hotels|L
Mount Kinta Hospital|H|Malaysia
Selat Bay Resorts|L|Malaysia
Lotus Pond Condominiums|P
Changi View Logistics|T
Bukit Timor Schools|E
Perak Rubber Works|M|Malaysia
Siam Orchid Hospitals|H|Thailand
Mekong Delta Foods|F|Vietnam
Saigon Pearl Towers|P|Vietnam
Kallang Precision|M
Andaman Reef Hotels|L|Thailand
Temasya Dairy|F
Straits Dialysis|H
Jurong Lakeside Polymers|M
Hanoi Garden Hotels|L|Vietnam
Penang Fresh Juices|F|Malaysia
Sentul Water Board|U|Malaysia
Marina East Developments|P
Evergreen Nursing Homes|C
Chao Phraya Bottlers|F|Thailand
Tanjong Port Terminals|T
Nanyang Polytechnic Trust|E
Melati Health|H|Malaysia
Eastshore Data Centres|M
Golden Paddy Mills|F|Vietnam
Harbourfront Serviced Suites|P
Kaya Kitchens|F
Lanna Hill Resorts|L|Thailand
Johor Straits Utilities|U|Malaysia
Peony Senior Villas|C
Cendana University|E|Malaysia
Pearl River Electronics|M
Da Lat Breweries|F|Vietnam
Phuket Marine Terminals|T|Thailand
Orchid Grove Clinics|H
Semangat Textiles|M|Malaysia
Aquila Engineering Consultants|A
Tropica Building Advisers|A
Sembilan Cold Chain|F|Malaysia
""",
    "anz": """
Banksia Private Hospitals|H
Murray Bend Winery|F
Coogera Beach Hotels|L
Kauri Coast Dairy|F|New Zealand
Wattle Grove Aged Care|C
Southern Cross Packing|F
Illawong University|E
Derwent Castings|M
Pohutukawa Lodges|L|New Zealand
Barrenjoey Property Fund|P
Hunter Plains Water|U
Te Awa Health|H|New Zealand
Bluegum Schools|E
Port Arden Ferries|T
Jindara Breweries|F
Canterbury Wool Scourers|M|New Zealand
Yarrawee Hospital|H
Golden Wattle Villages|C
Lamington Resorts|L
Waitere City Council|U|New Zealand
Tasman Cold Stores|F
Kingfisher Towers|P
Redgum Timber|M
Rangitoto College|E|New Zealand
Opal Coast Airport|T
Mallee Grain Foods|F
Saltwater Spas|L
Kowhai Rest Homes|C|New Zealand
Burrumba Mining Services|M
Bellbird Medical|H
Harbourline Apartments|P
Aoraki Meats|F|New Zealand
Torrens Valley Utilities|U
Swan Estuary Hotels|L
Magpie Lane Foods|F
Nullarbor Rail|T
Ironbark Pharmaceuticals|M
Hydraline Partners|A
Moana Building Services Advice|A|New Zealand
Quokka Leisure|L
""",
}

# First and last names by the part of the world the customer is in.
FIRST = {
    "us": "Margaret Alan Denise Curtis Joyce Neil Rosa Walter Monica Gerald Tamara Victor Helen Dwight Carla Raymond Judith Andre Paula Everett Lorena Miles "
    "Yvonne Hector Bridget Clark Simone Russell Deborah Ivan Naomi Garrett",
    "de": "Ulrike Matthias Sabine Holger Petra Dirk Annette Jürgen Birgit Ralf Cornelia Uwe Heike Torsten Silke Andreas Claudia Markus Franziska Bernd Nadine "
    "Oliver Karin Thomas Yasemin Emre Ruth Reto Beate Lukas",
    "uk": "Alison Graham Moira Trevor Gillian Duncan Philippa Nigel Shona Adrian Hilary Kenneth Rosalind Stuart Imogen Rajesh Beverley Gareth Leila Malcolm "
    "Frances Howard Parveen Edmund Lorna Simon",
    "nordic": "Astrid Lars Kirsten Bjørn Maja Henrik Signe Erik Karin Mikkel Sigrid Jonas Elin Torbjørn Ida Gustav Pernille Magnus",
    "chinese": "Wei Jian,Hui Min,Jia Hao,Xin Yi,Zhi Wei,Shu Fen,Kai Xiang,Pei Shan",
    "malay": "Nurul Faizal Azlan Aisyah Hafiz Rosnah Zulkifli Farah",
    "indian": "Ravi Lakshmi Suresh Devi Anand Kavitha",
    "thai": "Somchai Kanya Prasert Malee Chai Siriporn Niran Apinya",
    "vietnamese": "Minh,Lan Anh,Quang,Thi Mai,Bao,Hong Nhung,Duc,Thanh Ha",
    "anz": "Deborah Wayne Kirsty Glenn Narelle Bruce Tamsin Craig Hine Wiremu Leanne Brett Mere Tane Sharon Damien Ngaire Rhys Joanne Troy Kylie Angus Marama Doug",
}
LAST = {
    "us": "Ashby Hathaway Gaines Delacroix Kessler Amador Bostwick Crandall Eubanks Farrow Guthrie Holcomb Ibarra Jessup Kirkland Lomax Mayfield "
    "Nesbitt Overton Pacheco Quimby Rollins Stanton Thorne Underhill Vance Whitcomb Yarrow Zamora Bellamy Coates Dunleavy",
    "de": "Brandt Ziegler Kühn Oster Pohlmann Rademacher Seidel Thalheim Uhlig Vollmer Wendt Arnold Baumgart Conradi Dreyer Ebert Fuchsberger Gruber Hartwig "
    "Immel Jansen Kessel Lohmann Meinert Nolte Öztürk Prinz Riedl Stadler Tiedemann Zumstein",
    "uk": "Abernathy Barlow Cartwright Dunstan Ellison Fairclough Goodall Hargreaves Ingham Jarvis Kershaw Lovell Mercer Nuttall Ogden Pickering Rowntree "
    "Sutcliffe Tansley Upton Verity Wadsworth Patel Yates Choudhury Blackwood",
    "nordic": "Dahl Nygaard Lindqvist Sørensen Hauge Bergström Kjær Ekdahl Rasmussen Strand Wallin Tveit Ødegård Frisk Lund Halvorsen",
    "chinese": "Tan Lim Wong Ng Ong Teo Koh Chua Yeo Sim",
    "malay": "Abdullah Ismail Hassan Yusof Rahim Bakar",
    "indian": "Pillai Krishnan Chandran Subramaniam Rajan",
    "thai": "Chaiyasit Srisawat Boonmee Wattana Thongchai Kittipong",
    "vietnamese": "Nguyen Tran Le Vu Dang Bui",
    "anz": "McAllister Sandford Tawhiri Brearley Duggan Fitzgibbon Harcourt Jessop Kingi Lathlean Muir O'Dwyer Paewai Quigley Rafferty Stubbs Tuhoe Wakefield "
    "Vella Papadakis Carmody Lockyer",
}
PEOPLE_OF: dict[str, tuple[str, ...]] = {
    "United States": ("us",), "Germany": ("de",), "Austria": ("de",), "Switzerland": ("de",), "United Kingdom": ("uk",), "Norway": ("nordic",),
    "Denmark": ("nordic",), "Sweden": ("nordic",), "Singapore": ("chinese", "chinese", "malay", "indian"), "Malaysia": ("malay", "malay", "chinese", "indian"),
    "Thailand": ("thai",), "Vietnam": ("vietnamese",), "Australia": ("anz",), "New Zealand": ("anz",),
}  # fmt: skip
DIALLING = {
    "United States": "+1 555 01", "Germany": "+49 30 555 01", "Austria": "+43 1 555 01", "Switzerland": "+41 44 555 01", "United Kingdom": "+44 1632 96",
    "Norway": "+47 555 01", "Denmark": "+45 555 01", "Sweden": "+46 8 555 01", "Singapore": "+65 6555 01", "Malaysia": "+60 3 555 01",
    "Thailand": "+66 2 555 01", "Vietnam": "+84 28 555 01", "Australia": "+61 2 5550 10", "New Zealand": "+64 9 555 01",
}  # fmt: skip


def words(text: str) -> list[str]:
    """Names stand apart by commas where they have several words, otherwise by spaces."""
    return text.split(",") if "," in text else text.split()
