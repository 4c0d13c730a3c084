"""The fulfilment bench: what can be sent now (``queue``), who picks it, how it is packed."""
