"""What the node says of itself: ``status`` and ``health``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lamplighter.link.link import Link
from lamplighter.plugin import Publication
from lamplighter.process_facts import versions

ONLINE = b"online"
OFFLINE = b"offline"


def will(root: str) -> Publication:
    """The last will: the broker says ``offline`` where the daemon can't."""
    return Publication(f"{root}/status", OFFLINE, qos=1, retain=True)


class Presence:
    """Publishes status and health, straight over the link.

    They take no way through the outbox: what they said while the link was down is worth nothing.

    Args:
        link: the connection.
        root: ``lamplighter/<node>``.
        facts: what health consists of, computed anew.
        also: told each health as it is published.
    """

    def __init__(
        self,
        link: Link,
        root: str,
        facts: Callable[[], dict[str, Any]],
        also: Callable[[Publication], None] = lambda _publication: None,
    ) -> None:
        self.link = link
        self.root = root
        self.facts = facts
        self.also = also
        self.versions = versions()

    def online(self) -> None:
        """Says ``online``; called after every connection."""
        self._send(Publication(f"{self.root}/status", ONLINE, qos=1, retain=True))

    def farewell(self) -> Publication:
        """The message of a clean stop."""
        return will(self.root)

    def publish_health(self) -> None:
        """Publishes the health as it is now."""
        payload = json.dumps({"versions": self.versions, **self.facts()}, separators=(",", ":"))
        publication = Publication(f"{self.root}/health", payload.encode(), qos=0, retain=True)
        self._send(publication)
        self.also(publication)

    def _send(self, publication: Publication) -> None:
        """Sends once; what the broker refuses or never got is replaced by the next one."""
        self.link.publish(publication, lambda _outcome: None)
