"""The nouns of a plan and the ledger that holds them."""
