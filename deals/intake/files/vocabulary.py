"""The fields an import of each kind can fill, and the titles people give their columns, in several languages.

Titles are compared as :func:`deals.intake.files.columns.title_key` writes them: lower case, without accents,
signs and what stands in brackets.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Holds(StrEnum):
    """What a field's cells are, and so how they are read."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    MONEY = "money"
    NUMBER = "number"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    label: StrOrPromise
    titles: tuple[str, ...]
    holds: Holds = Holds.TEXT


def _field(key: str, label: StrOrPromise, titles: str, holds: Holds = Holds.TEXT) -> Field:
    return Field(key, label, tuple(title.strip() for title in titles.split("|")), holds)


FIRST_NAME = _field("first_name", _("First name"), "first name|firstname|given name|vorname|prenom|nombre de pila|nome proprio|voornaam")
LAST_NAME = _field(
    "last_name", _("Last name"), "last name|lastname|surname|family name|nachname|familienname|nom de famille|apellido|apellidos|cognome|achternaam"
)
EMAIL_TITLES = (
    "email|e mail|email address|e mail address|mail|work email|e mail adresse|emailadresse|courriel|adresse e mail|correo|correo electronico|email 1"
)
PHONE_TITLES = "phone|phone number|telephone|mobile|mobile phone|telefon|telefonnummer|tel|telefono|telefone|telefoon|work phone|phone work"
DELETED = _field("deleted", _("Deleted in the source"), "is deleted|deleted|fivetran deleted|geloscht|archived|is archived", Holds.YES_NO)
ID_TITLES = "id|record id|external id|externe id|hs object id|record id 18|key|schlussel|identifiant|identificador|guid|uuid"

