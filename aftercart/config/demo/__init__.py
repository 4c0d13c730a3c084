"""The believable shop: its products, people, orders and mishaps, all generated."""
