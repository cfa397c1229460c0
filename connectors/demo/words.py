"""Words that the demo is made of: plants and tools for people, shop words for areas and changes.

Own lists, because those of a library change between releases and the demo must not.
"""

FIRST_NAMES = (
    "Alder", "Basil", "Clover", "Dill", "Elder", "Fennel", "Ginger", "Hazel", "Iris", "Juniper",
    "Kale", "Laurel", "Maple", "Nettle", "Oleander", "Poppy", "Quince", "Rowan", "Sorrel",
    "Tansy", "Umbel", "Violet", "Willow", "Yarrow",
)  # fmt: skip
LAST_NAMES = (
    "Anvil", "Bellows", "Chisel", "Dowel", "Easel", "Funnel", "Gimlet", "Hammer", "Inkwell",
    "Jigsaw", "Kettle", "Lantern", "Mallet", "Needle", "Oilcan", "Pliers", "Quill", "Ratchet",
    "Spindle", "Thimble", "Upright", "Vise", "Whistle", "Yoke",
)  # fmt: skip

TEAMS = (
    ("checkout", ("Cart", "Payments", "Prices")),
    ("platform", ("Build", "Storage", "Search", "Deploy")),
    ("data", ("Reports", "Ingest")),
    ("delivery", ("Labels", "Routes")),
    ("returns", ("Refunds", "Claims")),
    ("stock", ("Shelves", "Orders")),
    ("accounts", ("Sign-in", "Profiles")),
    ("catalogue", ("Pictures", "Listings")),
    ("mobile", ("Tablet", "Phone")),
    ("offers", ("Vouchers", "Bundles")),
    ("invoices", ("Ledgers", "Taxes")),
    ("support", ("Contact", "Help")),
    ("partners", ("Feeds", "Contracts")),
    ("network", ("Gateway", "Certificates")),
    ("observing", ("Metrics", "Traces")),
    ("devices", ("Scanners", "Printers")),
    ("languages", ("Translations", "Currencies")),
)

VERBS = ("Shorten", "Split", "Guard", "Name", "Move", "Speed up", "Simplify", "Test", "Log")
THINGS = ("the retry", "the lookup", "the rounding", "the parser", "the cache", "the limits")
