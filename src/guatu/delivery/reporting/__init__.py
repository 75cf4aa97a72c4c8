"""调度报送: what a period asks of a unit, the sheet that goes out, and what came back in it."""
