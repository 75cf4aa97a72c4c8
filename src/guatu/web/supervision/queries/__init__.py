"""Questions about closes, lights, packs and approvals."""
