"""Status and health: topics, payloads, retained."""

from __future__ import annotations

import json
from typing import cast

from tests.unit.core.stand_ins import FakeLink

from lamplighter.link.link import Link
from lamplighter.presence import Presence, will


def test_the_will_says_offline_retained() -> None:
    last = will("lamplighter/n")
    assert (last.topic, last.payload) == ("lamplighter/n/status", b"offline")
    assert (last.qos, last.retain) == (1, True)


def test_online_and_farewell_are_retained_on_the_wills_topic() -> None:
    link = FakeLink()
    presence = Presence(cast("Link", link), "lamplighter/n", dict)
    presence.online()
    [said] = link.published
    assert (said.topic, said.payload) == ("lamplighter/n/status", b"online")
    assert (said.qos, said.retain) == (1, True)
    assert presence.farewell() == will("lamplighter/n")


def test_health_is_computed_anew_each_time() -> None:
    link = FakeLink()
    depths = iter([1, 2])
    presence = Presence(cast("Link", link), "lamplighter/n", lambda: {"depth": next(depths)})
    presence.publish_health()
    presence.publish_health()
    payloads = [json.loads(each.payload) for each in link.published]
    assert [payload["depth"] for payload in payloads] == [1, 2]
    assert payloads[0]["versions"]["lamplighter"]
    assert all(each.retain and each.topic == "lamplighter/n/health" for each in link.published)
