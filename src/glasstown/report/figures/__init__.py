"""Figures: each draws one thing for a wide and a narrow reader, and knows neither scenario nor sentence."""
