"""The truth: SQLModel tables on SQLite, their migrations, and repositories that speak domain values."""
