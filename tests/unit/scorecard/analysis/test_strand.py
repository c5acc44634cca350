"""The gold strand follows what hurts most, in the outcome's units, and says how firm each link is."""

from __future__ import annotations

import pytest

from scorecard.analysis.strand import Pull, Standing, Step, gold_strand


def test_follows_the_worst_pull_in_the_outcomes_units_at_every_level() -> None:
    standings = [Standing("nps", -8.0), Standing("fix", -0.05), Standing("wait", 3.0), Standing("stock", -0.2)]
    pulls = [
        Pull("fix", "nps", 1, slope=100.0),  # −5 points
        Pull("wait", "nps", -1, slope=-1.0),  # −3 points
        Pull("stock", "fix", 1, slope=0.1),  # −0.02 of fix, −2 points
        Pull("wait", "stock", -1, slope=-9.0),
    ]
    strand = gold_strand("nps", 1, standings, pulls)
    assert strand.path == ("nps", "fix", "stock", "wait")
    assert [step.pull for step in strand.steps] == pytest.approx([-5.0, -2.0, -270.0])
    assert strand.basis == "estimated"


def test_identity_carries_by_its_own_ratio_and_the_weakest_link_names_the_path() -> None:
    standings = [Standing("cost", 30.0), Standing("visits", 0.1), Standing("repeat", 0.04, 0.02)]
    pulls = [Pull("visits", "cost", 1, attributed=20.0), Pull("repeat", "visits", 1, slope=2.0)]
    strand = gold_strand("cost", -1, standings, pulls)
    assert strand.steps == (
        Step("visits", "cost", -20.0, "attributed"),
        Step("repeat", "visits", pytest.approx(-16.0), "estimated"),
    )
    assert strand.basis == "estimated"


def test_a_bare_claim_counts_one_tolerance_for_one() -> None:
    standings = [Standing("nps", -1.0, 4.0), Standing("rude", 0.06, 0.02), Standing("late", -0.01, 0.02)]
    pulls = [Pull("rude", "nps", -1), Pull("late", "nps", -1)]
    strand = gold_strand("nps", 1, standings, pulls)
    assert strand.steps == (Step("rude", "nps", pytest.approx(-12.0), "claimed"),)
    assert strand.basis == "claimed"


def test_attributed_beats_slope_and_needs_no_gap_but_then_ends() -> None:
    pulls = [Pull("a", "o", 1, attributed=-2.0, slope=50.0), Pull("b", "a", 1, slope=1.0)]
    strand = gold_strand("o", 1, [Standing("o", -2.0), Standing("a", None), Standing("b", -1.0)], pulls)
    assert strand.steps == (Step("a", "o", -2.0, "attributed"),)


def test_nothing_hurts_nothing_to_follow() -> None:
    strand = gold_strand("o", 1, [Standing("o", 1.0), Standing("a", 2.0)], [Pull("a", "o", 1, slope=1.0)])
    assert (strand.path, strand.basis) == (("o",), None)


@pytest.mark.parametrize(
    ("child", "parent"),
    [(Standing("a", None, 1.0), Standing("o", 1.0, 1.0)), (Standing("a", -1.0), Standing("o", 1.0, 1.0))],
)
def test_a_pull_of_unknown_size_is_not_followed(child: Standing, parent: Standing) -> None:
    assert gold_strand("o", 1, [child, parent], [Pull("a", "o", 1)]).path == ("o",)


def test_ties_go_by_id_whatever_the_order() -> None:
    standings = [Standing("o", -1.0), Standing("a", -1.0), Standing("b", -1.0)]
    pulls = [Pull("b", "o", 1, slope=1.0), Pull("a", "o", 1, slope=1.0)]
    assert gold_strand("o", 1, standings, pulls) == gold_strand("o", 1, standings[::-1], pulls[::-1])
    assert gold_strand("o", 1, standings, pulls).path == ("o", "a")


def test_a_circle_is_refused() -> None:
    standings = [Standing("o", -1.0), Standing("a", -1.0)]
    with pytest.raises(ValueError, match="comes back to o"):
        gold_strand("o", 1, standings, [Pull("a", "o", 1, slope=1.0), Pull("o", "a", 1, slope=1.0)])
