"""The use cases: the only way in for screens and command line. They know ports, not storage, keys or network."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from broker_tui.domain.clock import Clock
from broker_tui.domain.views import FieldError, InvalidInput, Me, NotFound, Saved, StoreFull
from broker_tui.services.companies import Companies, VisitPart
from broker_tui.services.consents import Consents
from broker_tui.services.contacts import Contacts
from broker_tui.services.drafts import Drafts
from broker_tui.services.goals import Goals
from broker_tui.services.journal import Journal, UndoFault, UndoRefused
from broker_tui.services.lease import Leases
from broker_tui.services.people import People
from broker_tui.services.plans import Plans
from broker_tui.services.ports import ChangeListener, ChangeNote, Store
from broker_tui.services.search import Search
from broker_tui.services.settings import Settings
from broker_tui.services.today import Today
from broker_tui.services.trail import Trail
from broker_tui.services.work import Work

if TYPE_CHECKING:
    from broker_tui.services.agreements import Agreements
    from broker_tui.services.backups import Backups
    from broker_tui.services.devices import Devices
    from broker_tui.services.disclosure import Disclosure
    from broker_tui.services.exporting import Exporting
    from broker_tui.services.facts_file import FactsFile
    from broker_tui.services.forms import Forms
    from broker_tui.services.handovers import Handovers
    from broker_tui.services.importing import Importer
    from broker_tui.services.incidents import Incidents
    from broker_tui.services.local_settings import LocalSettings
    from broker_tui.services.news import News
    from broker_tui.services.programmes import Programmes
    from broker_tui.services.ready import Ready
    from broker_tui.services.receipts import Receipts
    from broker_tui.services.retention import Retention
    from broker_tui.services.shifts import Shifts
    from broker_tui.services.statements import Statements
    from broker_tui.services.syncing import Syncing
    from broker_tui.services.teams import Teams
    from broker_tui.services.twins import Twins
    from broker_tui.services.workplaces import Workplaces

__all__ = [
    "ChangeNote",
    "FieldError",
    "InvalidInput",
    "NotFound",
    "Saved",
    "Services",
    "StoreFull",
    "UndoFault",
    "UndoRefused",
    "VisitPart",
]


class Services:
    """All use cases over one open caseload. Every method is synchronous and may be called from worker threads.

    Args:
        store: the open caseload.
        clock: the program's idea of now.
        make_sync: builds the sync service when it is first asked for.
        on_close: closes what the caseload holds open.
        make_backups: builds the backups service when it is first asked for.
        make_exporting: builds the export service when it is first asked for.
        lease: the lease; the sync service renews the same one.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        make_sync: "Callable[[], Syncing] | None" = None,
        on_close: Callable[[], None] | None = None,
        make_backups: "Callable[[], Backups] | None" = None,
        make_exporting: "Callable[[], Exporting] | None" = None,
        lease: Leases | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self._make_sync = make_sync
        self._on_close = on_close
        self._make_backups = make_backups
        self._make_exporting = make_exporting
        self.people = People(store, clock)
        self.contacts = Contacts(store, clock)
        self.companies = Companies(store, clock)
        self.goals = Goals(store, clock)
        self.plans = Plans(store, clock)
        self.work = Work(store, clock)
        self.consents = Consents(store, clock)
        self.today = Today(store, clock, self._programmes)
        self.search = Search(store, clock)
        self.journal = Journal(store, clock)
        self.drafts = Drafts(store, clock)
        self.settings = Settings(store, clock)
        self.trail = Trail(store, clock)
        self.lease = lease or Leases(store, clock)

    @cached_property
    def programmes(self) -> "Programmes":
        """What the programmes ask; engine and definitions are loaded when it is first asked for."""
        from broker_tui.services.programmes import Programmes

        made = Programmes(self.store, self.clock)
        made.watch()
        return made

    @cached_property
    def statements(self) -> "Statements":
        """What people say about rules."""
        from broker_tui.services.statements import Statements

        return Statements(self.store, self.clock, self.programmes)

    @cached_property
    def forms(self) -> "Forms":
        """Forms of the programmes."""
        from broker_tui.services.forms import Forms

        return Forms(self.store, self.clock, self.programmes)

    @cached_property
    def agreements(self) -> "Agreements":
        """Agreements made in one go."""
        from broker_tui.services.agreements import Agreements

        return Agreements(self.store, self.clock, self.programmes)

    @cached_property
    def teams(self) -> "Teams":
        """Course teams."""
        from broker_tui.services.teams import Teams

        return Teams(self.store, self.clock, self.programmes)

    @cached_property
    def workplaces(self) -> "Workplaces":
        """Companies as flex-job workplaces."""
        from broker_tui.services.workplaces import Workplaces

        return Workplaces(self.store, self.clock, self.programmes, self.forms)

    @cached_property
    def twins(self) -> "Twins":
        """Companies that were entered twice."""
        from broker_tui.services.twins import Twins

        return Twins(self.store, self.clock)

    @cached_property
    def shifts(self) -> "Shifts":
        """Shifts, hours sheets and mentor time at a workplace."""
        from broker_tui.services.shifts import Shifts

        return Shifts(self.store, self.clock, self.programmes, self.forms)

    @cached_property
    def local_settings(self) -> "LocalSettings":
        """What the municipality sets for its programmes."""
        from broker_tui.services.local_settings import LocalSettings

        return LocalSettings(self.store, self.clock, self.programmes)

    @cached_property
    def facts_file(self) -> "FactsFile":
        """A case as a facts file and back."""
        from broker_tui.services.facts_file import FactsFile

        return FactsFile(self.store, self.clock, self.programmes)

    def _programmes(self) -> "Programmes":
        return self.programmes

    @cached_property
    def backups(self) -> "Backups":
        """Backups and checks."""
        if self._make_backups is None:
            raise RuntimeError("these services were made without a vault")
        return self._make_backups()

    @cached_property
    def exporting(self) -> "Exporting":
        """Files that leave the vault."""
        if self._make_exporting is None:
            raise RuntimeError("these services were made without a vault")
        return self._make_exporting()

    @cached_property
    def incidents(self) -> "Incidents":
        """Crashes of this laptop."""
        from broker_tui.services.incidents import Incidents

        return Incidents(self.store, self.clock)

    @cached_property
    def disclosure(self) -> "Disclosure":
        """What may be told to a company."""
        from broker_tui.services.disclosure import Disclosure

        return Disclosure(self.store, self.clock)

    @cached_property
    def receipts(self) -> "Receipts":
        """Receipts, kept and found again."""
        from broker_tui.services.receipts import Receipts

        return Receipts(self.store, self.clock)

    @cached_property
    def news(self) -> "News":
        """What others changed."""
        from broker_tui.services.news import News

        return News(self.store, self.clock)

    @cached_property
    def handovers(self) -> "Handovers":
        """Cases that go from one colleague to another, and those who stand in."""
        from broker_tui.services.handovers import Handovers

        return Handovers(self.store, self.clock, self._programmes)

    @cached_property
    def ready(self) -> "Ready":
        """Whether the laptop may leave the office."""
        from broker_tui.services.ready import Ready

        return Ready(self.store, self.clock, lambda: self.sync, self.backups.keeper)

    @cached_property
    def retention(self) -> "Retention":
        """How long closed cases stay on this laptop."""
        from broker_tui.services.retention import Retention

        return Retention(self.store, self.clock)

    @property
    def me(self) -> Me:
        """Whose laptop this is."""
        return self.store.me()

    @cached_property
    def sync(self) -> "Syncing":
        """Sync with the hub; the network library is loaded only when a sync starts."""
        if self._make_sync is None:
            raise RuntimeError("these services were made without a hub")
        return self._make_sync()

    @cached_property
    def devices(self) -> "Devices":
        """The broker's laptops, as the hub knows them."""
        from broker_tui.services.devices import Devices

        return Devices(self.store, self.sync)

    @cached_property
    def importer(self) -> "Importer":
        """Spreadsheets into the caseload; loaded when somebody imports."""
        from broker_tui.services.importing import Importer

        return Importer(self.store, self.clock)

    def on_change(self, callback: ChangeListener) -> None:
        """Call back after each commit, on whatever thread committed; the callback must not block."""
        self.store.subscribe(callback)

    def close(self) -> None:
        """Close the caseload and forget its key. Harmless twice."""
        close, self._on_close = self._on_close, None
        if close is not None:
            close()
