"""USSD over HTTP: one engine, one table of field names and words for each aggregator."""
