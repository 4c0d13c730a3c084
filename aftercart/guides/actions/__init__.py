"""The only writers of guides, a file per verb."""

from aftercart.guides.actions.edit import add_guide, delete_guide, publish_guide, save_guide
from aftercart.guides.actions.parts import add_part, move_part, remove_part
from aftercart.guides.actions.tell import forget_words, tell_outcome

__all__ = [
    "add_guide",
    "add_part",
    "delete_guide",
    "forget_words",
    "move_part",
    "publish_guide",
    "remove_part",
    "save_guide",
    "tell_outcome",
]
