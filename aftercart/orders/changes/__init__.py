"""Changes of an order after it was placed: what is possible, what it costs, who decides, and its pages."""
