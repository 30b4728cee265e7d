"""GeoParquet 1.1: WKB with the box of each row, typed columns, compressed with zstd; tables as plain Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo._errors import ClaimsError
from geo.formats import ogr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.formats.layer import About, Layer, Options


def write(layers: Sequence[Layer], path: Path, about: About, options: Options) -> list[str]:
    """Write a layer as GeoParquet, or a table as Parquet.

    Raises
    ------
    ClaimsError
        When pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise ClaimsError("Parquet needs pyarrow: pip install 'territorial-claims[parquet]'") from None
    import geopandas
    import pandas as pd

    (layer,) = layers
    types = {"integer": pa.int64(), "number": pa.float64(), "flag": pa.bool_(), "date": pa.date32()}
    columns = {
        column.name: pd.array(
            pa.array(layer.texts(column), types.get(column.type, pa.string())),
            dtype=pd.ArrowDtype(types.get(column.type, pa.string())),
        )
        for column in layer.columns
    }
    frame: Any = pd.DataFrame(columns)
    if layer.spatial:
        frame = geopandas.GeoDataFrame(frame, geometry=ogr.shapes(layer, options.crs), crs=options.crs)
        # the boxes of rows let a reader skip what lies elsewhere
        beside = path.with_name("boxes.parquet")
        frame.to_parquet(beside, index=False, schema_version="1.1.0", write_covering_bbox=True, compression="zstd")
        table = parquet.read_table(beside)
        beside.unlink()
    else:
        table = pa.Table.from_pandas(frame, preserve_index=False)
    kept = {key: value for key, value in (table.schema.metadata or {}).items() if key == b"geo"}
    said = {name.encode(): text.encode() for name, text in about.items().items()}
    parquet.write_table(table.replace_schema_metadata(kept | said), path, compression="zstd")
    return []
