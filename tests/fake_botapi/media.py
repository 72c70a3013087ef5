"""What people send besides text, as it looks inside an update."""

from collections.abc import Callable
from typing import Any

from tests.fake_botapi.cloud import Cloud, Json
from tests.fake_botapi.files import StoredFile

PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01"  # as much of a PNG as is measured


def photo(cloud: Cloud, content: bytes = PICTURE) -> Json:
    file = cloud.files.add("photos", "photo.jpg", "image/jpeg", content)
    return {"photo": [file.json() | {"width": 90, "height": 67}]}


def voice(cloud: Cloud, content: bytes = b"OggS") -> Json:
    file = cloud.files.add("voice", "voice.oga", "audio/ogg", content)
    return {"voice": {"duration": 3, "mime_type": "audio/ogg"} | file.json()}


def document(cloud: Cloud, content: bytes = b"%PDF-") -> Json:
    file = cloud.files.add("documents", "angebot.pdf", "application/pdf", content)
    return {"document": {"file_name": file.name, "mime_type": file.content_type} | file.json()}


def video_note(cloud: Cloud, content: bytes = b"\0") -> Json:
    file = cloud.files.add("video_notes", "note.mp4", "video/mp4", content)
    return {"video_note": {"length": 240, "duration": 2} | file.json()}


def sticker(cloud: Cloud, content: bytes = b"RIFF") -> Json:
    file = cloud.files.add("stickers", "sticker.webp", "image/webp", content)
    look = {"width": 512, "height": 512, "emoji": "👍", "set_name": "Daumen"}
    return {
        "sticker": look | {"is_animated": False, "is_video": False, "type": "regular"} | _id(file)
    }


def contact(_cloud: Cloud) -> Json:
    return {"contact": {"phone_number": "+43100000000", "first_name": "Eva", "user_id": 4711}}


def location(_cloud: Cloud) -> Json:
    return {"location": {"latitude": 48.208174, "longitude": 16.373819}}


def poll(_cloud: Cloud) -> Json:
    options = [
        {"persistent_id": str(number), "text": text, "voter_count": 0}
        for number, text in enumerate(("Ja", "Nein"))
    ]
    return {
        "poll": {
            "id": "5123456789",
            "question": "Geht es?",
            "options": options,
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
            "type": "regular",
        }
    }


def dice(_cloud: Cloud) -> Json:
    return {"dice": {"emoji": "🎲", "value": 4}}


def forwarded(sender: Json, date: int) -> Json:
    """Return what a forwarded message carries about where it comes from."""
    origin = {"type": "user", "sender_user": sender, "date": date}
    return {"forward_origin": origin, "forward_from": sender, "forward_date": date}


def _id(file: StoredFile) -> Json:
    return file.json()


Medium = Callable[[Cloud], dict[str, Any]]
MEDIA: dict[str, Medium] = {
    "photo": photo,
    "voice": voice,
    "document": document,
    "video_note": video_note,
    "sticker": sticker,
    "contact": contact,
    "location": location,
    "poll": poll,
    "dice": dice,
}
