"""The three lists of a complex and those of the city (三张清单): live, frozen by two people, compared, exported."""
