"""Which addresses Telegram takes for a link, and how it writes them."""

import re
from urllib.parse import urlsplit

_PERSON = re.compile(r"tg://user\?id=([0-9]{1,16})\Z", re.IGNORECASE)
_OWN_SCHEME = re.compile(r"(tg|ton|tonsite):(?://)?([\w.-]+)([/?].*)?\Z", re.IGNORECASE | re.ASCII)


def mentioned_person(address: str) -> int:
    """Return the id in a `tg://user?id=` address, or 0."""
    match = _PERSON.match(address)
    return int(match.group(1)) if match else 0


def checked_link(address: str) -> str:
    """Return the address as Telegram shows it, or "" when it drops it."""
    if match := _OWN_SCHEME.match(address):
        return f"{match[1].lower()}://{match[2]}{match[3] or ''}"
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "." not in host or re.search(r"\s", address):
        return ""
    rest = parts._replace(scheme="", netloc="").geturl()
    return f"{parts.scheme}://{parts.netloc.lower()}{rest if rest.startswith('/') else '/' + rest}"
