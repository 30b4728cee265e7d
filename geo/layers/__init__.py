"""A folder of layers, read and derived: tables, faces, who held them, and their areas."""
