"""Other people's MCP servers, as the operator names them in MCP_SERVERS: their tools beside the bot's own.

The `mcp` package is used directly, and not by way of `agents.mcp`: that one connects before a turn, hands a failure to
the run as an exception, keeps a pending approval in a run state that would have to be stored, and bounds neither sizes
nor time. Here a turn waits for no server that it doesn't need, every failure is a result of the call, and a call that
is to be approved is kept where the talk is kept: in the conversation.
"""
