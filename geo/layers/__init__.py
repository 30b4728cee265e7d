"""A folder of layers as read and derived: tables, faces, who held which of them, and how much that is."""
