"""MCP: the same tasks from Claude, ChatGPT, Cursor and whatever else speaks the Model Context Protocol."""
