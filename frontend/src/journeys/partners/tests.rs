//! Tests of the pages for developers of partner agencies.

use super::*;
use crate::testing::{ask, silent};

#[tokio::test]
async fn a_token_that_was_typed_is_never_shown_again() {
    let page = ask(router(), &silent(None), "/partners", Some("token=onr_typed")).await;
    assert!(page.html.contains("This token is not accepted"), "{}", page.html);
    assert!(!page.html.contains("onr_typed"), "{}", page.html);
}

#[tokio::test]
async fn handing_in_says_thank_you_whatever_was_typed() {
    let page = ask(router(), &silent(None), "/partners/leaked", Some("token=nonsense")).await;
    assert!(page.html.contains("Thank you"), "{}", page.html);
    let page = ask(router(), &silent(None), "/partners/leaked", Some("token=")).await;
    assert!(page.html.contains("Enter the token that was found"), "{}", page.html);
}
