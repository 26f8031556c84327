"""What several screens show of a case: findings, money, deadlines, warnings."""
