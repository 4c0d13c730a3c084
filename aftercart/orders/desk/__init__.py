"""The desk's doors to orders: the list (``listing``), one order (``page``), what can be done to it (``doors``)."""
