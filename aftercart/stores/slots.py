"""The desk's menu shows a member what their role may open."""

from __future__ import annotations

from aftercart.kernel.ui.navigation import guard
from aftercart.stores.permissions import may

guard(may)
