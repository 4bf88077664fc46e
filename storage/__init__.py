"""What is kept safely: files replaced whole, append-only CSV, ZIP, remembered results, locks."""
