"""The link against a real mosquitto: everything that can lose a message."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from tests.broker.brokers import Certificates, IotCore, Mosquitto
from tests.broker.links import Plain, Watched

from lamplighter.link.events import (
    Connected,
    ConnectFailed,
    ConnectRefused,
    Disconnected,
    HandoverFailed,
    QosLowered,
    SessionLost,
    SubscribeRefused,
)
from lamplighter.link.outgoing import DELIVERED, LOST
from lamplighter.link.settings import Tls
from lamplighter.plugin import Publication

pytestmark = pytest.mark.broker

Start = Callable[..., Mosquitto]
Watch = Callable[..., Watched]
MakePlain = Callable[..., Plain]


def numbered(count: int, start: int = 0) -> list[bytes]:
    return [str(number).encode() for number in range(start, start + count)]


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_messages_that_came_while_away_are_there_after_a_restart(
    start_mosquitto: Start, watch: Watch, plain: MakePlain, protocol: str
) -> None:
    broker = start_mosquitto()
    first = watch(broker.port, protocol=protocol).start("in/#")
    first.link.stop()
    plain(broker.port).publish("in/a", numbered(100))
    second = watch(broker.port, protocol=protocol, filters=first.filters).start("in/#")
    second.await_messages(100)
    assert second.payloads() == numbered(100)
    assert second.await_event(Connected).session_present
    assert second.link.state().gaps == 0


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_killed_broker_that_persists_still_has_what_was_not_acked(
    start_mosquitto: Start, watch: Watch, plain: MakePlain, protocol: str
) -> None:
    broker = start_mosquitto(persistence=True)
    watched = watch(broker.port, protocol=protocol, acks=False).start("in/#")
    sender = plain(broker.port)
    sender.publish("in/a", numbered(20))
    before = list(watched.await_messages(20))
    watched.ack(before[:5])
    watched.await_subscribed()
    broker.save()
    broker.kill()
    watched.await_event(Disconnected)
    broker.start()
    watched.await_event(Connected, 2)
    watched.await_messages(20 + 15)
    assert watched.payloads()[20:] == numbered(15, 5)
    assert all(one.message.duplicate for one in watched.received[20:])


def test_a_stale_ack_acks_nothing_on_the_next_connection(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto(persistence=True)
    watched = watch(broker.port, acks=False).start("in/#")
    plain(broker.port).publish("in/a", numbered(10))
    old = list(watched.await_messages(10))
    broker.save()
    broker.stop()
    watched.await_event(Disconnected)
    broker.start()
    watched.await_messages(20)
    # The ids of the two connections are the same: only the epoch tells them apart.
    assert [one.mid for one in old] == [one.mid for one in watched.received[10:]]
    watched.ack(old)
    watched.await_subscribed()
    assert watched.link.state().stale_acks == 10
    watched.link.stop()
    third = watch(broker.port, filters=watched.filters).start("in/#")
    assert [one.message.payload for one in third.await_messages(10)] == numbered(10)


def test_acked_messages_do_not_come_again(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port).start("in/#")
    plain(broker.port).publish("in/a", numbered(300))
    watched.await_messages(300)
    watched.await_subscribed()
    watched.link.stop()
    again = watch(broker.port, filters=watched.filters).start("in/#")
    again.await_subscribed()
    assert again.received == []
    assert watched.link.state().acked == 300


def test_receive_maximum_bounds_what_is_unacked(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port, acks=False, receive_maximum=10).start("in/#")
    plain(broker.port).publish("in/a", numbered(50))
    watched.await_messages(10)
    watched.await_subscribed()
    assert watched.payloads() == numbered(10)
    watched.acks = True
    watched.ack(watched.received[:10])
    assert [one.message.payload for one in watched.await_messages(50)] == numbered(50)


def test_a_failing_hand_over_is_told_not_acked_and_kills_nothing(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port, fails={"in/bad"}).start("in/#")
    sender = plain(broker.port)
    sender.publish("in/bad", [b"bad"])
    assert watched.await_event(HandoverFailed).topic == "in/bad"
    sender.publish("in/good", [b"good"])
    watched.await_messages(1)
    assert watched.payloads() == [b"good"]
    assert watched.link.state().handover_failures == 1
    watched.link.stop()
    second = watch(broker.port, filters=watched.filters).start("in/#")
    assert [one.message.payload for one in second.await_messages(1)] == [b"bad"]


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_forgotten_session_is_told_and_subscribed_again(
    start_mosquitto: Start, watch: Watch, plain: MakePlain, protocol: str
) -> None:
    broker = start_mosquitto()
    began = time.time()
    watched = watch(broker.port, protocol=protocol).start("in/#")
    broker.stop()
    watched.await_event(Disconnected)
    broker.start()
    lost = watched.await_event(SessionLost)
    assert lost.since is not None
    assert began <= lost.since <= lost.until <= time.time()
    watched.await_subscribed()
    plain(broker.port).publish("in/a", [b"after"])
    assert [one.message.payload for one in watched.await_messages(1)] == [b"after"]
    assert watched.link.state().gaps == 1
    assert watched.link.state().reconnects == 1


def test_a_session_expected_from_an_earlier_run_is_missed(
    start_mosquitto: Start, watch: Watch
) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port, filters={"in/#"}).start("in/#")
    assert watched.await_event(SessionLost).since is None


def test_the_first_connection_ever_is_no_gap(start_mosquitto: Start, watch: Watch) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port).start("in/#")
    watched.await_subscribed()
    assert not [event for event in watched.events if isinstance(event, SessionLost)]


def test_a_clean_link_expects_no_session(start_mosquitto: Start, watch: Watch) -> None:
    broker = start_mosquitto()
    first = watch(broker.port, clean=True).start("in/#")
    first.link.stop()
    second = watch(broker.port, clean=True, filters=first.filters).start("in/#")
    second.await_subscribed()
    assert not second.await_event(Connected).session_present
    assert second.link.state().gaps == 0


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_filters_that_left_are_unsubscribed_even_those_of_an_earlier_run(
    start_mosquitto: Start, watch: Watch, plain: MakePlain, protocol: str
) -> None:
    broker = start_mosquitto()
    first = watch(broker.port, protocol=protocol).start("old/#", "kept/#")
    first.link.stop()
    second = watch(broker.port, protocol=protocol, filters=first.filters)
    second.start("kept/#", "dropped/#")
    second.link.subscribe(["kept/#"])
    second.await_subscribed()
    sender = plain(broker.port)
    for topic in ("old/a", "dropped/a", "kept/a"):
        sender.publish(topic, [topic.encode()])
    second.await_messages(1)
    second.await_subscribed()
    assert second.payloads() == [b"kept/a"]
    assert second.filters == {"kept/#"}


def test_many_filters_go_in_batches(start_mosquitto: Start, watch: Watch, plain: MakePlain) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port).start(*(f"in/{number}" for number in range(250)))
    sender = plain(broker.port)
    for number in (0, 249):
        sender.publish(f"in/{number}", [b"x"])
    assert {one.message.topic for one in watched.await_messages(2)} == {"in/0", "in/249"}
    assert broker.log().count("Received SUBSCRIBE from agent") == 3


def test_an_invalid_filter_is_told_and_hurts_no_other(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port).start("a#", "in/#")
    refused = watched.await_event(SubscribeRefused)
    assert (refused.topic_filter, refused.retry_in) == ("a#", None)
    plain(broker.port).publish("in/a", [b"x"])
    watched.await_messages(1)


def test_retained_messages_come_once_a_run_and_again_when_asked(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto(persistence=True)
    plain(broker.port).publish("in/a", [b"kept"], retain=True)
    watched = watch(broker.port).start("in/#")
    assert watched.await_messages(1)[0].message.retain
    broker.save()
    broker.stop()
    watched.await_event(Disconnected)
    broker.start()
    watched.await_event(Connected, 2)
    watched.await_subscribed()
    assert len(watched.received) == 1
    watched.link.refresh(["in/#", "other/#"])
    assert watched.await_messages(2)[1].message.retain
    # A new run has an empty memory: it is told everything, though the session knows the filter.
    watched.link.stop()
    second = watch(broker.port, filters=watched.filters).start("in/#")
    assert second.await_messages(1)[0].message.payload == b"kept"


def test_the_will_is_published_when_the_link_dies_and_not_after_a_goodbye(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto()
    listener = plain(broker.port)
    listener.subscribe("node/status")
    will = Publication("node/status", b"will", retain=True)
    polite = watch(broker.port, will=will).start()
    polite.link.stop(Publication("node/status", b"farewell", retain=True))
    listener.await_heard(1)
    other = subprocess.Popen(
        [sys.executable, "-c", DYING, str(broker.port)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "connected\n"
    other.kill()
    other.wait(5)
    other.stdout.close()
    assert [one.payload for one in listener.await_heard(2)] == [b"farewell", b"will"]


DYING = """
import random, sys, threading, time
import structlog
from lamplighter.link.settings import Broker
from lamplighter.link.events import Connected
from lamplighter.link.link import Link
from lamplighter.plugin import Publication

structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=sys.stderr))
connected = threading.Event()
link = Link(
    Broker(port=int(sys.argv[1])), name="broker", client_id="dying", clock=time.time,
    monotonic=time.monotonic, random=random.random, on_message=print,
    on_event=lambda event: isinstance(event, Connected) and connected.set(),
    will=Publication("node/status", b"will", retain=True),
)
link.start()
connected.wait(10)
print("connected", flush=True)
time.sleep(60)
"""


def test_response_topic_correlation_and_odd_properties_arrive(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port).start("in/#")
    # A byte order mark in a user property is legal, and makes paho's own decoder give up.
    plain(broker.port).ask("in/ask", b"hello", "back/here", b"\x00\x01")
    message = watched.await_messages(1)[0].message
    assert (message.response_topic, message.correlation) == ("back/here", b"\x00\x01")
    assert watched.link.state().reconnects == 0


def test_a_publication_carries_expiry_and_reply_properties(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto()
    listener = plain(broker.port)
    listener.subscribe("out/#")
    watched = watch(broker.port).start()
    watched.publish(
        "out/a",
        b"x",
        expires_at=time.time() + 100,
        response_topic="back",
        correlation=b"c",
    )
    assert watched.await_outcomes(1) == [DELIVERED]
    properties: Any = listener.await_heard(1)[0].properties
    assert 90 <= properties.MessageExpiryInterval <= 100
    assert (properties.ResponseTopic, properties.CorrelationData) == ("back", b"c")


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_qos_0_and_1_publications_are_told_as_delivered(
    start_mosquitto: Start, watch: Watch, plain: MakePlain, protocol: str
) -> None:
    broker = start_mosquitto()
    listener = plain(broker.port)
    listener.subscribe("out/#")
    watched = watch(broker.port, protocol=protocol).start()
    watched.publish("out/a", b"0", qos=0)
    watched.publish("out/a", b"1", qos=1, retain=True)
    assert watched.await_outcomes(2) == [DELIVERED, DELIVERED]
    assert [one.payload for one in listener.await_heard(2)] == [b"0", b"1"]
    assert watched.link.state().sent == 2


def test_what_is_in_flight_when_the_connection_ends_is_told_as_lost(
    start_mosquitto: Start, watch: Watch
) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port).start()
    broker.freeze()
    assert watched.publish("out/a", b"x")
    assert watched.link.state().in_flight == 1
    broker.kill()
    assert watched.await_outcomes(1) == [LOST]
    watched.await_event(Disconnected)
    assert not watched.publish("out/a", b"y")
    assert watched.link.window() == 0


def test_a_silent_broker_is_noticed_after_one_and_a_half_keepalives(
    start_mosquitto: Start, watch: Watch
) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port, keepalive=2).start()
    broker.freeze()
    assert "nothing heard" in watched.await_event(Disconnected).reason
    assert not watched.link.state().connected


def test_pings_keep_a_quiet_connection_up(start_mosquitto: Start, watch: Watch) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port, keepalive=1).start()
    deadline = time.monotonic() + 10
    while broker.log().count("PINGRESP") < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert broker.log().count("PINGRESP") >= 3
    assert watched.link.state().connected
    assert watched.link.state().reconnects == 0


def test_a_paused_link_reads_nothing_and_stays_connected(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port, keepalive=1).start("in/#")
    watched.link.pause()
    plain(broker.port).publish("in/a", numbered(50))
    # Longer than the broker waits for a silent client.
    time.sleep(2.5)
    assert watched.received == []
    assert watched.link.state().paused
    watched.link.resume()
    assert [one.message.payload for one in watched.await_messages(50)] == numbered(50)
    assert watched.link.state().reconnects == 0


def test_a_large_message_comes_whole(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port).start("in/#")
    payload = bytes(range(256)) * 20_000
    plain(broker.port).publish("in/a", [payload, b"small"])
    watched.await_messages(2)
    assert watched.payloads() == [payload, b"small"]


def test_tls_with_an_own_ca_and_a_client_certificate(
    start_mosquitto: Start, watch: Watch, certificates: Certificates
) -> None:
    broker = start_mosquitto(certificates=certificates)
    tls = Tls(certificates.ca, certificates.client, certificates.client_key)
    watched = watch(broker.port, tls=tls, host="localhost").start("in/#")
    payloads = [bytes([number]) * 30_000 for number in range(20)]
    for payload in payloads:
        watched.publish("in/a", payload)
    assert watched.await_outcomes(21)[1:] == [DELIVERED] * 20
    watched.await_messages(20)
    assert watched.payloads() == payloads


def test_tls_without_the_right_ca_or_certificate_says_why(
    start_mosquitto: Start, watch: Watch, certificates: Certificates
) -> None:
    broker = start_mosquitto(certificates=certificates)
    stranger = watch(broker.port, tls=Tls())
    stranger.link.start()
    assert "certificate" in stranger.await_event(ConnectFailed).reason.lower()
    nameless = watch(broker.port, tls=Tls(certificates.ca))
    nameless.link.start()
    assert nameless.await_event(ConnectFailed).reason
    missing = watch(broker.port, tls=Tls(certificates.ca.with_name("missing.crt")))
    missing.link.start()
    assert missing.await_event(ConnectFailed).reason


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_wrong_password_is_told_and_a_new_one_needs_no_restart(
    start_mosquitto: Start, watch: Watch, tmp_path: Path, protocol: str
) -> None:
    broker = start_mosquitto(users={"agent": "right"})
    password = tmp_path / "password"
    password.write_text("wrong\n")
    login = {"username": "agent", "password_file": password, "protocol": protocol}
    watched = watch(broker.port, **login)
    watched.link.start()
    refused = watched.await_event(ConnectRefused)
    assert refused.code in (0x86, 0x87)
    assert 30 <= refused.retry_in <= 60
    assert not watched.link.state().connected
    assert "refused" in watched.link.state().last_error
    watched.link.stop()
    password.write_text("right\n")
    watch(broker.port, **login).start()


def test_a_missing_password_file_is_told(start_mosquitto: Start, watch: Watch) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port, username="agent", password_file=Path("/nonexistent/password"))
    watched.link.start()
    assert "/nonexistent/password" in watched.await_event(ConnectFailed).reason


def test_the_start_does_not_need_the_broker(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto()
    broker.stop()
    watched = watch(broker.port)
    watched.link.subscribe(["in/#"])
    watched.link.start()
    watched.await_event(ConnectFailed)
    broker.start()
    watched.await_event(Connected)
    watched.await_subscribed()
    plain(broker.port).publish("in/a", [b"x"])
    watched.await_messages(1)


def test_a_filter_granted_with_qos_0_is_told(start_mosquitto: Start, watch: Watch) -> None:
    broker = start_mosquitto(lines=("max_qos 0",))
    watched = watch(broker.port).start("in/#")
    assert watched.await_event(QosLowered).topic_filter == "in/#"


def test_messages_an_old_session_holds_with_qos_2_are_acked_too(
    start_mosquitto: Start, watch: Watch, plain: MakePlain
) -> None:
    broker = start_mosquitto()
    from_before = watch(broker.port, client_id="agent")
    from_before.start("in/#")
    from_before.link.stop()
    raise_qos(broker.port)
    sender = plain(broker.port)
    for number in range(30):
        sender.client.publish("in/a", str(number), 2).wait_for_publish(5)
    watched = watch(broker.port, filters={"in/#"}).start("in/#")
    assert [one.message.payload for one in watched.await_messages(30)] == numbered(30)
    watched.await_subscribed()
    watched.link.stop()
    again = watch(broker.port, filters={"in/#"}).start("in/#")
    again.await_subscribed()
    assert again.received == []


def raise_qos(port: int) -> None:
    """What an earlier client under the agent's id did: it subscribed with QoS 2."""
    old = Client(
        CallbackAPIVersion.VERSION2,
        client_id="agent",
        protocol=MQTTProtocolVersion.MQTTv311,
        clean_session=False,
    )
    answered: list[int] = []
    old.on_subscribe = lambda *arguments: answered.append(arguments[2])
    old.connect("127.0.0.1", port)
    old.loop_start()
    old.subscribe("in/#", 2)
    deadline = time.monotonic() + 5
    while not answered and time.monotonic() < deadline:
        time.sleep(0.01)
    old.disconnect()
    old.loop_stop()
    assert answered


def test_the_embedded_broker_is_spoken_to_in_both_protocols(iotcore: IotCore, watch: Watch) -> None:
    for protocol, port in (("5", iotcore.port), ("3.1.1", iotcore.port_v4)):
        watched = watch(port, protocol=protocol, client_id=f"agent{protocol}").start("in/#")
        watched.publish("in/a", protocol.encode())
        watched.await_messages(1)
        assert watched.payloads() == [protocol.encode()]
        watched.await_outcomes(2)
        watched.link.stop()
