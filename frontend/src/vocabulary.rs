//! The words for every code of the schema. They are written once, as descriptions in `schema.graphql`, and `build.rs`
//! makes these types from them. No page spells a code's label itself.

use crate::schema;

/// An enum of the schema, with the words that people read for each of its codes.
pub trait Word: Copy + Eq + Sized + 'static {
    /// Every code, in the schema's order.
    const ALL: &'static [Self];

    /// The label that people read for the code.
    fn label(self) -> &'static str;

    /// A further sentence for the code; `None` where the label says enough.
    fn hint(self) -> Option<&'static str>;

    /// The code as forms and the API spell it: `NOT_KNOWN`.
    fn code(self) -> &'static str;

    /// Reads a code; `None` if the schema has no such code.
    fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.code() == code)
    }
}

macro_rules! words {
    (
        $(#[$about:meta])*
        pub enum $name:ident { $($(#[$about_variant:meta])* $variant:ident,)+ }
        all: [$($all:tt)*]
        codes: [$($codes:tt)*]
        labels: [$($labels:tt)*]
        hints: [$($hints:tt)*]
    ) => {
        $(#[$about])*
        #[derive(cynic::Enum, Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$about_variant])* $variant,)+
        }

        impl $name {
            /// Every code, in the schema's order.
            pub const ALL: &'static [Self] = &[$($all)*];

            /// The label that people read for the code.
            pub fn label(self) -> &'static str {
                const LABELS: &[&str] = &[$($labels)*];
                LABELS[self as usize]
            }

            /// A further sentence for the code; `None` where the label says enough.
            pub fn hint(self) -> Option<&'static str> {
                const HINTS: &[Option<&str>] = &[$($hints)*];
                HINTS[self as usize]
            }

            /// The code as forms and the API spell it: `NOT_KNOWN`.
            pub fn code(self) -> &'static str {
                const CODES: &[&str] = &[$($codes)*];
                CODES[self as usize]
            }

            /// Reads a code; `None` if the schema has no such code.
            pub fn parse(code: &str) -> Option<Self> {
                <Self as Word>::parse(code)
            }
        }

        impl Word for $name {
            const ALL: &'static [Self] = Self::ALL;

            fn label(self) -> &'static str {
                self.label()
            }

            fn hint(self) -> Option<&'static str> {
                self.hint()
            }

            fn code(self) -> &'static str {
                self.code()
            }
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/vocabulary.rs"));
