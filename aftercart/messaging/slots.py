"""Messages in the desk's menu."""

from __future__ import annotations

from aftercart.kernel.ui.navigation import Place, add_place

add_place(
    Place(
        label="Messages",
        url_name="desk-messages",
        icon="mail",
        group="Set up",
        order=30,
        permission="messages.edit",
    )
)
