import pytest

from scorecard.customer.voices import mask_pii, names_masked, themes


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Write to jo.bloggs+x@mail.example.co.uk please", "Write to [e-mail] please"),
        ("Ring me on +44 20 7946 0958!", "Ring me on [number]!"),
        ("Card 4929 1234 5678 9012 was charged twice", "Card [number] was charged twice"),
        ("I live at SW1A 1AA", "I live at [postcode]"),
        ("See https://example.com/me?id=7 for more", "See [link] for more"),
        ("Waited 3 hours on 12 May, paid 29.99", "Waited 3 hours on 12 May, paid 29.99"),
        ("<b>not markup</b>", "<b>not markup</b>"),
    ],
)
def test_what_may_identify_someone_is_masked(said: str, shown: str) -> None:
    assert mask_pii(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It worked while Lucia was here.", "It worked while [name] was here."),
        ("Lucia B. and Will Stone came; thank LUCIA!", "[name] and [name] came; thank [name]!"),
        ("Will's van was late", "[name]'s van was late"),
        ("I will wait by the stone wall", "I will wait by the stone wall"),
        ("Stonework, and a Willow", "Stonework, and a Willow"),
        ("Plan B. is worse", "Plan B. is worse"),
        ("Günay war da", "[name] war da"),
    ],
)
def test_the_names_of_one_s_own_people_are_masked(said: str, shown: str) -> None:
    assert names_masked(["Lucia B.", "Will Stone", "Günay Öz (day)", ""])(said) == shown


def test_where_nobody_is_known_by_name_nothing_is_masked() -> None:
    assert names_masked([])("It worked while Lucia was here.") == "It worked while Lucia was here."


def test_themes_are_whole_words_in_the_definitions_order() -> None:
    words = {"late": ("late", "no show"), "rude": ("rude",)}
    assert themes("Rude, and LATE again", words) == ("late", "rude")
    assert themes("A no show", words) == ("late",)
    assert themes("The plates were crude", words) == ()
