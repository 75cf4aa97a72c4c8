"""Questions about the project library, a file a matter."""
