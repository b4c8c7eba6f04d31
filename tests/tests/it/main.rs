//! Claims about the whole of Onroll, seen from outside.

mod journeys;
