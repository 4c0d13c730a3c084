"""When it comes: calendars, cut-off, handling, transit by zone, and promises learnt from what was delivered."""
