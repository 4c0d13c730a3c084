"""The imports' place in the desk's menu."""

from __future__ import annotations

from aftercart.kernel.ui.navigation import Place, add_place

add_place(
    Place(
        label="Imports",
        url_name="desk-imports",
        icon="file-up",
        group="Set up",
        order=50,
        permission="imports.view",
    )
)
