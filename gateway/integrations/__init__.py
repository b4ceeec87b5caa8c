"""Other systems that the gateway reports to or imports from."""
