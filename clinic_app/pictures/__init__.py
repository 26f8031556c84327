"""Pictures of every screen: a filled practice clinic, the way to each screen and dialog, and what draws them."""
