"""What developers and CI run: checks, the suite, installation."""
