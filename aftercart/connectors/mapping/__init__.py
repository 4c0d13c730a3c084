"""What a mapping file says: which columns of which files make customers, products, orders and reviews."""
