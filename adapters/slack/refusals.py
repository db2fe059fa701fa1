"""What Slack's refusals mean: which of them stay, and which end everything."""

from bot.errors import DeliveryError

# The access itself is gone: nothing can be sent until an operator acts, and no channel is to blame.
REVOKED = {
    "account_inactive": "the app was removed or deactivated",
    "app_uninstalled": "the app was uninstalled",
    "invalid_auth": "the token is not valid",
    "no_permission": "the token has not the permission",
    "not_allowed_token_type": "this is the wrong kind of token",
    "not_authed": "no token was given",
    "team_access_not_granted": "the workspace did not grant access",
    "token_expired": "the token expired",
    "token_revoked": "the token was revoked",
}
# Of these, the ones after which the token will never work again, whatever an operator does.
DEAD = {"account_inactive", "app_uninstalled", "token_revoked"}
PERMANENT = {
    "cannot_dm_bot": "a bot takes no messages",
    "cant_update_message": "the message is not mine to change",
    "channel_not_found": "the channel is gone, or I was not invited to it",
    "edit_window_closed": "the message is too old to be changed",
    "expired_trigger_id": "the form came too late",
    "trigger_expired": "the form came too late",
    "exchanged_trigger_id": "the form was opened already",
    "invalid_blocks": "Slack does not take what I wanted to show",
    "is_archived": "the channel is archived",
    "message_not_found": "the message is gone",
    "messages_tab_disabled": "direct messages to me are switched off",
    "msg_blocks_too_long": "the message is too long",
    "msg_too_long": "the message is too long",
    "no_text": "the message is empty",
    "not_in_channel": "I was not invited to the channel",
    "restricted_action": "an admin does not let me post there",
    "restricted_action_read_only_channel": "the channel is read-only",
    "restricted_action_thread_only_channel": "the channel takes threads only",
    "restricted_action_non_threadable_channel": "the channel takes no threads",
    "thread_not_found": "the thread is gone",
    "user_disabled": "the person left",
    "user_not_found": "the person left",
    "user_not_in_channel": "the person is not in the channel",
    "not_found": "the view is gone",
    "expired_url": "the answer came too late",
    "used_url": "the answer came too late",
}


class RefusalError(DeliveryError):
    """code: Slack's own name of the refusal."""

    def __init__(self, code: str, message: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(message, permanent=permanent, retry_after=retry_after)
        self.code = code
