"""One search box over needs, offerings, instruments and organisations."""
