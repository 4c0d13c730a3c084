"""How to set it up: steps, pictures, downloads and answers per product, in five languages."""
