"""A request that Telegram refuses, in Telegram's own words."""

from typing import Any

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


class Refusal(Exception):  # noqa: N818 - the server refuses; nothing went wrong in it
    """Carries the HTTP status, Telegram's description and its `parameters`, if any."""

    def __init__(self, status: int, reason: str = "", **parameters: int) -> None:
        title = _TITLES[status]
        self.status = status
        self.description = f"{title}: {reason}" if reason else title
        self.parameters = parameters
        super().__init__(self.description)

    def body(self) -> dict[str, Any]:
        """Return the JSON body that Telegram sends with this refusal."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> Refusal:
    """Return a 400; TDLib's sentences start small behind "Bad Request: ", its CODES do not."""
    if len(reason) > 1 and (reason[1].isupper() or reason[1] == "_"):
        return Refusal(400, reason)
    return Refusal(400, reason[:1].lower() + reason[1:])
