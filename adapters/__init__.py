"""One package per platform. To add one:

1. copy `console/`: adapter.py (I/O), events.py (what comes in, pure), render.py (what goes out, pure);
2. speak `bot.protocol` and raise `bot.errors.DeliveryError`; import nothing else of the bot;
3. write a fake of the platform in tests/fakes/ and add it to tests/test_adapter_contract.py;
4. name its settings in bot/config.py and .env.example;
5. start it in bot/cli/serve.py.
"""
