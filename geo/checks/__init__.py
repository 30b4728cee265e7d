"""What is held against something else: layers against their rules, published figures, built files."""
