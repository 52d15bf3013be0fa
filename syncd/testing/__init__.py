"""For those who write adapters: a conformance kit, fakes, a road, a recorder of scrubbed payloads.

Shipped, and imported by tests only. Needs no test runner: pytest collects a subclass of
``AdapterConformance`` and so does anything that calls its methods.
"""
