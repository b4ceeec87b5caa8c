"""Lists that people keep in spreadsheets: CSV, TSV and XLSX, read as streams and never trusted."""
