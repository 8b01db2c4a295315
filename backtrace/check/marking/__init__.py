"""Marking a class: hand-ins are matched with their sheets, judged part by part, and told as tables and pages."""
