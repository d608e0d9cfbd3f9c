"""A local Discord over real sockets, for tests and demonstrations. See ``README.md``."""

from .errors import ApiError
from .model.audit_log import AuditLogAction
from .model.belongings import Emoji, Invite
from .model.channels import Channel, ChannelType
from .model.errors import EmulatorError
from .model.guild import EventStatus, Role, ScheduledEvent, StageInstance
from .model.members import Member, VoiceState
from .model.messages import Message
from .model.users import Application
from .people.guild import Guild
from .people.person import Person
from .people.replies import Modal, Reply
from .permissions import Permission
from .record import Call, Violation
from .server import Emulator
from .world import Settings

__all__ = [
    "ApiError",
    "Application",
    "AuditLogAction",
    "Call",
    "Channel",
    "ChannelType",
    "Emoji",
    "Emulator",
    "EmulatorError",
    "EventStatus",
    "Guild",
    "Invite",
    "Member",
    "Message",
    "Modal",
    "Permission",
    "Person",
    "Reply",
    "Role",
    "ScheduledEvent",
    "Settings",
    "StageInstance",
    "Violation",
    "VoiceState",
]
