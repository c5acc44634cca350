import pytest

from scorecard.customer.voices import mask_pii, themes


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


def test_themes_are_whole_words_in_the_definitions_order() -> None:
    words = {"late": ("late", "no show"), "rude": ("rude",)}
    assert themes("Rude, and LATE again", words) == ("late", "rude")
    assert themes("A no show", words) == ("late",)
    assert themes("The plates were crude", words) == ()
