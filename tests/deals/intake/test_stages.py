import pytest

from deals.intake.files.stages import StageSeen, draft, kind_of, rank_of


@pytest.mark.parametrize("name", ["Won", "Closed Won", "closed_won", "closedwon", "Gewonnen", "Gagnée", "Ganado", "Closed - Won"])
def test_won_in_many_words(name):
    assert kind_of(name) == "won"


@pytest.mark.parametrize("name", ["Lost", "Closed Lost", "closedlost", "Verloren", "Perdue", "Perdida", "Cancelled"])
def test_lost_in_many_words(name):
    assert kind_of(name) == "lost"


@pytest.mark.parametrize("name", ["Prospecting", "Engaging", "In Verhandlung", "Presentation Scheduled", "Wonderland demo", "X9=="])
def test_all_else_is_open(name):
    assert kind_of(name) == "open"


@pytest.mark.parametrize("name", ["Closed", "Abgeschlossen"])
def test_over_without_saying_how(name):
    assert kind_of(name) is None


def test_open_stages_stand_in_the_order_of_a_sale():
    names = ["Negotiation", "Won", "Prospecting", "Proposal", "Engaging"]
    made = draft("Sales", [StageSeen(name, rows=1) for name in names])
    assert [stage.name for stage in made.stages] == ["Prospecting", "Engaging", "Proposal", "Negotiation", "Won", "Lost"]
    assert made.stages[-1].kind == "lost"
    assert rank_of("Angebot") > rank_of("Qualifizierung")


def test_flags_beside_the_stage_go_before_its_words():
    assert StageSeen("Zx8==", rows=3, flagged_won=3).kind == "won"
    assert StageSeen("Won back", rows=3, flagged_open=3).kind == "open"
