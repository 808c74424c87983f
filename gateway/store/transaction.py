"""What a transaction on one tenant's rows holds."""

from gateway.store.bookings import BookingRows
from gateway.store.calendars import CalendarRows
from gateway.store.channels import ChannelRows
from gateway.store.directories import DirectoryRows
from gateway.store.entries import EntryLog
from gateway.store.grants import GrantRows
from gateway.store.invitations import InvitationRows
from gateway.store.links import LinkRows
from gateway.store.personal import PersonalRows
from gateway.store.placing import HoldingRows
from gateway.store.receipts import ReceiptRows
from gateway.store.requests import RequestRows
from gateway.store.resources import ResourceRows
from gateway.store.scope import Scope
from gateway.store.signals import SignalRows
from gateway.store.states import StateRows
from gateway.store.subjects import SubjectRows
from gateway.store.told import Told
from gateway.store.transmitters import TransmitterRows
from gateway.store.usage import UsageRows


class Transaction:
    """One fenced transaction on one tenant's rows: cursor, bookings and entries commit together."""

    def __init__(self, scope: Scope) -> None:
        self.now = scope.now
        self.log = EntryLog(scope)
        self.bookings = BookingRows(scope, self.log)
        self.told = Told(scope, self.log)
        self.personal = PersonalRows(scope, self.told, self.bookings)
        self.resources = ResourceRows(scope, self.log)
        self.link = LinkRows(scope)
        self.grants = GrantRows(scope)
        self.invitations = InvitationRows(scope)
        self.calendars = CalendarRows(scope)
        self.channels = ChannelRows(scope)
        self.states = StateRows(scope, self.log)
        self.directory = DirectoryRows(scope)
        self.receipts = ReceiptRows(scope)
        self.subjects = SubjectRows(scope)
        self.transmitters = TransmitterRows(scope)
        self.signals = SignalRows(scope)
        self.holds = HoldingRows(scope)
        self.requests = RequestRows(scope)
        self.usage = UsageRows(scope)
