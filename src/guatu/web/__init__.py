"""The web ring (网页系统): Django, the tables and the screens.

One app a folder, in the order of the working year: ``page`` is the frame every screen hangs in,
``people`` the offices, units and users; plans and projects stand on both.
"""
