"""Which methods the server knows, besides those about delivering updates."""

from collections.abc import Callable
from typing import Any

from tests.fake_botapi import messages
from tests.fake_botapi.cloud import Cloud
from tests.fake_botapi.files import get_file
from tests.fake_botapi.parameters import Parameters
from tests.fake_botapi.profile import Profile

Method = Callable[[Parameters], Any]


def methods_of(cloud: Cloud, profile: Profile) -> dict[str, Method]:
    """Return the methods by their documented names."""

    def about(act: Callable[[Cloud, Parameters], Any]) -> Method:
        return lambda parameters: act(cloud, parameters)

    return {
        "getMe": lambda _: cloud.bot | _ABILITIES,
        "getFile": lambda parameters: get_file(cloud.files, parameters),
        "sendMessage": about(messages.send_message),
        "sendDocument": about(messages.send_document),
        "sendPhoto": about(messages.send_photo),
        "sendChatAction": about(messages.send_chat_action),
        "editMessageText": about(messages.edit_message_text),
        "editMessageCaption": about(messages.edit_message_caption),
        "editMessageReplyMarkup": about(messages.edit_message_reply_markup),
        "deleteMessage": about(messages.delete_message),
        "deleteMessages": about(messages.delete_messages),
        "setMessageReaction": about(messages.set_message_reaction),
        "pinChatMessage": about(messages.pin_chat_message),
        "unpinChatMessage": about(messages.unpin_chat_message),
        "answerCallbackQuery": about(messages.answer_callback_query),
        "leaveChat": about(messages.leave_chat),
        "setMyCommands": profile.set_my_commands,
        "getMyCommands": profile.get_my_commands,
        "deleteMyCommands": profile.delete_my_commands,
        "setMyDescription": profile.set_my_description,
        "getMyDescription": profile.get_my_description,
        "setMyShortDescription": profile.set_my_short_description,
        "getMyShortDescription": profile.get_my_short_description,
        "setChatMenuButton": profile.set_chat_menu_button,
        "getChatMenuButton": profile.get_chat_menu_button,
    }


_ABILITIES = {
    "can_join_groups": True,
    "can_read_all_group_messages": True,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
    "has_topics_enabled": False,
    "allows_users_to_create_topics": False,
    "can_manage_bots": False,
}
