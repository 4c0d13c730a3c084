"""Delivery's places in the desk's menu."""

from aftercart.kernel.ui.navigation import Place, add_place

for label, url_name, icon, group, order, permission in (
    ("Promises", "desk-promises", "calendar", "Insight", 30, "figures.view"),
    ("Shipping", "desk-shipping", "truck", "Set up", 50, "settings.manage"),
):
    add_place(
        Place(
            label=label,
            url_name=url_name,
            icon=icon,
            group=group,
            order=order,
            permission=permission,
            shortcut="",
        )
    )
