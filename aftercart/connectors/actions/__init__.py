"""The only writers of imports: ask for one, perform it, try it without writing, undo it."""

from aftercart.connectors.actions.asking import Options, ask_for_import, channel_for, run_folder
from aftercart.connectors.actions.checkpoint import Busy
from aftercart.connectors.actions.performing import Stopped, perform_import
from aftercart.connectors.actions.trying import try_import
from aftercart.connectors.actions.undoing import ask_to_undo, undo_import

__all__ = [
    "Busy",
    "Options",
    "Stopped",
    "ask_for_import",
    "ask_to_undo",
    "channel_for",
    "perform_import",
    "run_folder",
    "try_import",
    "undo_import",
]
