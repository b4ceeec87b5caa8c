"""What the gateway knows of text: messages, segments, screens, Lao, and the words people type."""
