"""Who is who: our side (users, teams, calendars, absences, notices) and theirs (accounts, contacts)."""

from accounts.models.calendars import CalendarDay, WorkingCalendar
from accounts.models.customers import Account, AccountDomain, Contact
from accounts.models.notices import Notice
from accounts.models.presence import Absence, Departure
from accounts.models.teams import Team
from accounts.models.users import Role, User

__all__ = [
    "Absence",
    "Account",
    "AccountDomain",
    "CalendarDay",
    "Contact",
    "Departure",
    "Notice",
    "Role",
    "Team",
    "User",
    "WorkingCalendar",
]
