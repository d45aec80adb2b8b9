"""What people and programs see: tables, one JSON document, progress on stderr. Nothing else prints."""
