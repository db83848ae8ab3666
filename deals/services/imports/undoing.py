"""Undoing a whole import: what it made goes, what it changed is put back, and what people have worked on since stays.

Goes in batches, newest rows first, and may be killed and started again: what is gone is gone, and the
next run finds less to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from accounts.models import Account, Contact, MergedAccount, MergedContact, Team, User
from accounts.refusals import Refused
from accounts.services.presence import tell_presence_changed
from deals import rhythms
from deals.models import Deal, DealContact, Handoff, Import, ImportRow, Interaction, NextStep, OutgoingMail, RiskSignal, Stage, StageChange, Task
from deals.risk.refresh import refresh
from deals.services.imports.writer import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

BATCH = 500
# What hangs on others goes first.
ORDER = (
    "deals.interaction",
    "deals.deal",
    "accounts.contact",
    "accounts.account",
    "deals.product",
    "deals.stage",
    "deals.pipeline",
    "accounts.user",
    "accounts.team",
)
KEPT_SHOWN = 200


@dataclass(slots=True)
class Undone:
    """What an undo does or would do; ``kept`` are the first of those left as they are, with the reason."""

    deleted: dict[str, int] = field(default_factory=dict)
    restored: int = 0
    kept: list[dict[str, str]] = field(default_factory=list)
    kept_count: int = 0
    going: dict[str, set[int]] = field(default_factory=dict)  # by model, the ids that go: they hold nothing else back

    def keep(self, thing: str, why: str) -> None:
        self.kept_count += 1
        if len(self.kept) < KEPT_SHOWN:
            self.kept.append({"thing": thing, "why": why})

    def as_json(self) -> dict[str, Any]:
        return {"deleted": self.deleted, "restored": self.restored, "kept": self.kept, "kept_count": self.kept_count}


def undo_preview(imported: Import) -> Undone:
    """What undoing would do, without doing it; what later steps free is not foreseen, so it may keep less than it says."""
    found = Undone()
    for model in ORDER:
        rows = _rows(imported, model)
        for start in range(0, len(rows), BATCH):
            _made(model, rows[start : start + BATCH], imported, found, now=None)
    _restore(imported, found, None)
    return found


def undo(*, imported: Import, now: datetime) -> Undone:
    """Undo a finished import. Refused while it runs, and for one that is undone already."""
    with transaction.atomic():
        held = Import.objects.select_for_update().get(pk=imported.pk)
        if held.state not in (Import.State.DONE, Import.State.FAILED):
            raise Refused(
                _("Only an import that is done or stopped can be undone. This one is %(state)s.") % {"state": held.get_state_display().lower()}
            )
    found = Undone()
    _loosen(imported)
    for model in ORDER:
        rows = _rows(imported, model)
        for start in range(0, len(rows), BATCH):
            with transaction.atomic():
                _made(model, rows[start : start + BATCH], imported, found, now=now)
    touched = _restore(imported, found, now)
    _close(imported, found, now)
    if imported.kind in (Import.Kind.DEALS, Import.Kind.ACTIVITIES):
        rhythms.learn(now)
        for start in range(0, len(touched), BATCH):
            refresh(touched[start : start + BATCH], now, tell=False)
    elif imported.kind == Import.Kind.PEOPLE:
        tell_presence_changed(user_ids=touched, now=now)
    return found


@transaction.atomic
def _close(imported: Import, found: Undone, now: datetime) -> None:
    held = Import.objects.select_for_update().get(pk=imported.pk)
    kept = {name: value for name, value in held.plan.items() if name != "undo_wanted"}
    held.state, held.undone_at, held.plan = Import.State.UNDONE, now, {**kept, "undone": found.as_json()}
    held.save(update_fields=["state", "undone_at", "plan"])


def _rows(imported: Import, model: str) -> list[int]:
    made = ImportRow.objects.filter(imported=imported, result="created", model=model)
    return [pk for pk in made.order_by("-object_id").values_list("object_id", flat=True) if pk is not None]


def _loosen(imported: Import) -> None:
    """Teams and the people of this import hold each other; let go of the managers and teams that would be deleted anyway."""
    if imported.kind != Import.Kind.PEOPLE:
        return
    people, teams = _free_people(_rows(imported, "accounts.user"), imported), _rows(imported, "accounts.team")
    with transaction.atomic():
        Team.objects.filter(pk__in=teams, manager__in=people).update(manager=None)
        User.objects.filter(pk__in=people, team__in=teams).update(team=None)


def _made(model: str, ids: list[int], imported: Import, found: Undone, *, now: datetime | None) -> None:
    """``now``: None to only look."""
    kind: Any = apps.get_model(model)
    here = kind._default_manager.in_bulk(ids)
    stays = _worked_on(model, list(here), imported, found)
    for pk, why in stays.items():
        found.keep(str(here[pk]), why)
    # Newest first: what was made later may hang on what was made before.
    going = [pk for pk in ids if pk in here and pk not in stays]
    gone = _delete(kind, going, here, found, now) if now is not None else len(going)
    found.going.setdefault(model, set()).update(going)
    if gone:
        label = str(kind._meta.verbose_name_plural)
        found.deleted[label] = found.deleted.get(label, 0) + gone


def _delete(kind: Any, ids: list[int], here: dict[int, Any], found: Undone, now: datetime) -> int:
    """At once; where something of somebody else's holds one of them, one by one."""
    if not ids:
        return 0
    try:
        with transaction.atomic():
            if kind is Interaction:
                # What was said is gone, so their deals are looked at again by the next sweep.
                Deal.objects.watched().filter(pk__in=Interaction.objects.filter(pk__in=ids).values("deal_id")).update(alarm_at=now)
            kind._default_manager.filter(pk__in=ids).delete()
    except ProtectedError:
        if len(ids) == 1:
            found.keep(str(here[ids[0]]), _("other things here rest on it"))
            return 0
        middle = len(ids) // 2
        return _delete(kind, ids[:middle], here, found, now) + _delete(kind, ids[middle:], here, found, now)
    return len(ids)


