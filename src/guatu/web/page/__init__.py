"""The frame every screen hangs in (页面框架): menu, components, forms that lose nothing, jobs.

Knows no plan, unit or project; what the apps above show in the frame they name in their desk.py.
"""
