"""A process that opens many connections to one port and then does nothing: ``crowd.py HOST PORT NUMBER``.

One in three says nothing, one sends half a request, one becomes a gateway socket that never identifies. Prints
``open`` once all are connected, ``closed`` once the other side has closed every one of them.
"""

from __future__ import annotations

import resource
import selectors
import socket
import sys
from contextlib import suppress

GREETINGS = (
    b"",
    b"GET /api/v10/gateway HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    b"GET /gateway?v=10&encoding=json HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
)


def main(host: str, port: int, number: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    waiting = selectors.DefaultSelector()
    for index in range(number):
        client = socket.create_connection((host, port))
        with suppress(ConnectionError):
            client.sendall(GREETINGS[index % len(GREETINGS)])
        client.setblocking(False)
        waiting.register(client, selectors.EVENT_READ)
    tell("open")
    while waiting.get_map():
        for key, _ in waiting.select():
            read_or_forget(waiting, key.fileobj)
    tell("closed")


def read_or_forget(waiting: selectors.BaseSelector, client: object) -> None:
    assert isinstance(client, socket.socket)
    try:
        if client.recv(65_536):
            return
    except BlockingIOError:
        return
    except ConnectionError:
        pass
    waiting.unregister(client)
    client.close()


def tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
