"""What an experiment says: tables, charts, one page, in the reader's language."""
