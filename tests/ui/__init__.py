"""What the tabs show, without a browser."""
