"""AfterShip's tracking webhook, and whatever imitates it."""
