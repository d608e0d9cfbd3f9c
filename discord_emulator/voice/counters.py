"""What the voice server saw, for tests to assert on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class VoiceCounters:
    """Totals since the server started. Each datagram received adds to ``packets_in`` and to one reason."""

    packets_in: int = 0
    """Datagrams received, of any kind, from clients and from people."""
    accepted: int = 0
    """Datagrams of somebody who may speak, whether or not anybody was there to hear; of clients: that authenticated."""
    forwarded: int = 0
    """Copies sent on: one accepted packet counts once for each receiver."""
    discoveries: int = 0
    keepalives: int = 0
    rtcp: int = 0
    """RTCP of clients, which goes nowhere."""
    malformed: int = 0
    """Neither RTP, RTCP, discovery nor keepalive."""
    unknown_ssrc: int = 0
    unauthenticated: int = 0
    """RTP that the key of its SSRC's owner does not open."""
    dropped_unannounced: int = 0
    """Sent before the sender's first op 5."""
    dropped_suppressed: int = 0
    """Sent by somebody who is suppressed, muted or in no channel."""
    black_holed_in: int = 0
    """Datagrams of clients that a black hole swallowed; they count nowhere else."""
    black_holed_out: int = 0
    """Datagrams to clients that a black hole swallowed."""
    send_failures: int = 0
    """Copies that the operating system did not take."""
    dave_ignored: int = 0
    """End-to-end encryption messages of clients, which a call without it does not need."""
    identified: int = 0
    """Sessions begun with op 0."""
    resumed: int = 0
    """Sessions gone on with by op 7."""
    closes: Counter[int] = field(default_factory=Counter)
    """Websockets that the server closed, by close code."""
