"""Pages that are generated from the code, and what generates them."""
