"""A throwaway certificate authority for ``wss://127.0.0.1``."""

from __future__ import annotations

import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Certificate:
    """``ca_file`` (PEM) is what clients trust, ``server_context`` what the server answers TLS with."""

    ca_file: Path
    server_context: ssl.SSLContext
    _folder: tempfile.TemporaryDirectory[str]

    @classmethod
    def issue(cls, host: str) -> Certificate:
        """Makes an authority and a certificate for ``host``, kept in a temporary folder until :meth:`discard`."""
        authority = trustme.CA()
        folder = tempfile.TemporaryDirectory(prefix="discord-emulator-")
        ca_file = Path(folder.name) / "ca.pem"
        authority.cert_pem.write_to_path(str(ca_file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(context)
        return cls(ca_file, context, folder)

    def discard(self) -> None:
        """Removes the files."""
        self._folder.cleanup()
