"""Two people wrote different things: one question a screen, decided by a person."""
