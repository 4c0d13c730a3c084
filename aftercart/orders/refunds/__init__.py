"""Refunds from the desk: reasons, limits by role, approval."""
