"""Finding a port for the embedded broker."""

from __future__ import annotations

import socket

import pytest
from tools.demo.broker import HOST, free_port


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        if port < 65500:
            assert free_port(port) > port
        with pytest.raises(OSError, match="no free port"):
            free_port(port, tries=1)
