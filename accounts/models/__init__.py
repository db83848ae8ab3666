"""Who is who: our side (users, teams, calendars, absences, notices) and theirs (accounts, contacts)."""

from accounts.models.bequests import Bequest
from accounts.models.calendars import CalendarDay, WorkingCalendar
from accounts.models.customers import Account, AccountDomain, Contact
from accounts.models.merges import ContactAddress, MergedAccount, MergedContact
from accounts.models.notices import Notice, NoticePreference
from accounts.models.presence import Absence, Departure
from accounts.models.second_factors import SecondFactor
from accounts.models.teams import Team
from accounts.models.users import Role, User
from accounts.models.words import KnownWord

__all__ = [
    "Absence",
    "Account",
    "AccountDomain",
    "Bequest",
    "CalendarDay",
    "Contact",
    "ContactAddress",
    "Departure",
    "KnownWord",
    "MergedAccount",
    "MergedContact",
    "Notice",
    "NoticePreference",
    "Role",
    "SecondFactor",
    "Team",
    "User",
    "WorkingCalendar",
]
