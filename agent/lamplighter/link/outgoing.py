"""What became of a publication, and what a broker's refusal means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lamplighter.link.packets import LARGEST_PACKET
from lamplighter.link.topics import topic_problem
from lamplighter.plugin import Publication

QUOTA_EXCEEDED = 0x97
TOPIC_INVALID = 0x90
PACKET_TOO_LARGE = 0x95
RETAIN_NOT_SUPPORTED = 0x9A
NOT_AUTHORISED = 0x87
PAYLOAD_INVALID = 0x99

# MQTT 5.0 section 3.4.2.1. Retain and size are not of PUBACK: the link says them itself, because
# a broker would end the connection over them.
_REASONS = {
    0x80: "unspecified error",
    0x83: "implementation specific error",
    NOT_AUTHORISED: "not authorised",
    TOPIC_INVALID: "topic name invalid",
    0x91: "packet identifier in use",
    PACKET_TOO_LARGE: "packet too large",
    QUOTA_EXCEEDED: "quota exceeded",
    PAYLOAD_INVALID: "payload format invalid",
    RETAIN_NOT_SUPPORTED: "retain not supported",
}
_LONGEST_FIELD = 0xFFFF
_HOPELESS = frozenset({TOPIC_INVALID, PACKET_TOO_LARGE, PAYLOAD_INVALID, RETAIN_NOT_SUPPORTED})
_PATIENCE = {NOT_AUTHORISED: 3}
_USUAL_PATIENCE = 10


class Fate(Enum):
    """What became of a publication."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A publication's end: ``code`` is the broker's MQTT 5 reason code, 0 where it gave none."""

    fate: Fate
    code: int = 0

    @property
    def reason(self) -> str:
        """The refusal in words."""
        return _REASONS.get(self.code, f"reason {self.code:#04x}")


DELIVERED = Outcome(Fate.DELIVERED)
LOST = Outcome(Fate.LOST)


def outcome_of(code: int) -> Outcome:
    """The outcome that a PUBACK's reason code means: 0x80 and above is a refusal."""
    return Outcome(Fate.REFUSED, code) if code >= 0x80 else DELIVERED


@dataclass(frozen=True, slots=True)
class Limits:
    """What a broker takes, as it said when it accepted the connection.

    Attributes:
        receive_maximum: unacknowledged QoS 1 messages at once.
        packet_size: bytes of the largest packet, None without a limit.
        retain: False where it takes no retained messages.
        qos: highest quality of service.
    """

    receive_maximum: int = 65535
    packet_size: int | None = None
    retain: bool = True
    qos: int = 2

    def refusal(self, publication: Publication) -> Outcome | None:
        """Why this must not even be sent, or None: a broker ends the connection over it."""
        response = publication.response_topic
        if topic_problem(publication.topic) or (response is not None and topic_problem(response)):
            return Outcome(Fate.REFUSED, TOPIC_INVALID)
        if publication.retain and not self.retain:
            return Outcome(Fate.REFUSED, RETAIN_NOT_SUPPORTED)
        # 5 bytes of fixed header, 2 each of topic length and message id, 4 of property length and
        # as many as 5 + 3 + 3 of the three properties that a publication can have.
        size = 24 + len(publication.payload) + len(publication.topic.encode())
        size += len((response or "").encode())
        correlation = len(publication.correlation or b"")
        size += correlation
        for name, value in publication.user_properties:
            size += 5 + len(name.encode()) + len(value.encode())
        if publication.content_type is not None:
            size += 3 + len(publication.content_type.encode())
        if size > (self.packet_size or LARGEST_PACKET) or correlation > _LONGEST_FIELD:
            return Outcome(Fate.REFUSED, PACKET_TOO_LARGE)
        return None


def gives_up(code: int, attempts: int) -> bool:
    """True where a publication refused so often with this code is not to be tried again.

    What the message itself causes never changes; a missing right may be given within a few
    attempts; a quota passes, however long it takes.
    """
    if code == QUOTA_EXCEEDED:
        return False
    return code in _HOPELESS or attempts >= _PATIENCE.get(code, _USUAL_PATIENCE)
