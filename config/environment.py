"""What the environment decides: the token, and which Discord, configuration file and data folder are meant.

| Variable            | Meaning                                                                                     |
|---------------------|---------------------------------------------------------------------------------------------|
| DISCORD_TOKEN       | the bot's token                                                                             |
| DISCORD_API_BASE    | another REST API than Discord's, such as ``http://127.0.0.1:8080/api/v10``                  |
| DISCORD_GATEWAY_URL | another gateway than Discord's, such as ``ws://127.0.0.1:8080/gateway``                     |
| DISCORD_CA_FILE     | certificates in PEM form that are trusted besides the usual ones                            |
| SPACES_CONFIG       | the configuration file, instead of ``config/spaces.yaml``                                   |
| SPACES_DATA         | a folder for everything that the bot keeps, instead of ``storage`` in the configuration file |

Variables that are set but empty count as not set.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from config.errors import ConfigurationError, Fault
from config.loader import DEFAULT_FILE

API_PATH = "/api/v10"
"""The version of the API that discord.py 2.7 speaks: https://discord.com/developers/docs/reference#api-versioning"""


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment, checked. None means: not set, Discord's own. The token shows in no representation."""

    token: str | None = field(default=None, repr=False)
    api_base: str | None = None
    gateway_url: str | None = None
    ca_file: Path | None = None
    config_file: Path = DEFAULT_FILE
    data_folder: Path | None = None


def read_environment(variables: Mapping[str, str]) -> Environment:
    """The environment out of ``variables`` (``os.environ``). Raises :class:`ConfigurationError` with all faults."""
    reader = _Reader(variables)
    environment = Environment(
        token=reader.token(),
        api_base=reader.api_base(),
        gateway_url=reader.gateway_url(),
        ca_file=reader.ca_file(),
        config_file=reader.path("SPACES_CONFIG") or DEFAULT_FILE,
        data_folder=reader.data_folder(),
    )
    if reader.faults:
        raise ConfigurationError(reader.faults)
    return environment


def config_file_in(variables: Mapping[str, str]) -> Path:
    """The configuration file that ``variables`` name, whatever else is wrong with them."""
    return _Reader(variables).path("SPACES_CONFIG") or DEFAULT_FILE


class _Reader:
    """Reads one variable at a time and collects what is wrong."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.faults: list[Fault] = []

    def token(self) -> str | None:
        token = self._value("DISCORD_TOKEN")
        if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
            return self._refuse("DISCORD_TOKEN", "must be the token alone: no blanks, nothing before or after it")
        return token

    def api_base(self) -> str | None:
        value = self._value("DISCORD_API_BASE")
        if value is None or (self._is_address(value, "http", "https") and urlsplit(value).path.endswith(API_PATH)):
            return value
        sentence = f'must be an http:// or https:// address that ends in {API_PATH}, not "{_shown(value)}"'
        return self._refuse("DISCORD_API_BASE", sentence)

    def gateway_url(self) -> str | None:
        value = self._value("DISCORD_GATEWAY_URL")
        if value is None or self._is_address(value, "ws", "wss"):
            return value
        return self._refuse("DISCORD_GATEWAY_URL", f'must be a ws:// or wss:// address, not "{_shown(value)}"')

    def ca_file(self) -> Path | None:
        path = self.path("DISCORD_CA_FILE")
        if path is None:
            return None
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
        except ssl.SSLError:
            return self._refuse("DISCORD_CA_FILE", f'must hold certificates in PEM form; "{path}" holds none')
        except OSError as error:
            return self._refuse("DISCORD_CA_FILE", f'must name a file of certificates; "{path}": {error.strerror}')
        return path

    def data_folder(self) -> Path | None:
        path = self.path("SPACES_DATA")
        if path is not None and "?" in str(path):
            return self._refuse("SPACES_DATA", f'must name a folder without "?" in its path, not "{path}"')
        try:
            if path is not None and path.exists() and not path.is_dir():
                return self._refuse("SPACES_DATA", f'must name a folder; "{path}" is something else')
        except OSError as error:
            return self._refuse("SPACES_DATA", f'must name a folder; "{path}": {error.strerror}')
        return path

    def path(self, name: str) -> Path | None:
        value = self._value(name)
        return None if value is None else Path(value)

    def _value(self, name: str) -> str | None:
        return self._variables.get(name, "").strip() or None

    def _refuse(self, name: str, sentence: str) -> None:
        self.faults.append(Fault(name, sentence))

    @staticmethod
    def _is_address(value: str, *schemes: str) -> bool:
        """Whether it is an address of one of these kinds, without a user name, a query or a fragment."""
        try:
            parts = urlsplit(value)
            port = parts.port
        except ValueError:
            return False
        bare = not (parts.username or parts.password or parts.query or parts.fragment)
        return parts.scheme in schemes and bool(parts.hostname) and port != 0 and bare and " " not in value


def _shown(address: str) -> str:
    """An address without what may be a password in it."""
    return f"…@{address.rpartition('@')[2]}" if "@" in address else address
