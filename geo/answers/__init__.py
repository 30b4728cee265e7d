"""The objects that users work with: Record, Series and Change, and the functions that make them."""
