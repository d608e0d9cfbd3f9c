from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spaces.errors import InvalidInput
from spaces.sharing import LONGEST_LINK, canonical_link


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("https://example.org", "https://example.org/"),
        (" <https://example.org/a> ", "https://example.org/a"),
        ("HTTPS://Example.ORG:443/A?b=C#d", "https://example.org/A?b=C"),
        ("http://example.org:80/", "http://example.org/"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org/?utm_source=x&q=1&UTM_Medium=y&fbclid=z", "https://example.org/?q=1"),
        ("https://youtu.be/abc?si=XYZ&t=42", "https://youtu.be/abc?t=42"),
        ("https://example.org/?a=1&a=2&empty=&flag", "https://example.org/?a=1&a=2&empty=&flag"),
        ("https://example.org/?q=a+b%20c%E4", "https://example.org/?q=a+b%20c%E4"),
        ("https://example.org/straße?ü=1", "https://example.org/stra%C3%9Fe?%C3%BC=1"),
        ("https://example.org/a_(b)", "https://example.org/a_(b)"),
        (
            "https://example.org/](https://evil.example)|`*<x>",
            "https://example.org/%5D(https://evil.example)%7C%60*%3Cx%3E",
        ),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://ＥＸＡＭＰＬＥ。org/", "https://example.org/"),
        ("https://under_score.example/", "https://under_score.example/"),
    ],
)
def test_one_spelling_for_one_place(typed: str, link: str) -> None:
    assert canonical_link(typed) == link
    assert canonical_link(link) == link


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "no link",
        "example.org",
        "//example.org/",
        "https:/example.org",
        "https:example.org",
        "https://",
        "https:///path",
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "discord://-/channels/1",
        "https://localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://127.0x1/",
        "https://2130706433/",
        "https://①②⑦.⓪.⓪.①/",
        "https://127。0。0。1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[not-an-address]/",
        "https://example..org/",
        "https://-example.org/",
        "https://example-.org/",
        "https://exam%70le.org/",
        "https://evil.example\\.good.example/",
        "https://good.example／.evil.example/",
        f"https://{'a' * 64}.org/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://example.org/a b",
        "https://example.org/a\u00a0b",
        "https://example.org/\u202egnp.exe",
        "https://example.org/\u200b",
        "https://example.org/\x00",
        "https://example.org/\ud800",
        "https://exa\nmple.org/",
        "https://xn--.org/",
        "https://[",
    ],
)
def test_what_is_no_link_to_a_website_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match=r"That is not a link\. Paste one that begins with https://"):
        canonical_link(typed)


@pytest.mark.parametrize(
    "typed", ["https://ann:secret@example.org/", "https://ann@example.org/", "https://good.example\\@evil.example/"]
)
def test_a_name_or_password_in_a_link_is_named(typed: str) -> None:
    with pytest.raises(InvalidInput, match="user name or password"):
        canonical_link(typed)


def test_a_link_may_be_so_long_once_it_is_spelled_out() -> None:
    stem = "https://example.org/"
    longest = stem + "a" * (LONGEST_LINK - len(stem))

    assert canonical_link(longest) == longest
    with pytest.raises(InvalidInput, match=f"has {LONGEST_LINK + 1} characters; {LONGEST_LINK} is the most"):
        canonical_link(longest + "a")
    with pytest.raises(InvalidInput, match="is the most"):
        canonical_link(stem + "é" * 400)


@settings(derandomize=True, database=None, max_examples=500, deadline=None)
@given(st.text(max_size=40), st.text(alphabet="ab.-_/?&=#%:@[]()<>*|`\\é。", max_size=40))
@example("", "a.b/%zz%")
def test_whatever_is_typed_is_refused_or_spelled_once_and_for_all(rest: str, host: str) -> None:
    try:
        link = canonical_link(f"https://{host}{rest}")
    except InvalidInput:
        return
    assert canonical_link(link) == link
    assert link.isascii()
    assert not set(link) & set(' <>[]|`\\"^{}')
