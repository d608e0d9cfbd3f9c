"""What the media server saw, for tests to assert on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class VoiceCounters:
    """Totals since the server started. Each datagram received adds to ``packets_in`` and to one reason."""

    packets_in: int = 0
    """Datagrams received, of any kind."""
    accepted: int = 0
    """RTP packets that authenticated and whose sender may speak, whether or not anybody was there to hear."""
    forwarded: int = 0
    """Copies sent on: one accepted packet counts once for each receiver."""
    discoveries: int = 0
    keepalives: int = 0
    rtcp: int = 0
    malformed: int = 0
    """Neither RTP, RTCP, discovery nor keepalive."""
    unknown_ssrc: int = 0
    unauthenticated: int = 0
    """RTP that the key of its SSRC's owner does not open."""
    dropped_unannounced: int = 0
    """Sent before the sender's first op 5."""
    dropped_suppressed: int = 0
    """Sent by somebody who is suppressed, muted or in no channel."""
    send_failures: int = 0
    """Copies that the operating system did not take."""
    binary_ignored: int = 0
    """Binary (DAVE) websocket messages, which no stage call uses."""
