"""The wall chart (作战图): one layout for the screen and for paper; posters and battle sheets."""
