"""Saiduan: an SMS and USSD gateway for safe migration and for reports of suspected trafficking in Lao PDR."""
