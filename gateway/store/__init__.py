"""The one truth: tables, transactions, encryption, audit."""
