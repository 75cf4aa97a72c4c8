"""方案: uploads, their readings, the ledger under review and the published versions.

Everything a later step rests on is taken from a published version; what is under review stays here.
"""
