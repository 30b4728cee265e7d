"""What people hold: the record, series of dated polygons, changes, and the functions that make them."""
