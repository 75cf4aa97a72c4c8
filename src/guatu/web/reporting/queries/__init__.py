"""Questions about periods, sheets and reports."""
