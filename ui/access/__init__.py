"""Who may ask for what, how much and how often; plain ASGI, around the whole application."""
