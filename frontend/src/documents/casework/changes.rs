//! Changes of cases: one mutation a verb. Each takes the reference and the version that the person saw, and answers
//! what became of the case.

use cynic::{Id, MutationBuilder};
use futures_util::future::BoxFuture;

use crate::api::{Api, Refusal};
use crate::schema;
use crate::vocabulary::{
    CaseState, EnquiryFinding, EnquiryKind, EscalationLevel, EvidenceKind, MashDecision, Outcome, PlacementKind,
    RedirectTo, ServiceRoute, StatutoryStatus, Whereabouts,
};

/// What became of a case.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub struct Changed {
    /// Its reference.
    pub reference: String,
    /// Where it stands now.
    pub state: CaseState,
}

/// What became of a referral that was sent elsewhere.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub struct Redirected {
    /// Its reference.
    pub reference: String,
}

/// What a change came to.
pub type Outcomes<T> = BoxFuture<'static, Result<T, Refusal>>;

/// The input, the variables and the document of each mutation, and how it is sent. The first argument is the dollar
/// sign, which a macro cannot write itself.
macro_rules! changes {
    ($d:tt $(
        $(#[$about:meta])*
        $input:ident by $document:ident ($variables:ident, $mutation:literal) -> $answer:ident {
            $($field:ident: $type:ty,)+
        }
    )+) => {$(
        $(#[$about])*
        #[derive(cynic::InputObject, Clone, Debug)]
        #[expect(missing_docs, reason = "the fields are those of this name in schema.graphql")]
        pub struct $input {
            $(pub $field: $type,)+
        }

        #[derive(cynic::QueryVariables, Clone, Debug)]
        struct $variables {
            input: $input,
        }

        #[derive(cynic::QueryFragment, Clone, Debug)]
        #[cynic(graphql_type = "Mutation", variables = $mutation)]
        struct $document {
            #[arguments(input: $d input)]
            answer: $answer,
        }

        impl $input {
            /// Asks the API for this change.
            pub fn send(self, api: Api) -> Outcomes<$answer> {
                Box::pin(async move { Ok(api.run($document::build($variables { input: self })).await?.answer) })
            }
        }
    )+};
}
