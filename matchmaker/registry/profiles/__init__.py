"""What a body is and has, as dated facts that it proposes and its bureau confirms."""
