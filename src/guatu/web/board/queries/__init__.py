"""Questions of the board and the wall chart; everything closed is asked of supervision."""
