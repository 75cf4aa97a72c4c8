"""单位与用户: offices, regions, units and their names, people and what they may, who did what.

Everything that acts in Guatu acts as one of these; the trail of writes begins here.
"""