PEOPLE = (
    _field(
        "name",
        _("Name"),
        "name|full name|sales agent|sales rep|salesperson|rep|agent|user|user name|employee|person|owner|mitarbeiter|"
        "vertriebsmitarbeiter|benutzer|nom|nom complet|vendeur|nombre|vendedor|nome|naam|verkaufer",
    ),
    FIRST_NAME,
    LAST_NAME,
    _field("email", _("E-mail"), EMAIL_TITLES),
    _field("role", _("Role"), "role|user role|rolle|role name|funktion"),
    _field("team", _("Team"), "team|team name|sales team|primary team|gruppe|equipe|equipo|squadra"),
    _field(
        "region",
        _("Region"),
        "region|regional office|office|territory|area|division|business unit|niederlassung|gebiet|bereich|bureau|oficina|ufficio|regione",
    ),
    _field(
        "manager",
        _("Manager"),
        "manager|manager name|team manager|sales manager|supervisor|reports to|vorgesetzter|teamleiter|leiter|chef|responsable|jefe|"
        "gerente|direttore",
    ),
    _field("active", _("Active"), "active|is active|aktiv|actif|activo|attivo", Holds.YES_NO),
    _field("time_zone", _("Time zone"), "time zone|timezone|zeitzone|fuseau horaire|time zone sid key"),
    _field("external_id", _("Id in the source"), ID_TITLES + "|user id|owner id|employee id|employee number|personalnummer|systemuserid"),
    DELETED,
)
PRODUCTS = (
    _field(
        "name",
        _("Name"),
        "name|product|product name|item|item name|produkt|produktname|artikel|bezeichnung|produit|nom du produit|nom|producto|nombre|"
        "prodotto|nome|product title",
    ),
    _field(
        "series",
        _("Series"),
        "series|family|product family|category|product category|line|product line|serie|kategorie|produktfamilie|gamme|categorie|categoria|familia",
    ),
    _field(
        "list_price",
        _("List price"),
        "list price|sales price|price|unit price|standard price|preis|listenpreis|einzelpreis|verkaufspreis|prix|prix unitaire|precio|"
        "prezzo|prijs|retail price",
        Holds.MONEY,
    ),
    _field("currency", _("Currency"), "currency|currency code|price currency|wahrung|devise|moneda|valuta|price currency iso code|currencyisocode"),
    _field("external_id", _("Id in the source"), ID_TITLES + "|product id|product code|sku|artikelnummer|productnumber|code|reference"),
    DELETED,
)
ACCOUNTS = (
    _field(
        "name",
        _("Name"),
        "name|account|account name|company|company name|organization|organisation|organization name|customer|customer name|client|"
        "business name|kunde|kundenname|firma|firmenname|unternehmen|konto|societe|entreprise|raison sociale|nom du compte|compte|nom|"
        "cliente|empresa|cuenta|nombre de la cuenta|nombre|azienda|ragione sociale|nome|bedrijf|klant",
    ),
    _field(
        "parent",
        _("Part of"),
        "subsidiary of|parent|parent account|parent company|parent name|parent account name|muttergesellschaft|konzern|"
        "ubergeordnete firma|maison mere|matriz|casa madre|parent organization",
    ),
    _field("parent_id", _("Id of the parent"), "parent id|parent account id|parentid|parentaccountid|parent company id"),
    _field(
        "sector",
        _("Sector"),
        "sector|industry|branche|industrie|secteur|secteur d activite|sector industrial|settore|industria|vertical|business type",
    ),
    _field(
        "country",
        _("Country"),
        "country|office location|location|billing country|address country|country region|land|standort|pays|pais|paese|"
        "address 1 country region|hq country",
    ),
    _field(
        "employees",
        _("Employees"),
        "employees|number of employees|no of employees|employee count|headcount|company size|mitarbeiter|mitarbeiterzahl|"
        "anzahl mitarbeiter|nombre d employes|effectif|empleados|numero de empleados|dipendenti|numberofemployees|"
        "number of full time employees",
        Holds.NUMBER,
    ),
    _field(
        "owner",
        _("Owner"),
        "owner|account owner|company owner|owner name|account manager|assigned to|eigentumer|betreuer|kundenbetreuer|verantwortlich|"
        "proprietaire|responsable|propietario|proprietario|eigenaar",
    ),
    _field("owner_id", _("Id of the owner"), "owner id|ownerid|hubspot owner id|account owner id"),
    _field("lifecycle", _("Lifecycle"), "lifecycle|lifecycle stage|account type|customer type|relationship type|type|kundentyp|kundenstatus|status"),
    _field(
        "domain",
        _("Mail domain"),
        "domain|website|web site|company domain|company domain name|url|homepage|webseite|internetseite|site web|sitio web|pagina web|"
        "sito web|email domain|websiteurl",
    ),
    _field(
        "recurring_value",
        _("Recurring value a year"),
        "recurring value|annual recurring revenue|arr|annual contract value|acv|jahreswert|vertragswert pro jahr",
        Holds.MONEY,
    ),
    _field(
        "external_id",
        _("Id in the source"),
        ID_TITLES + "|account id|company id|organization id|customer id|accountid|kundennummer|kunden nr|debitorennummer",
    ),
    DELETED,
)
CONTACTS = (
    _field(
        "name",
        _("Name"),
        "name|full name|contact|contact name|person|person name|ansprechpartner|kontakt|kontaktname|nom complet|nom du contact|"
        "contacto|nombre completo|contatto|nome completo",
    ),
    FIRST_NAME,
    LAST_NAME,
    _field("email", _("E-mail"), EMAIL_TITLES),
    _field("phone", _("Phone"), PHONE_TITLES),
    _field("title", _("Title"), "title|job title|jobtitle|position|funktion|stelle|stellenbezeichnung|fonction|poste|cargo|puesto|ruolo|functie"),
    _field("seniority", _("Seniority"), "seniority|level|job level|management level|hierarchiestufe|employment seniority"),
    _field(
        "account",
        _("Account"),
        "account|account name|company|company name|organization|organisation|organization name|associated company|primary company|"
        "firma|unternehmen|kunde|societe|entreprise|compte|empresa|cuenta|cliente|azienda|bedrijf|parentcustomerid",
    ),
    _field(
        "account_id",
        _("Id of the account"),
        "account id|accountid|company id|associated company id|associated company ids|organization id|kundennummer",
    ),
    _field("left_on", _("Left on"), "left on|left|end date|ausgeschieden am|parti le|date of departure", Holds.DAY),
    _field("external_id", _("Id in the source"), ID_TITLES + "|contact id|contactid|person id|kontaktnummer"),
    DELETED,
)
DEALS = (
    _field(
        "external_id",
        _("Id in the source"),
        ID_TITLES
        + "|opportunity id|opportunityid|deal id|deal number|opportunity number|case safe id"
        + "|angebotsnummer|reference|ref|potential id|verkaufschancennummer",
    ),
    _field(
        "name",
        _("Name"),
        "name|deal name|dealname|opportunity name|title|deal title|topic|potential name|bezeichnung|titel|titre|nom de l opportunite|"
        "nom de l affaire|nom|nombre de la oportunidad|nombre del negocio|nombre|nome opportunita|nome|naam|name der verkaufschance",
    ),
    _field(
        "account",
        _("Account"),
        "account|account name|company|company name|customer|customer name|client|client name|organization|organisation|"
        "organization name|potential customer|associated company|primary company|kunde|kundenname|firma|firmenname|unternehmen|konto|"
        "societe|entreprise|compte|nom du compte|cliente|empresa|cuenta|nombre de la cuenta|azienda|klant|bedrijf|account parent name",
    ),
    _field(
        "account_id",
        _("Id of the account"),
        "account id|accountid|company id|associated company ids|associated company id|organization id|org id|customer id|kundennummer|"
        "parentaccountid",
    ),
    _field(
        "owner",
        _("Owner"),
        "owner|deal owner|opportunity owner|owner name|owner full name|sales agent|sales rep|sales representative|salesperson|rep|"
        "agent|account executive|assigned to|eigentumer|besitzer|inhaber|verantwortlich|verantwortlicher|zustandig|bearbeiter|"
        "verkaufer|vertriebsmitarbeiter|proprietaire|proprietaire de l opportunite|responsable|vendeur|commercial|propietario|"
        "propietario de la oportunidad|vendedor|asignado a|proprietario|commerciale|eigenaar|verkoper",
    ),
    _field("owner_email", _("E-mail of the owner"), "owner email|deal owner email|opportunity owner email|sales rep email"),
    _field("owner_id", _("Id of the owner"), "owner id|ownerid|hubspot owner id|user id|sales rep id"),
    _field("product", _("Product"), "product|product name|products|item|produkt|produktname|produit|producto|prodotto|produto"),
    _field(
        "stage",
        _("Stage"),
        "stage|deal stage|dealstage|stage name|sales stage|pipeline stage|opportunity stage|pipeline phase|phase|verkaufsphase|"
        "vertriebsphase|stufe|etape|phase de vente|etapa|fase|fase de venta|fase di vendita|stadium|stepname|deal pipeline stage id|"
        "stage id",
    ),
    _field(
        "status",
        _("Status"),
        "status|deal status|opportunity status|statuscode|statecode|state|zustand|statut|estado|stato|ergebnis|outcome|resultat|resultado",
    ),
    _field(
        "pipeline", _("Pipeline"), "pipeline|pipeline name|deal pipeline|sales process|sales pipeline|vertriebspipeline|pipeline id|deal pipeline id"
    ),
    _field(
        "amount",
        _("Amount"),
        "amount|value|deal value|close value|deal amount|opportunity amount|total amount|est revenue|estimated revenue|actual revenue|"
        "expected amount|revenue|price|betrag|wert|auftragswert|volumen|umsatz|summe|erwarteter umsatz|montant|valeur|importe|monto|"
        "valor|cantidad|importo|valore|bedrag|waarde|estimatedvalue|actualvalue|total price",
        Holds.MONEY,
    ),
    _field(
        "currency",
        _("Currency"),
        "currency|currency code|amount currency|deal currency code|opportunity currency|wahrung|devise|moneda|divisa|valuta|moeda|"
        "currencyisocode|transactioncurrencyid",
    ),
    _field(
        "opened_on",
        _("Opened"),
        "opened|opened on|open date|created|created date|create date|createdate|creation date|created on|createdon|date created|"
        "created at|deal created|engage date|engaged|engaged on|start date|add time|eroffnet|eroffnet am|eroffnungsdatum|erstellt|"
        "erstellt am|erstelldatum|erstellungsdatum|angelegt am|anlagedatum|beginn|date de creation|cree le|ouvert le|date d ouverture|"
        "fecha de creacion|creado el|fecha de apertura|data di creazione|data creazione|aanmaakdatum|createddate",
        Holds.DAY,
    ),
    _field(
        "close_date",
        _("Closed, or expected to close"),
        "close date|closedate|closed|closed date|closed on|closing date|date closed|close|actual close date|actualclosedate|"
        "deal closed on|abschluss|abschlussdatum|abgeschlossen|abgeschlossen am|geschlossen am|date de cloture|cloture|ferme le|"
        "fecha de cierre|cierre|data di chiusura|sluitingsdatum|afsluitdatum|closed at",
        Holds.DAY,
    ),
    _field(
        "expected_close_on",
        _("Expected to close"),
        "expected close|expected close date|expected closing|est close date|estimated close date|estimatedclosedate|"
        "forecast close date|voraussichtliches abschlussdatum|voraussichtlicher abschluss|geplanter abschluss|erwarteter abschluss|"
        "date de cloture prevue|cloture prevue|fecha de cierre prevista|fecha prevista de cierre|data di chiusura prevista",
        Holds.DAY,
    ),
    _field("won_on", _("Won on"), "won time|won date|won on|date won|gewonnen am|gagne le|ganado el", Holds.DAY),
    _field("lost_on", _("Lost on"), "lost time|lost date|lost on|date lost|verloren am|perdu le|perdido el", Holds.DAY),
    _field(
        "stage_entered_on",
        _("In this stage since"),
        "stage entered|date entered stage|entered stage on|stage since|last stage change|last stage change date|stage change time|"
        "stage change date|last change of deal stage|in phase seit|laststagechangedate|date entered current stage",
        Holds.MOMENT,
    ),
    _field(
        "lost_reason",
        _("Why it was lost"),
        "lost reason|loss reason|closed lost reason|reason lost|reason for loss|lost because|verlustgrund|grund des verlusts|"
        "ablehnungsgrund|raison de la perte|motif de perte|motivo de perdida|motivo perdita|lost reasons",
    ),
    _field(
        "source",
        _("Source"),
        "source|lead source|deal source|original source|original source type|lead origin|source channel|quelle|leadquelle|herkunft|"
        "origine|source du lead|origen|fuente|bron|leadsourcecode",
    ),
    _field(
        "contact",
        _("Contact"),
        "contact|contact name|primary contact|contact person|main contact|associated contact|ansprechpartner|kontakt|kontaktperson|"
        "interlocuteur|contacto|contatto|contactpersoon|person|parentcontactid",
    ),
    _field("contact_email", _("E-mail of the contact"), "contact email|primary contact email|person email|contact e mail"),
    _field("is_won", _("Won"), "is won|iswon|won|is closed won|hs is closed won", Holds.YES_NO),
    _field("is_closed", _("Closed"), "is closed|isclosed|hs is closed", Holds.YES_NO),
    DELETED,
)
ACTIVITIES = (
    _field(
        "external_id",
        _("Id in the source"),
        ID_TITLES + "|activity id|activityid|engagement id|task id|event id|message id|activity number|interaction id",
    ),
    _field(
        "kind",
        _("Kind"),
        "kind|type|activity type|engagement type|activitytypecode|task subtype|tasksubtype|channel|art|typ|aktivitatstyp|kanal|canal|tipo|activity",
    ),
    _field(
        "direction",
        _("Direction"),
        "direction|call type|calltype|incoming|is incoming|inbound|inbound outbound|directioncode|richtung|sens|direccion|direzione|"
        "call direction|email direction|hs call direction|hs email direction",
    ),
    _field(
        "at",
        _("When"),
        "at|date|when|activity date|activity date time|activitydatetime|date time|datetime|timestamp|hs timestamp|start|start time|"
        "start date|start date time|startdatetime|scheduledstart|sent|sent on|sent at|message date|messagedate|due date|added on|"
        "datum|zeitpunkt|beginn|gesendet am|date de debut|date d activite|fecha|fecha y hora|data|actualstart|call time|"
        "call start time|marked as done time|completed date time",
        Holds.MOMENT,
    ),
    _field("ends_at", _("Until"), "until|end|end time|end date|end date time|enddatetime|scheduledend|ends at|ende|fin|fine|actualend", Holds.MOMENT),
    _field(
        "minutes",
        _("Minutes"),
        "minutes|duration|duration in minutes|durationinminutes|dauer|duree|duracion|actualdurationminutes|call duration in minutes",
        Holds.NUMBER,
    ),
    _field("seconds", _("Seconds"), "seconds|duration in seconds|call duration in seconds|calldurationinseconds|call duration", Holds.NUMBER),
    _field(
        "subject",
        _("Subject"),
        "subject|title|email subject|hs email subject|meeting title|hs meeting title|betreff|titel|objet|sujet|asunto|titulo|oggetto|onderwerp|name",
    ),
    _field(
        "body",
        _("Words"),
        "body|text|note|notes|description|comments|comment|content|email text|hs email text|note body|hs note body|hs call body|"
        "text body|textbody|inhalt|notiz|notizen|beschreibung|kommentar|nachricht|message|contenu|corps|nota|cuerpo|testo|body preview",
    ),
    _field(
        "deal",
        _("Deal"),
        "deal|deal name|opportunity|opportunity name|related to|regarding|deal title|verkaufschance|opportunite|affaire|oportunidad|"
        "negocio|opportunita|regardingobjectid|associated deal",
    ),
    _field(
        "deal_id",
        _("Id of the deal"),
        "deal id|opportunity id|dealid|opportunityid|what id|whatid|related to id|related opportunity id|associated deal ids|record id deal",
    ),
    _field("contact", _("Contact"), "contact|contact name|with|person|contact person|ansprechpartner|kontakt|contacto|contatto|associated contact"),
    _field("contact_id", _("Id of the contact"), "contact id|contactid|who id|whoid|person id|associated contact ids"),
    _field("contact_email", _("E-mail of the contact"), "contact email|customer email|email|e mail|person email"),
    _field(
        "account",
        _("Account"),
        "account|account name|company|company name|organization|customer|kunde|firma|unternehmen|compte|societe|empresa|cuenta|cliente",
    ),
    _field("account_id", _("Id of the account"), "account id|accountid|company id|organization id|associated company ids"),
    _field(
        "user",
        _("Our person"),
        "owner|activity owner|assigned to|assigned|user|user name|rep|sales agent|sales rep|created by|eigentumer|verantwortlich|"
        "bearbeiter|mitarbeiter|proprietaire|responsable|propietario|activity assigned to|assigned to user",
    ),
    _field("user_id", _("Id of our person"), "owner id|ownerid|user id|hubspot owner id|assigned to id"),
    _field(
        "from_email",
        _("From"),
        "from|from address|fromaddress|sender|from email|hs email from email|absender|von|de|expediteur|remitente|mittente|email from",
    ),
    _field(
        "to_email",
        _("To"),
        "to|to address|toaddress|recipient|recipients|to email|hs email to email|empfanger|an|a|destinataire|destinatario|email to",
    ),
    _field(
        "outcome",
        _("Outcome"),
        "outcome|call outcome|meeting outcome|hs call disposition|hs meeting outcome|call result|calldisposition|status|result|"
        "ergebnis|resultat|resultado|done",
    ),
    _field("automatic", _("Automatic"), "automatic|is automatic|automated|is automated|auto reply|automatisch|bounced", Holds.YES_NO),
    DELETED,
)

FIELDS: dict[str, tuple[Field, ...]] = {
    "people": PEOPLE,
    "products": PRODUCTS,
    "accounts": ACCOUNTS,
    "contacts": CONTACTS,
    "deals": DEALS,
    "activities": ACTIVITIES,
}
# A file needs one field of every group.
NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "people": (("name", "last_name", "email"),),
    "products": (("name",),),
    "accounts": (("name",),),
    "contacts": (("name", "last_name", "email"),),
    "deals": (("stage", "status", "is_won", "is_closed"), ("name", "external_id", "account", "product")),
    "activities": (("at",), ("deal", "deal_id", "contact", "contact_id", "contact_email", "account", "account_id", "from_email", "to_email")),
}
# "Verkaufschance" may title a deal's name or its number; its values tell.
NAME_OR_ID_WORDS = "opportunity deal verkaufschance chance opportunite affaire oportunidad negocio opportunita verkoopkans potential oportunidade"
NAME_OR_ID = frozenset(NAME_OR_ID_WORDS.split())


def field_of(kind: str, key: str) -> Field | None:
    return next((field for field in FIELDS[kind] if field.key == key), None)
