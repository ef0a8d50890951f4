"""All services of one unlocked station, built after login with the actor inside."""

from __future__ import annotations

from collections.abc import Callable

from desktop.domain.permissions import Actor
from desktop.services.audit import Audit
from desktop.services.backups import Backups
from desktop.services.benefits import Benefits
from desktop.services.codes import Codes
from desktop.services.comparisons import Comparisons
from desktop.services.completeness import Completeness
from desktop.services.consents import Consents
from desktop.services.desk import Desk
from desktop.services.documents import Documents
from desktop.services.drafts import Drafts
from desktop.services.histories import Histories
from desktop.services.imports import Imports
from desktop.services.institution import Institution
from desktop.services.integrity import Integrity
from desktop.services.joins import Joins
from desktop.services.people import People
from desktop.services.privacy import Privacy
from desktop.services.removals import Removals
from desktop.services.scans import Scans
from desktop.services.settings import Settings
from desktop.services.stations import Stations
from desktop.services.surveys import Surveys
from desktop.services.sync import Sync
from desktop.services.today import Today
from desktop.services.trainings import Trainings
from desktop.services.undoing import Undoing
from desktop.services.users import Users
from desktop.services.views import Views
from desktop.services.visits import Visits


class Services:
    """One attribute an area; `close` locks the station (checkpoint, anchor, release of the lock)."""

    def __init__(self, desk: Desk, close: Callable[[], None], notices: tuple[str, ...] = ()) -> None:
        self.desk = desk
        self.close = close
        self.notices = notices  # sentences to show once after the unlock
        self.codes = Codes(desk)
        self.people = People(desk)
        self.consents = Consents(desk)
        self.documents = Documents(desk)
        self.trainings = Trainings(desk)
        self.visits = Visits(desk)
        self.benefits = Benefits(desk)
        self.scans = Scans(desk)
        self.surveys = Surveys(desk)
        self.joins = Joins(desk)
        self.comparisons = Comparisons(desk)
        self.today = Today(desk)
        self.imports = Imports(desk)
        self.drafts = Drafts(desk)
        self.views = Views(desk)
        self.histories = Histories(desk)
        self.removals = Removals(desk)
        self.completeness = Completeness(desk)
        self.privacy = Privacy(desk)
        self.undoing = Undoing(desk)
        self.sync = Sync(desk)
        self.backups = Backups(desk)
        self.stations = Stations(desk)
        self.institution = Institution(desk)
        self.settings = Settings(desk)
        self.users = Users(desk)
        self.audit = Audit(desk)
        self.integrity = Integrity(desk)

    @property
    def actor(self) -> Actor:
        """The person who unlocked the station."""
        return self.desk.actor

    def on_change(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call `listener` with the names of the tables after each commit (on the thread of the commit)."""
        self.desk.work.on_commit(listener)
