"""The only writers of the merchant's own things."""

from aftercart.stores.actions.invitations import invite_colleague, join_team, revoke_invitation
from aftercart.stores.actions.merchant import save_channel, save_merchant
from aftercart.stores.actions.team import change_member, close_account
from aftercart.stores.actions.tokens import make_token, note_token_use, revoke_token
from aftercart.stores.actions.views import forget_view, save_view

__all__ = [
    "change_member",
    "close_account",
    "forget_view",
    "invite_colleague",
    "join_team",
    "make_token",
    "note_token_use",
    "revoke_invitation",
    "revoke_token",
    "save_channel",
    "save_merchant",
    "save_view",
]
