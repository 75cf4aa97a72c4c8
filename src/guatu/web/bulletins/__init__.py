"""Bulletins (通报): drafted from a close, finished in Word, checked, issued once; 上报表."""
