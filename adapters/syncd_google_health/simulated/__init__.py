"""Google's protocol from the other side: filters, points and refusals. Knows no walker."""