def _worked_on(model: str, ids: list[int], imported: Import, found: Undone) -> dict[int, str]:
    """Those that people have worked on since, and how."""
    if model == "deals.deal":
        return _deals(ids, imported)
    stays: dict[int, str] = {}
    if model == "accounts.user":
        free = set(_free_people(ids, imported))
        return {pk: _("has been invited, has an account of their own work, or is needed here") for pk in ids if pk not in free}
    dealt_with = Interaction.objects.filter(Q(withdrawn_at__isnull=False) | Q(no_answer_needed_at__isnull=False))
    checks: dict[str, list[tuple[Any, str, str]]] = {
        "deals.interaction": [(dealt_with, "pk", _("somebody has dealt with it"))],
        "accounts.account": [
            (Deal.objects.exclude(imported_by=imported), "account_id", _("has deals")),
            (Contact.objects.all(), "account_id", _("has contacts")),
            (Interaction.objects.exclude(imported_by=imported), "account_id", _("has a history")),
            (Account.objects.exclude(pk__in=ids), "parent_id", _("has subsidiaries")),
            (MergedAccount.objects.all(), "into_id", _("another account was merged into it")),
        ],
        "accounts.contact": [
            (DealContact.objects.exclude(deal__imported_by=imported), "contact_id", _("is part of a deal")),
            (Interaction.objects.exclude(imported_by=imported), "contact_id", _("has a history")),
            (MergedContact.objects.all(), "into_id", _("another contact was merged into it")),
        ],
        "deals.product": [(Deal.objects.all(), "product_id", _("is sold in deals"))],
        "deals.stage": [(Deal.objects.all(), "stage_id", _("holds deals")), (StageChange.objects.all(), "to_stage_id", _("deals went through it"))],
        "deals.pipeline": [(Stage.objects.all(), "pipeline_id", _("has stages"))],
        "accounts.team": [
            (User.objects.all(), "team_id", _("has members")),
            (Deal.objects.all(), "team_id", _("has deals")),
            (Team.objects.exclude(pk__in=ids), "parent_id", _("has teams below it")),
        ],
    }
    for holding, column, why in checks.get(model, []):
        gone = {"deal__in": _going(found, Deal)} if holding.model is StageChange else {"pk__in": _going(found, holding.model)}
        for pk in holding.exclude(**gone).filter(**{f"{column}__in": ids}).values_list(column, flat=True).distinct():
            stays.setdefault(pk, why)
    if model not in ("deals.interaction", "deals.stage", "deals.pipeline", "accounts.team"):
        for pk in _edited(model, ids, imported):
            stays.setdefault(pk, _("was changed since"))
    return stays


def _going(found: Undone, model: Any) -> set[int]:
    return found.going.get(model._meta.label_lower, set())


def _deals(ids: list[int], imported: Import) -> dict[int, str]:
    signs: list[tuple[Any, str]] = [
        (Interaction.objects.filter(deal__in=ids), _("has interactions")),
        (NextStep.objects.filter(deal__in=ids), _("has a next step")),
        (StageChange.objects.filter(deal__in=ids, by__isnull=False).exclude(by=imported.created_by), _("was moved by somebody")),
        (Task.objects.filter(deal__in=ids, created_by__isnull=False), _("has tasks")),
        (OutgoingMail.objects.filter(deal__in=ids), _("has mail that somebody wrote")),
        (Handoff.objects.filter(deal__in=ids), _("was offered to somebody")),
        (
            RiskSignal.objects.filter(deal__in=ids).filter(Q(taken_at__isnull=False) | Q(parked_at__isnull=False)),
            _("has a signal somebody took or parked"),
        ),
        (apps.get_model("winback", "Loss")._default_manager.filter(deal__in=ids, recorded_by__isnull=False), _("has a loss somebody recorded")),
    ]
    stays: dict[int, str] = {}
    for holding, why in signs:
        for pk in holding.values_list("deal_id", flat=True).distinct():
            stays.setdefault(pk, why)
    for pk in _edited("deals.deal", ids, imported):
        stays.setdefault(pk, _("was changed since"))
    return stays


