"""Close and warnings (关账、预警): immutable versions of a period, lights, packs, exemptions.

Owns closed rows and what stands beside them; every figure of a closed period is read from here.
"""
