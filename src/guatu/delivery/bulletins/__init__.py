"""Official papers of the month (通报): their words, their form (GB/T 9704-2012), their figures."""
