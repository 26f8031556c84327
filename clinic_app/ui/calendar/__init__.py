"""The calendar: a month or a week."""
