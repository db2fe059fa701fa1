"""drillbot: one interview question a day, graded by its key points. The map, in the order to read it:

domain/people.py, question.py, calendar.py, drill.py, standings.py    what there is, and the pure decisions about it
domain/grading/    an answer and a rubric → a grade with findings: text.py, rubric.py, match.py, grade.py
errors.py          what can go wrong on purpose
protocol.py        all that an adapter knows: Event in, Reply out, the Adapter port
bank/              YAML packs → questions
tables/, store/    the database, one module per noun
service/           the use cases
present/           results → Reply: every sentence the bot says
commands/          the verbs as data; an Event → its use case → its Reply
app.py             the async edge: worker threads, error boundary
reconcile/         the tick: makes the platforms match the database
config.py, cli/    settings; the command line and the composition root

adapters/console   the smallest platform; discord/ and slack/ have the same three files
"""
