"""Past mails, calls, meetings and notes from a file: facts at their own dates, linked to the deal, contact, account and person they name."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.models import Contact, ContactAddress, MergedContact
from deals.intake.files.names import Names, company_key, key, means_nobody
from deals.intake.files.presets import PRESETS
from deals.models import Deal, Interaction
from deals.services.imports.frame import shifted
from deals.services.imports.writer import Rejected, Verdict, Writer, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.intake.files.values import Record
    from deals.services.imports.frame import Frame

KINDS = {
    Interaction.Kind.EMAIL: (
        "email mail e mail emailmessage incomingemail outgoingemail inboundemail outboundemail forwardedemail courriel correo "
        "korrespondenz listemail emails"
    ),
    Interaction.Kind.CALL: "call phone phonecall telephone anruf telefonat appel llamada chiamata telefonie calls inboundcall outboundcall",
    Interaction.Kind.VOICEMAIL: "voicemail voicemessage mailbox anrufbeantworter messagerie buzondevoz",
    Interaction.Kind.MEETING: (
        "meeting event appointment besprechung termin treffen reunion rendezvous rdv visit besuch demo lunch cita incontro meetings"
    ),
    Interaction.Kind.NOTE: "note notes notiz comment kommentar remarque nota annotation",
}
KIND_OF = {word: kind for kind, words in KINDS.items() for word in words.split()}
DIRECTIONS = {
    Interaction.Direction.IN: "in inbound incoming received incomingemail inboundemail inboundcall eingehend entrant entrante recu recibido ricevuto",
    Interaction.Direction.OUT: (
        "out outbound outgoing sent outgoingemail outboundemail outboundcall ausgehend sortant saliente envoye enviado inviato"
    ),
    Interaction.Direction.INTERNAL: "internal intern interne interno",
}
DIRECTION_OF = {word: direction for direction, words in DIRECTIONS.items() for word in words.split()}
OUTCOMES = {
    Interaction.Outcome.CONNECTED: "connected answered spoke completed reached erreicht joint contactado",
    Interaction.Outcome.NO_ANSWER: "noanswer busy leftmessage leftvoicemail leftlivemessage missed nichterreicht notreached wrongnumber pasdereponse",
    Interaction.Outcome.HELD: "held done finished closed erledigt stattgefunden",
    Interaction.Outcome.PLANNED: "planned scheduled open notstarted geplant upcoming",
    Interaction.Outcome.MISSED_BY_THEM: "noshow nichterschienen",
    Interaction.Outcome.CANCELLED: "cancelled canceled abgesagt annule cancelado deferred",
    Interaction.Outcome.MOVED: "rescheduled moved verschoben reporte",
}
OUTCOME_OF = {word: outcome for outcome, words in OUTCOMES.items() for word in words.split()}
Outcome = Interaction.Outcome
TALKS = (Interaction.Kind.CALL, Interaction.Kind.MEETING)


class ActivityWriter(Writer):
    model = Interaction

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.twins: Counter[int] = Counter()
        self.keys: dict[int, str] = {}

    def read_lookups(self) -> None:
        self.lookups.__init__()  # type: ignore[misc] # read afresh
        self.lookups.read_people()
        self.lookups.read_accounts()

    def identity(self, record: Record) -> str:
        """The source's id; else a key of the fact itself and a count of its twins."""
        if external_id := record.text("external_id"):
            return external_id
        if record.line not in self.keys:
            at = record.values.get("at")
            stable = [at.isoformat() if at else ""]
            stable += [
                key(record.text(name))
                for name in (
                    "kind",
                    "direction",
                    "subject",
                    "deal",
                    "deal_id",
                    "contact",
                    "contact_email",
                    "contact_id",
                    "account",
                    "from_email",
                    "to_email",
                )
            ]
            mark = fingerprint(*stable, record.text("body")[:2000])
            self.twins[hash(mark)] += 1
            self.keys[record.line] = f"~{mark}#{self.twins[hash(mark)]}"
        return self.keys[record.line]

    def pass_over(self, records: Iterable[Record]) -> None:
        super().pass_over(records)
        self.keys.clear()

    # --- what is here -----------------------------------------------------------------------------------------
    def load(self, records: list[Record]) -> None:
        def said(*names: str) -> set[str]:
            return {record.text(name) for record in records for name in names} - {""}

        self.keys = {line: known for line, known in self.keys.items() if records and line >= records[0].line}
        self.here = {
            fact.external_id: fact
            for fact in Interaction.objects.select_related("deal").filter(external_id__in=[self.identity(record) for record in records])
        }
        deals = Deal.objects.filter(external_id__in=said("deal_id", "deal")) | Deal.objects.filter(name__in=said("deal"))
        self.deals_by_id: dict[str, Any] = {}
        self.deals_by_name: Names[Any] = Names()
        self.deals: dict[int, Any] = {}
        for deal in deals.values("pk", "name", "external_id", "account_id", "team_id", "owner_id", "dates_shifted_by"):
            self.deals[deal["pk"]] = deal
            self.deals_by_name.add(deal["name"], deal["pk"])
            if deal["external_id"]:
                self.deals_by_id[deal["external_id"]] = deal["pk"]
        emails = {address.lower() for address in said("contact_email", "from_email", "to_email")}
        contacts = (
            Contact.objects.filter(email__in=emails)
            | Contact.objects.filter(external_id__in=said("contact_id"))
            | Contact.objects.filter(name__in=said("contact"))
        )
        self.contacts_by_email: dict[str, Contact] = {}
        self.contacts_by_id: dict[str, Contact] = {}
        self.contacts_by_name: Names[int] = Names()
        self.contacts: dict[int, Contact] = {}
        for contact in contacts.only("pk", "name", "email", "external_id", "account_id"):
            self.contacts[contact.pk] = contact
            self.contacts_by_name.add(contact.name, contact.pk)
            if contact.email:
                self.contacts_by_email.setdefault(contact.email.lower(), contact)
            if contact.external_id:
                self.contacts_by_id[contact.external_id] = contact
        for address in ContactAddress.objects.filter(email__in=emails - self.contacts_by_email.keys()).select_related("contact"):
            self.contacts_by_email.setdefault(address.email, address.contact)
        for merged in MergedContact.objects.filter(external_id__in=said("contact_id") - self.contacts_by_id.keys()).select_related("into"):
            self.contacts_by_id[merged.external_id or ""] = merged.into

    # --- what the row says ------------------------------------------------------------------------------------
    def judge_one(self, record: Record) -> Verdict:
        frame = self.frame
        external_id = self.identity(record)
        if len(external_id) > 300:
            raise Rejected("external_id", external_id[:500], _("The text is longer than %(longest)s letters.") % {"longest": 300})
        if "at" not in record.values:
            raise Rejected("at", "", _("The row does not say when it happened."))
        kind = self._kind(record)
        deal, contact, account_id = self._whose(record)
        fact = self.here.get(external_id)
        if fact is not None and fact.deal is not None and not self.frame.sees(team_id=fact.deal.team_id, owner_id=fact.deal.owner_id):
            raise Rejected(
                "external_id", record.text("external_id"), _("This was recorded already, in a team you do not see. Ask an admin to import it.")
            )
        shift = fact.dates_shifted_by if fact is not None else deal["dates_shifted_by"] if deal else frame.shift
        at = shifted(frame.moment(record.values["at"]), shift)
        ends_at = self._ends(record, at, shift)
        outcome = self._outcome(record, kind, ends_at or at)
        wanted: dict[str, Any] = {
            "kind": kind,
            "direction": self._direction(record, kind, contact),
            "outcome": outcome,
            "is_human": record.values.get("automatic") is not True,
            "at": at,
            "ends_at": ends_at,
            "subject": record.text("subject")[:300],
            "body": record.text("body")[:100_000],
            "deal": deal["pk"] if deal else None,
            "contact": contact.pk if contact else None,
            "account": account_id,
            "user": self._user(record),
        }
        wanted = {name: value for name, value in wanted.items() if value is not None}
        if fact is not None:
            return self.compared(record, fact, wanted)
        return self.created(
            record,
            wanted,
            external_id=external_id,
            imported_by_id=frame.import_id,
            dates_shifted_by=shift,
            recorded_at=frame.now,
            recorded_by=frame.by,
        )

    def arguments(self, wanted: dict[str, Any]) -> dict[str, Any]:
        own = {name: value for name, value in wanted.items() if name != "imported_by_id"}
        return {**super().arguments(own), "imported_by_id": wanted.get("imported_by_id")}

    def _kind(self, record: Record) -> str:
        said = record.text("kind")
        if not said:
            return self._likely_kind(record)
        kind = KIND_OF.get(key(said)) or next(
            (KIND_OF[key(word)] for word in said.replace("_", " ").replace("-", " ").split() if key(word) in KIND_OF), None
        )
        if kind is None:
            raise Rejected("kind", said, _("This is no mail, call, voicemail, meeting or note."))
        if kind == Interaction.Kind.CALL and key(record.text("outcome")) in {"leftvoicemail", "voicemail"}:
            return Interaction.Kind.VOICEMAIL
        return kind

    def _likely_kind(self, record: Record) -> str:
        """Where no column says it: the file's name, else the columns that only mails or meetings have."""
        words = self.frame.file_name.lower().replace("-", "_").replace(" ", "_").replace(".", "_").split("_")
        named = next((KIND_OF[word] for word in words if word in KIND_OF), None)
        if named:
            return named
        if self.frame.has("from_email") or self.frame.has("to_email"):
            return Interaction.Kind.EMAIL
        if self.frame.has("ends_at") or self.frame.has("minutes"):
            return Interaction.Kind.MEETING
        if self.frame.has("seconds"):
            return Interaction.Kind.CALL
        if self.frame.has("kind"):
            raise Rejected("kind", "", _("The row does not say whether it was a mail, a call, a meeting or a note."))
        return Interaction.Kind.NOTE

    def _direction(self, record: Record, kind: str, contact: Contact | None) -> str:
        said = record.text("direction")
        if said:
            found = DIRECTION_OF.get(key(said)) or self._yes_means_in(said)
            if found is None:
                raise Rejected("direction", said, _("This does not say whether it came from them or from us."))
            return found
        if by_type := DIRECTION_OF.get(key(record.text("kind"))):
            return by_type
        if kind == Interaction.Kind.NOTE:
            return Interaction.Direction.INTERNAL
        if by_address := self._by_address(record.text("from_email").lower(), record.text("to_email").lower()):
            return by_address
        preset = PRESETS.get(self.frame.plan.preset)
        if kind in TALKS or (preset is not None and preset.logs_sent_mail):
            return Interaction.Direction.OUT
        raise Rejected("direction", "", _("The row does not say who wrote or called. Match a column with the direction or the sender."))

    def _by_address(self, sender: str, receiver: str) -> str | None:
        ours, theirs = self.lookups.people_by_email, self.contacts_by_email
        if sender in ours:
            return Interaction.Direction.INTERNAL if receiver in ours else Interaction.Direction.OUT
        if sender in theirs or receiver in ours:
            return Interaction.Direction.IN
        return Interaction.Direction.OUT if receiver in theirs else None

    def _yes_means_in(self, said: str) -> str | None:
        """A column titled 'incoming' that says yes or no."""
        title = key(self.frame.title("direction"))
        if "incoming" not in title and "inbound" not in title and "outbound" not in title:
            return None
        yes = key(said) in {"yes", "true", "1", "ja", "oui", "si"}
        return Interaction.Direction.IN if yes != ("outbound" in title and "inbound" not in title) else Interaction.Direction.OUT

    def _outcome(self, record: Record, kind: str, end: datetime) -> str:
        said = OUTCOME_OF.get(key(record.text("outcome")), "")
        if kind == Interaction.Kind.CALL:
            return self._of_call(record, said)
        if kind != Interaction.Kind.MEETING:
            return Outcome.NONE
        if said in (Outcome.MISSED_BY_THEM, Outcome.MOVED):
            return said
        if said in (Outcome.CANCELLED, Outcome.NO_ANSWER):
            return Outcome.CANCELLED
        return Outcome.PLANNED if end > self.frame.now else Outcome.HELD

    def _of_call(self, record: Record, said: str) -> str:
        if said in (Outcome.HELD, Outcome.CONNECTED):
            return Outcome.CONNECTED
        if said in (Outcome.MISSED_BY_THEM, Outcome.MOVED):
            return Outcome.CANCELLED
        talked = record.values.get("minutes") or record.values.get("seconds")
        return said or (Outcome.CONNECTED if talked else Outcome.NONE)

    def _ends(self, record: Record, at: datetime, shift: int) -> datetime | None:
        if (said := record.values.get("ends_at")) is not None:
            ends_at: datetime = shifted(self.frame.moment(said), shift)
            if ends_at < at:
                raise Rejected("ends_at", str(said), _("It ends before it begins."))
            return ends_at
        if minutes := record.values.get("minutes"):
            return at + timedelta(minutes=min(minutes, 60 * 24 * 31))
        if seconds := record.values.get("seconds"):
            return at + timedelta(seconds=min(seconds, 60 * 60 * 24 * 31))
        return None

    def _whose(self, record: Record) -> tuple[Any, Contact | None, int | None]:
        """(deal, contact, account id); Rejected where the row belongs to nothing that is here."""
        deal = self._deal(record)
        contact = self._contact(record)
        if contact is not None and contact.account_id is not None and not self.frame.sees_account(contact.account_id):
            contact = None  # somebody else's: not to be learned of by an import
        account_id = deal["account_id"] if deal and deal["account_id"] else self._account(record) or (contact.account_id if contact else None)
        if deal is None and contact is None and account_id is None:
            name = next(
                (name for name in ("deal_id", "deal", "contact_email", "contact_id", "contact", "account", "account_id") if record.text(name)), ""
            )
            said = record.text(name) if name else ""
            raise Rejected(name, said, _("No deal, contact or account here fits. Import those first."))
        return deal, contact, account_id

    def _deal(self, record: Record) -> Any:
        external_id, name = record.text("deal_id"), record.text("deal")
        pk = self.deals_by_id.get(external_id) or self.deals_by_id.get(name)
        if pk is None and name and not means_nobody(name):
            if self.deals_by_name.is_ambiguous(name):
                raise Rejected("deal", name, _("More than one deal here has this name. Use a column with the deal's id."))
            found = self.deals_by_name.find(name)
            pk = found[1] if found else None
        if pk is None:
            return None
        deal = self.deals[pk]
        if not self.frame.sees(team_id=deal["team_id"], owner_id=deal["owner_id"]):
            raise Rejected(
                "deal_id" if external_id else "deal",
                external_id or name,
                _("The deal belongs to a team you do not see. Ask an admin to import this."),
            )
        return deal

    def _contact(self, record: Record) -> Contact | None:
        if found := self.contacts_by_id.get(record.text("contact_id")):
            return found
        for name in ("contact_email", "from_email", "to_email"):
            if found := self.contacts_by_email.get(record.text(name).lower()):
                return found
        by_name = self.contacts_by_name.find(record.text("contact")) if record.text("contact") else None
        return self.contacts[by_name[1]] if by_name else None

    def _account(self, record: Record) -> int | None:
        found = self.lookups.accounts_by_id.get(record.text("account_id"))
        if found is None and (said := record.text("account")) and company_key(said):
            by_name = self.lookups.accounts.find(said)
            if by_name is not None:
                self.frame.found("account", said, by_name[0])
                found = by_name[1]
        return int(found) if found is not None and self.frame.sees_account(int(found)) else None

    def _user(self, record: Record) -> int | None:
        found = self.lookups.people_by_id.get(record.text("user_id"))
        for name in ("user", "from_email", "to_email"):
            if found is None and (said := record.text(name)):
                by_name = self.lookups.person(said)
                found = by_name[1] if by_name else None
        if found is None and (record.text("user") or record.text("user_id")):
            self.frame.notes.facts[_("whose person of ours is not here")] += 1
        return int(found) if found is not None else None
