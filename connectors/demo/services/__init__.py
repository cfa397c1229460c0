"""Stand-ins for the services that connectors read, on loopback, over plain made-up data.

Each behaves like the official interface as far as the connectors use it, and says what it was
asked. The demo runs on them, and so do tests.
"""
