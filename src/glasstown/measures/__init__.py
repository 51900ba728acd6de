"""From state to numbers; nothing here changes state."""
