"""Questions about annual plans and decomposed targets."""
