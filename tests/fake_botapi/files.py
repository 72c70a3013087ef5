"""Files that were sent, in either direction, and the checks on them."""

import struct
from dataclasses import dataclass
from typing import Any

from tests.fake_botapi import limits
from tests.fake_botapi.parameters import Parameters, Upload
from tests.fake_botapi.refusals import Refusal, bad_request

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    path: str  # below /file/bot<token>/
    name: str
    content_type: str
    content: bytes

    def json(self) -> dict[str, Any]:
        """Return what every documented object with a file begins with."""
        return {
            "file_id": self.file_id,
            "file_unique_id": f"U{self.file_id}",
            "file_size": len(self.content),
        }


class FileStore:
    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def add(self, folder: str, name: str, content_type: str, content: bytes) -> StoredFile:
        number = len(self._files)
        ending = name.rpartition(".")[2] if "." in name else "bin"
        path = f"{folder}/file_{number}.{ending}"
        file = StoredFile(f"FILE{number:06}-{folder}", path, name, content_type, content)
        self._files[file.file_id] = file
        return file

    def get(self, file_id: str) -> StoredFile | None:
        return self._files.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        return next((file for file in self._files.values() if file.path == path), None)

    def received(self, parameters: Parameters, field: str) -> StoredFile:
        """Return the file a bot sends as `field`: uploaded now, or known by its id.

        Raises Refusal.
        """
        if upload := parameters.upload(field):
            return self._uploaded(upload, field)
        reference = parameters.text(field)
        if not reference or reference.startswith("attach://"):
            raise bad_request(f"there is no {field} in the request")
        if file := self.get(reference):
            return file
        raise bad_request("wrong file identifier/HTTP URL specified")

    def _uploaded(self, upload: Upload, field: str) -> StoredFile:
        size = len(upload.content)
        if size == 0:
            raise bad_request("file must be non-empty")
        if size > limits.UPLOAD:
            raise Refusal(413, f"file of size {size} is too big to be uploaded")
        return self.add(f"{field}s", upload.name, upload.content_type, upload.content)


def get_file(files: FileStore, parameters: Parameters) -> dict[str, Any]:
    """Answer getFile."""
    file_id = parameters.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = files.get(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > limits.DOWNLOAD:
        raise bad_request("file is too big")
    return file.json() | {"file_path": file.path}


def document_json(file: StoredFile) -> dict[str, Any]:
    return {"file_name": file.name, "mime_type": file.content_type} | file.json()


def photo_json(file: StoredFile) -> list[dict[str, Any]]:
    """Return the sizes of a picture; raises Refusal for what Telegram cannot show as one."""
    size = len(file.content)
    if size > limits.PHOTO:
        most = f"the maximum size is {limits.PHOTO} bytes"
        raise bad_request(f"file of size {size} bytes is too big for a photo; {most}")
    width, height = picture_size(file.content)
    if not width or not height:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return [file.json() | {"width": width, "height": height}]


def picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG or JPEG, zeros for anything else."""
    try:
        if content.startswith(_PNG):
            width, height = struct.unpack(">II", content[16:24])
            return width, height
        if content.startswith(_JPEG):
            return _jpeg_size(content)
    except struct.error:
        pass
    return 0, 0


def _jpeg_size(content: bytes) -> tuple[int, int]:
    here = 2
    while True:
        _, marker, length = struct.unpack(">BBH", content[here : here + 4])
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[here + 5 : here + 9])
            return width, height
        here += 2 + length
