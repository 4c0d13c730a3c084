"""The figures in the desk's menu."""

from __future__ import annotations

from aftercart.kernel.ui.navigation import Place, add_place

add_place(
    Place(
        label="Figures",
        url_name="desk-figures",
        icon="chart-column",
        group="Insight",
        order=60,
        permission="figures.view",
        shortcut="f",
    )
)
