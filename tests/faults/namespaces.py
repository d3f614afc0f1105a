"""An agent and a broker with a router between them that can be made to swallow packets.

Three network namespaces of our own, so nothing else on the machine is touched: packets vanish on
the way without a word to anybody, as where a cable is cut far away or a firewall forgets a flow.

    near (agent) 10.77.1.2 ──── 10.77.1.1 router 10.77.2.1 ──── 10.77.2.2 far (broker)
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

NEAR, FAR = "10.77.1.2", "10.77.2.2"
_ROUTER_NEAR, _ROUTER_FAR = "10.77.1.1", "10.77.2.1"
_TOOLS = ("unshare", "nsenter", "ip")


class NoNamespacesError(Exception):
    """Network namespaces can't be made here; says why."""


class Namespaces:
    """Made by :meth:`start`, gone with :meth:`stop`. Whoever is not root makes them as one."""

    def __init__(self) -> None:
        self._holders: dict[str, subprocess.Popen[bytes]] = {}
        self._as_user = os.geteuid() != 0

    def start(self) -> None:
        """Makes the namespaces and the wires between them.

        Raises:
            NoNamespacesError: that is not possible on this machine.
        """
        missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
        if missing:
            raise NoNamespacesError(f"{', '.join(missing)} not installed")
        try:
            self._hold("router", ["unshare", *(["-Ur"] if self._as_user else []), "--net"])
            for name in ("near", "far"):
                self._hold(name, [*self._enter("router"), "unshare", "--net"])
            self._wire("near", NEAR, _ROUTER_NEAR)
            self._wire("far", FAR, _ROUTER_FAR)
            self._run("router", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        except (OSError, subprocess.CalledProcessError) as error:
            self.stop()
            said = getattr(error, "stderr", b"") or b""
            raise NoNamespacesError(f"{error} {said.decode(errors='replace')}") from error

    def stop(self) -> None:
        """Ends them, and with them whatever is still wired to them."""
        for holder in self._holders.values():
            holder.kill()
            holder.wait(10)
        self._holders.clear()

    def command(self, name: str, arguments: Sequence[str]) -> list[str]:
        """The command that runs another one within a namespace; it replaces itself by it."""
        return [*self._enter(name), *arguments]

    def swallow(self, *addresses: str) -> None:
        """The router drops what is for these addresses, and tells nobody."""
        for address in addresses:
            self._run("router", "ip", "route", "replace", "blackhole", f"{address}/32")

    def heal(self, *addresses: str) -> None:
        """It delivers to them again."""
        for address in addresses:
            self._run("router", "ip", "route", "del", "blackhole", f"{address}/32")

    def _wire(self, name: str, address: str, router: str) -> None:
        pid = str(self._holders[name].pid)
        self._run("router", "ip", "link", "add", name, "type", "veth", "peer", "eth0", "netns", pid)
        self._run("router", "ip", "address", "add", f"{router}/24", "dev", name)
        self._run("router", "ip", "link", "set", name, "up")
        self._run(name, "ip", "address", "add", f"{address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            self._run(name, "ip", "link", "set", device, "up")
        self._run(name, "ip", "route", "add", "default", "via", router)

    def _hold(self, name: str, command: list[str]) -> None:
        """Keeps a namespace by a process that does nothing in it."""
        holder = subprocess.Popen(
            # It ends with the test's process, however that ends.
            [*command, "sh", "-c", "echo; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._holders[name] = holder
        assert holder.stdout is not None
        assert holder.stderr is not None
        if holder.stdout.readline() == b"":
            reason = holder.stderr.read().decode(errors="replace").strip()
            raise NoNamespacesError(reason)

    def _enter(self, name: str) -> list[str]:
        user = ["-U", "--preserve-credentials"] if self._as_user else []
        return ["nsenter", "-t", str(self._holders[name].pid), *user, "--net"]

    def _run(self, name: str, *command: str) -> None:
        subprocess.run(self.command(name, command), check=True, capture_output=True, timeout=20)
