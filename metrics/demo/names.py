"""Made-up people: a first name and an initial, as they would stand on a badge."""

from itertools import product

from metrics.demo.draws import Rng

FIRST_NAMES: tuple[str, ...] = (
    "Ada", "Aisha", "Alan", "Alice", "Amir", "Anika", "Anton", "Asha", "Ben", "Bettina", "Bruno", "Callum",
    "Carla", "Cem", "Chloe", "Dan", "Daria", "Dev", "Dina", "Ed", "Ela", "Ewan", "Fatima", "Finn", "Freya", "Gita",
    "Glen", "Grace", "Hana", "Harry", "Hugo", "Ines", "Iris", "Isaac", "Jade", "Jamal", "Jo", "Jonas", "Kai",
    "Karin", "Kofi", "Lena", "Leo", "Lucia", "Mabel", "Marek", "Maya", "Mo", "Nadia", "Ned", "Nia", "Noor", "Olga",
    "Omar", "Otis", "Pia", "Priya", "Quinn", "Rafi", "Rosa", "Ruth", "Sam", "Sara", "Seb", "Tariq", "Tess", "Tom",
    "Uma", "Vera", "Viktor", "Wanda", "Will", "Yara", "Yusuf", "Zara", "Zoe",
)  # fmt: skip
_INITIALS = "ABCDEFGHJKLMNOPRSTW"


def display_names(rng: Rng, size: int) -> tuple[str, ...]:
    """Distinct display names in random order. Raises ValueError beyond the number that can be made."""
    every = [f"{first} {initial}." for first, initial in product(FIRST_NAMES, _INITIALS)]
    if size > len(every):
        raise ValueError(f"only {len(every)} distinct names can be made, not {size}")
    return tuple(every[index] for index in rng.permutation(len(every))[:size])
