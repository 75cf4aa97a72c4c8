"""Questions about bulletins, their figures, unit reports and what goes up."""
