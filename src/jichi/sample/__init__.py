"""The sample ward: composes every room's own sample part."""
