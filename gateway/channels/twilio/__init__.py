"""Twilio: signed form webhooks, TwiML answers, and the REST API through the provider's own client."""
