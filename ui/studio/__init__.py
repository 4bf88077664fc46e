"""The Studio's pages."""
