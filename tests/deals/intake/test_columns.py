import pytest

from deals.intake.files.columns import looks_like_ids, match, missing, title_key
from deals.intake.files.presets import PRESETS, guess
from deals.intake.files.vocabulary import FIELDS, NEEDED

EXPORTS = {
    "salesforce": (
        ["Opportunity ID", "Opportunity Name", "Account Name", "Opportunity Owner", "Stage", "Amount", "Close Date", "Created Date", "Lead Source"],
        ["external_id", "name", "account", "owner", "stage", "amount", "close_date", "opened_on", "source"],
    ),
    "hubspot": (
        ["Record ID", "Deal Name", "Deal Stage", "Close Date", "Deal owner", "Amount", "Create Date", "Closed Lost Reason", "Pipeline"],
        ["external_id", "name", "stage", "close_date", "owner", "amount", "opened_on", "lost_reason", "pipeline"],
    ),
    "pipedrive": (
        [
            "Deal - ID",
            "Deal - Title",
            "Deal - Owner",
            "Deal - Value",
            "Deal - Currency of Value",
            "Deal - Organization",
            "Deal - Stage",
            "Deal - Status",
            "Deal - Expected close date",
            "Deal - Won time",
            "Deal - Lost time",
            "Deal - Lost reason",
            "Deal - Deal created",
        ],
        [
            "external_id",
            "name",
            "owner",
            "amount",
            None,
            "account",
            "stage",
            "status",
            "expected_close_on",
            "won_on",
            "lost_on",
            "lost_reason",
            "opened_on",
        ],
    ),
    "dynamics": (
        [
            "(Do Not Modify) Opportunity",
            "Topic",
            "Potential Customer",
            "Est. Close Date",
            "Est. Revenue",
            "Pipeline Phase",
            "Status",
            "Owner",
            "Created On",
        ],
        [None, "name", "account", "expected_close_on", "amount", "stage", "status", "owner", "opened_on"],
    ),
}


@pytest.mark.parametrize("preset", EXPORTS)
def test_the_exports_of_known_crms(preset):
    titles, expected = EXPORTS[preset]
    assert guess("deals", titles) is PRESETS[preset]
    found = match("deals", titles, PRESETS[preset])
    assert [found.get(index) for index in range(len(titles))] == expected


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (
            ["Verkaufschance", "Eigentümer", "Produkt", "Kunde", "Phase", "Eröffnet am", "Abschlussdatum", "Betrag (€)"],
            ["name", "owner", "product", "account", "stage", "opened_on", "close_date", "amount"],
        ),
        (
            ["Nom de l'opportunité", "Propriétaire", "Compte", "Étape", "Date de clôture", "Montant"],
            ["name", "owner", "account", "stage", "close_date", "amount"],
        ),
        (
            ["Nombre de la oportunidad", "Propietario", "Cuenta", "Etapa", "Fecha de cierre", "Importe"],
            ["name", "owner", "account", "stage", "close_date", "amount"],
        ),
        (["StageName", "CloseDate", "IsWon", "Amount"], ["stage", "close_date", "is_won", "amount"]),
    ],
)
def test_titles_in_several_languages(titles, expected):
    found = match("deals", titles)
    assert [found.get(index) for index in range(len(titles))] == expected


def test_what_a_person_said_goes_first_and_may_leave_a_column_out():
    found = match("deals", ["Stage", "Phase"], said={"phase": "stage", "Stage": ""})
    assert found == {1: "stage"}


def test_a_field_is_filled_by_one_column():
    found = match("deals", ["Owner", "Sales rep", "Stage"])
    assert sorted(found.values()) == ["owner", "stage"]


def test_what_is_missing_is_said():
    assert missing("deals", {0: "name"}) == [NEEDED["deals"][0]]
    assert missing("deals", {0: "name", 1: "stage"}) == []


def test_titles_are_compared_by_their_words():
    assert title_key("Betrag (€)") == title_key("  betrag*") == "betrag"
    assert title_key("CloseDate") == title_key("close_date") == "close date"
    assert title_key("(Do Not Modify)") == "do not modify"


def test_codes_are_told_from_names():
    assert looks_like_ids(["MV1LWRNH", "PE84CX4O", "9ME3374G"])
    assert not looks_like_ids(["City clinics", "Harbour"])
    assert not looks_like_ids(["A1", "A1"])


@pytest.mark.parametrize("kind", FIELDS)
def test_no_title_stands_for_two_fields_of_equal_right(kind):
    """Two fields may share a title only at different places of their lists, so that one of them is meant first."""
    firsts = [field.titles[0] for field in FIELDS[kind]]
    assert len(firsts) == len(set(firsts))
