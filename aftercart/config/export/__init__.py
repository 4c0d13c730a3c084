"""Everything a merchant owns, as files that need no Aftercart to be read (docs/export.md)."""
