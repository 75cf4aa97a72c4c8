"""Board and wall chart (看板、作战图): what is closed, shown; owns no table."""