def _edited(model: str, ids: Iterable[int], imported: Import) -> set[int]:
    """Those that are not as the import left them. The history keeps every change; one that was taken back does not count."""
    ended = imported.finished_at or imported.heartbeat_at or imported.created_at
    app, name = model.split(".")
    events = apps.get_model(app, f"{name}event")._default_manager
    later = set(events.filter(pgh_obj_id__in=list(ids), pgh_created_at__gt=ended, pgh_label="update").values_list("pgh_obj_id", flat=True))
    if not later:
        return later
    left = {event.pgh_obj_id: event for event in events.filter(pgh_obj_id__in=later, pgh_created_at__lte=ended).order_by("pgh_id")}
    now = apps.get_model(model)._default_manager.in_bulk(later)
    kept = [field.attname for field in events.model._meta.concrete_fields if not field.name.startswith("pgh_")]
    return {pk for pk in later if pk not in left or any(getattr(left[pk], field) != getattr(now[pk], field) for field in kept)}


def _free_people(ids: list[int], imported: Import) -> list[int]:
    """People of this import who own nothing, were never let in and lead no team of others."""
    own_teams = _rows(imported, "accounts.team")
    people = User.objects.filter(pk__in=ids, invited_at__isnull=True, last_login__isnull=True)
    people = people.exclude(pk__in=Deal.objects.filter(owner__in=ids).values("owner_id"))
    people = people.exclude(pk__in=Interaction.objects.filter(user__in=ids).values("user_id"))
    people = people.exclude(pk__in=Account.objects.filter(owner__in=ids).values("owner_id"))
    people = people.exclude(pk__in=Handoff.objects.filter(receiver__in=ids).values("receiver_id"))
    people = people.exclude(pk__in=Team.objects.filter(manager__in=ids).exclude(pk__in=own_teams).values("manager_id"))
    return list(people.values_list("pk", flat=True))


def _restore(imported: Import, found: Undone, now: datetime | None) -> list[int]:
    """Fields that still hold what the import wrote get their old value back; without ``now`` nothing is written.

    Returns the ids of the deals or people concerned.
    """
    touched: list[int] = []
    rows = ImportRow.objects.filter(imported=imported, result="updated").order_by("-pk")
    for row in rows.iterator(chunk_size=BATCH):
        kind: Any = apps.get_model(row.model)
        before, after = row.before or {}, row.after or {}
        with transaction.atomic():
            one = kind._default_manager.select_for_update().filter(pk=row.object_id).first()
            if one is None:
                continue
            back = {name: value for name, value in before.items() if _holds(getattr(one, name), after.get(name))}
            if "suspended_at" in before and "suspended_at" not in back:
                back.pop("is_active", None)  # somebody has decided anew since
            if len(back) < len(before):
                found.keep(str(one), _("was changed since"))
            if row.model == "deals.deal" and now is not None:
                # Should this process die before the refresh, the sweep looks at it.
                Deal.objects.watched().filter(pk=one.pk).update(alarm_at=now)
            if row.model == "deals.deal" and "stage_id" in before and ("stage_id" not in back or not _still_there(back)):
                continue
            if back and now is not None and not _put_back(kind, one, back, now):
                found.keep(str(one), _("what it was before no longer fits what is here"))
                continue
        if back:
            found.restored += 1
            touched.append(one.pk)
    return touched if imported.kind in (Import.Kind.DEALS, Import.Kind.PEOPLE) else []


def _holds(value: Any, kept: Any) -> bool:
    """Whether a field still holds what was written. A moment was kept in the zone of the company's days, and is the same in any."""
    if isinstance(value, datetime) and isinstance(kept, str):
        return datetime.fromisoformat(kept) == value
    return bool(plain(value) == kept)


def _still_there(back: dict[str, Any]) -> bool:
    return Stage.objects.filter(pk=back["stage_id"]).exists()


def _put_back(kind: Any, one: Any, back: dict[str, Any], now: datetime) -> bool:
    """False where the database refuses: what it rested on is gone, or somebody else has its address or number."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _write_back(kind, one, back, now)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        return False
    return True


def _write_back(kind: Any, one: Any, back: dict[str, Any], now: datetime) -> None:
    if kind is Deal and "stage_id" in back:
        moved = StageChange.objects.filter(deal=one, from_stage=back["stage_id"], to_stage=one.stage_id).order_by("-pk").first()
        if moved is not None:
            moved.delete()
    for name, value in back.items():
        attribute: Any = next(one_field for one_field in kind._meta.concrete_fields if one_field.attname == name)
        setattr(one, name, value if attribute.is_relation else attribute.to_python(value))
    names = {one_field.name for one_field in kind._meta.concrete_fields if one_field.attname in back}
    if kind is Deal:
        one.alarm_at = now if one.is_watched else None
        names.add("alarm_at")
    one.save(update_fields=names)
