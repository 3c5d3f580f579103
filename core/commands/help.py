"""What one can type, in words."""

EXAMPLES = ("`add Call Ana tomorrow 5pm #work`", "`list today`")
"""Two that show how little is needed."""

HELP = """\
**What you can type**

- `add Pay rent every 1st at 9am p1 #home`: date, repetition, priority and tags are understood
- `list`, `list today`, `list overdue #home p1`, `list done`, `find milk`, `list page 2`
- `done 2`, `done 2, 3`, `done milk`, `reopen 2`
- `move 3 to friday`, `postpone 3 by 2 days`, `snooze 3 2h`
- `change 3 to 'Call Ben'`, `tag 3 #work`, `priority 3 p2`, `clear date of 3`
- `skip 3` for the next date of a repeating task; `remind me of 3 an hour before`, `no reminder for 3`
- `delete 1`, `list deleted`, `restore 1`; `undo`, `undo 41`, `redo`
- `timezone Europe/Berlin`, `morning 8:30`, `digest on`, `lead 10 min`, `settings`; `how was my week`
- `export`, `export csv` (json, csv, ical, todo.txt); `forget` deletes this conversation, `forget me` all I know of you
- `/task connect` lets Claude, ChatGPT, Cursor and the like use your tasks, `/task connections` ends it
- plain words too: "remind me to call Ana on Friday", "what's overdue?", "I finished the milk one"
"""
