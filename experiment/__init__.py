"""The report's method over many clips: what is measured, by whom, and the tables and figures."""
