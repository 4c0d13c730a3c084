"""``python -m aftercart`` and the ``aftercart`` console script."""

from aftercart.config.cli import main

if __name__ == "__main__":
    main()
