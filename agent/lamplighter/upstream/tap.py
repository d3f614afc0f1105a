"""The link over which messages come that are only to be forwarded."""

from __future__ import annotations

from collections.abc import Callable, Collection

from lamplighter.link.link import Link


class Tap:
    """A session of its own at the local broker, with the rules' filters.

    A broker may send a message once for each filter that matches it, and what is for plugins must
    not come twice; nor must what is forwarded.

    Args:
        link: to the local broker.
        held: the filters that the broker holds from earlier runs.
    """

    def __init__(self, link: Link, held: Callable[[], Collection[str]]) -> None:
        self.link = link
        self.held = held

    def want(self, filters: Collection[str]) -> None:
        """Subscribes these and nothing else; where there is nothing to be done, nothing connects.

        Filters of an earlier run are unsubscribed: a broker would keep what matches for days.

        Raises:
            StoreError: the database can't be read.
        """
        self.link.subscribe(filters)
        if not self.link.is_alive() and (filters or self.held()):
            self.link.start()

    def stop(self) -> None:
        """Says goodbye; takes at most two seconds, in any thread."""
        self.link.stop()
