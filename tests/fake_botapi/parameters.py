"""The parameters of one request, however they were sent: query, form, multipart or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from tests.fake_botapi.refusals import Refusal, bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart request."""

    name: str
    content: bytes
    content_type: str


class Parameters(dict[str, Any]):
    """Parameters by name; what came as JSON inside a form is read when it is asked for."""

    def __init__(self, values: Mapping[str, Any], files: dict[str, Upload] | None = None) -> None:
        super().__init__(values)
        self.files = files or {}

    def text(self, name: str) -> str:
        """Return the parameter as a string, "" when it is missing."""
        value = self.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        return str(value) if type(value) is int else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """Return the parameter as a number; what is none counts as 0, as Telegram has it."""
        text = self.text(name).strip().strip('"')
        if not text:
            return default
        try:
            return int(text)
        except ValueError:
            return 0

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str) -> Any:
        """Return a structured parameter, None when it is missing; raises Refusal."""
        value = self.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def object(self, name: str) -> dict[str, Any]:
        """Return a parameter that is an Object, {} when it is missing; raises Refusal."""
        value = self.json(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return value or {}

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Return a parameter that is an Array of Objects, [] when missing; raises Refusal."""
        value = self.json(name)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"expected an Array as {name.replace('_', ' ')}")
        if not all(isinstance(item, dict) for item in value or []):
            raise bad_request(f"can't parse {name.replace('_', ' ')}: expected an Object")
        return value or []

    def upload(self, name: str) -> Upload | None:
        """Return the file sent as `name`, directly or by way of `attach://`."""
        reference = self.text(name)
        if reference.startswith("attach://"):
            return self.files.get(reference.removeprefix("attach://"))
        return None if reference else self.files.get(name)


async def read_parameters(request: web.BaseRequest) -> Parameters:
    """Read everything that a request brings; raises Refusal for a body that cannot be read."""
    values: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.can_read_body:
        try:
            if request.content_type == "application/json":
                values |= _json_body(await request.read())
            else:
                _sort(await request.post(), values, files)
        except web.HTTPRequestEntityTooLarge:
            raise Refusal(413) from None
    return Parameters(values, files)


def _json_body(body: bytes) -> dict[str, Any]:
    try:
        values = json.loads(body)
    except ValueError:
        raise bad_request("can't parse parameter value") from None
    if not isinstance(values, dict):
        raise bad_request("JSON object expected")
    return values


def _sort(
    fields: MultiDictProxy[str | bytes | bytearray | web.FileField],
    values: dict[str, Any],
    files: dict[str, Upload],
) -> None:
    for name, field in fields.items():
        if isinstance(field, web.FileField):
            with field.file:
                files[name] = Upload(field.filename, field.file.read(), field.content_type)
        else:
            values[name] = field if isinstance(field, str) else field.decode()
