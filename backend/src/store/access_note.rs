//! Reads of access notes.
