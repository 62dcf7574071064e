"""Examples that stand for what a customer builds; nothing in the product imports them."""
