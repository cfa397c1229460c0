import time

import pytest

from connectors.ics_words import is_called_off, is_withheld, kind_by_wording


@pytest.mark.parametrize(
    "title",
    [
        "Works council meeting", "Betriebsratssitzung", "BR-Sitzung", "Gesamtbetriebsrat",
        "IG Metall Vertrauensleute", "Trade union ballot", "Union rep", "Gewerkschaft",
        "Collective bargaining", "JAV", "Warnstreik",
    ],
)  # fmt: skip
def test_works_council_and_union_business_is_withheld_however_many_are_asked(title):
    assert is_withheld(title, 0)
    assert is_withheld(title, 12)


@pytest.mark.parametrize(
    "title",
    ["Doctor's", "Zahnarzt", "Zahnarzttermin 9 Uhr", "Physiotherapie", "MRT", "krank", "Sick day",
     "Therapist", "Augenärztin", "Betriebsarzt", "Kind krank"],
)  # fmt: skip
def test_a_medical_appointment_is_withheld(title):
    assert is_withheld(title, 0)
    assert is_withheld(title, 2)


@pytest.mark.parametrize("title", ["Clinic onboarding, weekly", "Hospital data import"])
def test_people_who_make_software_for_hospitals_have_meetings(title):
    assert not is_withheld(title, 3)


@pytest.mark.parametrize(
    "title",
    ["", "Union types in the compiler", "European Union VAT rules", "Council of architects",
     "Launch planning", "BRAINSTORM", "Doctrine", "Sickle", "Arztepraxis-App"],
)  # fmt: skip
def test_other_business_is_not_withheld(title):
    assert not is_withheld(title, 5)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Focus time", "focus"),
        ("Fokuszeit", "focus"),
        ("No-meeting Friday", "focus"),
        ("OOO", "away"),
        ("Anna: Urlaub", "away"),
        ("Out of office", "away"),
        ("Elternzeit", "away"),
        ("HOLD: planning", "hold"),
        ("Blocker", "hold"),
        ("Save the date", "hold"),
        ("Lunch", "social"),
        ("Weihnachtsfeier", "social"),
        ("Coffee with Bo", "social"),
        ("Lunch & learn", "meeting"),
        ("Focus group", "meeting"),
        ("Household data", "meeting"),
        ("Third-party review", "meeting"),
        ("", "meeting"),
    ],
)
def test_the_kind_that_a_title_of_one_person_s_entry_names(title, kind):
    assert kind_by_wording(title, 1) == kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Holiday season launch", "meeting"),
        ("Focus time policy review", "meeting"),
        ("Remove the blocker in checkout", "meeting"),
        ("Focus time", "focus"),
        ("Lunch with the new team", "social"),
        ("Plan the lunch menu service", "meeting"),
    ],
)
def test_with_several_people_a_word_among_others_makes_no_kind(title, kind):
    assert kind_by_wording(title, 6) == kind


@pytest.mark.parametrize(
    ("title", "is_off"),
    [
        ("Canceled: sync", True),
        ("Abgesagt: sync", True),
        (" CANCELLED - sync", True),
        ("Cancelled orders, weekly", False),
        ("sync", False),
    ],
)
def test_a_title_marked_as_called_off(title, is_off):
    assert is_called_off(title) == is_off


@pytest.mark.parametrize("mark", ["a", " ", "union ", "elternzei", "ä", "lunch and "])
def test_a_hostile_title_costs_no_more_than_a_bounded_one(mark):
    began = time.process_time()
    is_withheld(mark * 100_000, 0)
    kind_by_wording(mark * 100_000, 0)
    is_called_off(mark * 100_000)
    assert time.process_time() - began < 0.5
