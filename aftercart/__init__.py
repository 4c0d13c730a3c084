"""Aftercart: the whole customer journey of an online shop, self-hosted."""

__version__ = "0.1.0"
