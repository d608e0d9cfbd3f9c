"""The environment is checked as a whole; the token appears nowhere but in its field."""

from pathlib import Path

import pytest
import trustme

from config.environment import Environment, config_file_in, read_environment
from config.errors import ConfigurationError
from config.loader import DEFAULT_FILE

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB"


def faults(**variables: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read_environment(variables)
    return [str(fault) for fault in caught.value.faults]


def test_nothing_set_means_discord_itself() -> None:
    assert read_environment({}) == Environment(None, None, None, None, DEFAULT_FILE, None)
    assert read_environment({"DISCORD_API_BASE": "", "SPACES_DATA": " "}) == read_environment({})


def test_everything_set(tmp_path: Path) -> None:
    certificate = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(certificate)

    environment = read_environment(
        {
            "DISCORD_TOKEN": f" {TOKEN}\n",
            "DISCORD_API_BASE": "http://127.0.0.1:8080/api/v10",
            "DISCORD_GATEWAY_URL": "ws://127.0.0.1:8080/gateway",
            "DISCORD_CA_FILE": str(certificate),
            "SPACES_CONFIG": "my.yaml",
            "SPACES_DATA": str(tmp_path),
            "HOME": "/elsewhere",
        }
    )

    assert environment == Environment(
        TOKEN,
        "http://127.0.0.1:8080/api/v10",
        "ws://127.0.0.1:8080/gateway",
        certificate,
        Path("my.yaml"),
        tmp_path,
    )
    assert TOKEN not in repr(environment)


@pytest.mark.parametrize(
    "address",
    [
        "https://discord.com/api/v9",
        "https://discord.com/api/v10/",
        "https://discord.com/api/v10?x=1",
        "ftp://discord.com/api/v10",
        "discord.com/api/v10",
        "http:///api/v10",
        "http://[::1/api/v10",
        "http://host:port/api/v10",
        "http://host:99999/api/v10",
        "http://ho st/api/v10",
        "/api/v10",
    ],
)
def test_another_api_is_an_address_of_version_10(address: str) -> None:
    (fault,) = faults(DISCORD_API_BASE=address)

    assert fault == (f'DISCORD_API_BASE: must be an http:// or https:// address that ends in /api/v10, not "{address}"')


@pytest.mark.parametrize("address", ["http://127.0.0.1/gateway", "ws://", "wss://host:0", "gateway"])
def test_another_gateway_is_a_websocket(address: str) -> None:
    assert faults(DISCORD_GATEWAY_URL=address) == [
        f'DISCORD_GATEWAY_URL: must be a ws:// or wss:// address, not "{address}"'
    ]


def test_passwords_in_addresses_are_refused_and_not_repeated() -> None:
    (fault,) = faults(DISCORD_API_BASE="https://me:hunter2@host/api/v10")

    assert "hunter2" not in fault


@pytest.mark.parametrize("token", ["Bot abc", "abc def", "tök.en", "abc\x00def"])
def test_a_token_is_a_token_alone(token: str) -> None:
    assert faults(DISCORD_TOKEN=token) == [
        "DISCORD_TOKEN: must be the token alone: no blanks, nothing before or after it"
    ]


def test_certificates_are_read(tmp_path: Path) -> None:
    text = tmp_path / "note.txt"
    text.write_text("hello")

    assert faults(DISCORD_CA_FILE=str(text)) == [
        f'DISCORD_CA_FILE: must hold certificates in PEM form; "{text}" holds none'
    ]
    assert faults(DISCORD_CA_FILE=str(tmp_path / "none")) == [
        f'DISCORD_CA_FILE: must name a file of certificates; "{tmp_path / "none"}": No such file or directory'
    ]


def test_a_data_folder_is_a_folder_or_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert faults(SPACES_DATA=str(tmp_path / "file")) == [
        f'SPACES_DATA: must name a folder; "{tmp_path / "file"}" is something else'
    ]
    assert faults(SPACES_DATA="what?") == ['SPACES_DATA: must name a folder without "?" in its path, not "what?"']
    assert read_environment({"SPACES_DATA": str(tmp_path / "new")}).data_folder == tmp_path / "new"


def test_all_faults_are_told_at_once() -> None:
    found = faults(
        DISCORD_TOKEN="a b", DISCORD_API_BASE="x", DISCORD_GATEWAY_URL="y", DISCORD_CA_FILE="/none", SPACES_DATA="?"
    )

    assert [fault.partition(":")[0] for fault in found] == [
        "DISCORD_TOKEN",
        "DISCORD_API_BASE",
        "DISCORD_GATEWAY_URL",
        "DISCORD_CA_FILE",
        "SPACES_DATA",
    ]


def test_the_configuration_file_is_known_whatever_else_is_wrong() -> None:
    assert config_file_in({"SPACES_CONFIG": "my.yaml", "DISCORD_API_BASE": "x"}) == Path("my.yaml")
