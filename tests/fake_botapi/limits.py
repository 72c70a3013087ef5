"""Numbers that Telegram's documentation and server code fix."""

TEXT = 4096  # code points, after the markup is parsed
RAW_TEXT = 1 << 15  # bytes, markup included
CAPTION = 1024  # code points
ENTITIES = 100  # a message; further ones are dropped silently

CALLBACK_DATA = 64  # bytes
BUTTONS = 100  # an inline keyboard
KEYBOARD_BUTTONS = 300  # a reply keyboard
MARKUP_BYTES = 10_000  # a keyboard as JSON
COPY_TEXT = 256
CALLBACK_ANSWER = 200

UPLOAD = 50 << 20
DOWNLOAD = 20 << 20
PHOTO = 10 << 20

COMMANDS = 100
COMMAND = 32
COMMAND_DESCRIPTION = 256
DESCRIPTION = 512
SHORT_DESCRIPTION = 120
SECRET_TOKEN = 256

POLL_UPDATES = 100
POLL_SECONDS = 50
SAME_OFFSET_SECONDS = 0.5  # polling the same offset again this soon yields one update
CONFLICT_PAUSE = 3.0  # a second conflict this soon is told only after as long
OFFSET_AHEAD = 10  # an offset further ahead of the queue than this counts as none
OFFSET_BEHIND = 100_000

MESSAGE_LIFE = 86_400  # seconds an update about a message is kept
CALLBACK_LIFE = 150  # seconds a tap is kept, and can be answered
DELETE_LIFE = 2 * 86_400  # seconds in which a message can be deleted

WEBHOOK_TIMEOUT = 60
WEBHOOK_CAP = 60  # the longest pause between two tries is drawn from this to twice this
WEBHOOK_RETRY_AFTER = 3600
WEBHOOK_CONNECTIONS = 40
WEBHOOK_CONNECTIONS_MOST = 100
