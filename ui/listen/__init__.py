"""The listeners' pages and what they ask of the server."""
