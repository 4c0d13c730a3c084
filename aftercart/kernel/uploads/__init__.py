"""Photos that people send: checked, made anew, kept out of the web's reach; see ``docs/uploads.md``."""
