"""How the desk bears an import of 50,000 rows and a library of 30,000 projects: make bench-desk."""
