"""Traces: what is taken from a caller, what is handed on, what an exporter gets."""

from __future__ import annotations

import pytest

from jichi.kernel import trace

GOOD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        (GOOD, True), (f"  {GOOD} ", True), ("cc" + GOOD[2:] + "-later", True), (GOOD + "-later", False), ("", False),
        ("ff" + GOOD[2:], False), (GOOD.upper(), False), (GOOD.replace(GOOD[3:35], "0" * 32), False),
        (GOOD.replace("00f067aa0ba902b7", "0" * 16), False), ("x" * 10_000, False), (GOOD + "\n" + GOOD, False),
    ],
)  # fmt: skip
def test_only_what_the_standard_allows_is_a_trace(header: str, accepted: bool) -> None:
    expected = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7") if accepted else None
    assert trace.parse(header) == expected


def test_spans_stand_in_the_trace_of_their_caller_and_end_with_their_block() -> None:
    got: list[trace.Span] = []
    trace.export_to(got.append)
    try:
        assert trace.headers() == {}
        with trace.span("GET x", header=GOOD, kind=trace.SERVER) as outer:
            with pytest.raises(ValueError, match="inner"), trace.span("inner"):
                raise ValueError("inner")
            assert trace.headers() == {"traceparent": f"00-{outer.trace_id}-{outer.span_id}-01"}
        with trace.span("other", header="nonsense") as other:
            pass
    finally:
        trace.export_to(None)
    inner, request, _ = got
    assert (inner.trace_id, inner.parent_id, inner.failed) == (outer.trace_id, outer.span_id, True)
    assert (request.trace_id, request.parent_id) == ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
    assert request.ended_ns >= request.began_ns
    assert (other.parent_id, len(other.trace_id), other.trace_id == outer.trace_id) == ("", 32, False)
    with trace.span("nobody listens"):
        pass
    assert len(got) == 3
