//! Style sheets, scripts and icons, served from memory. Each name holds a hash of the contents, so browsers may keep it
//! for ever.

use axum::Router;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A file, as it is served: its name, its content type, its bytes, and in a release the same compressed.
pub(crate) struct Asset {
    pub(crate) name: &'static str,
    kind: &'static str,
    pub(crate) bytes: &'static [u8],
    brotli: Option<&'static [u8]>,
}

/// The route of all assets: `GET /assets/{name}`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{*name}", get(serve))
}

/// Serves the asset with exactly this name, compressed where the browser takes that; 404 if there is none.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = SHELF.iter().find(|asset| asset.name == name) else {
        return (StatusCode::NOT_FOUND, "Not found").into_response();
    };
    let packed = asset.brotli.filter(|_| accepts_brotli(&headers));
    let mut response = packed.unwrap_or(asset.bytes).into_response();
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    answer.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    answer.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if packed.is_some() {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next() == Some("br") && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;

    async fn fetch(path: &str) -> Response {
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        router::<()>().oneshot(request).await.expect("an answer")
    }

    #[tokio::test]
    async fn an_asset_is_served_for_ever_under_its_exact_name() {
        let response = fetch(GOVUK_CSS).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(response.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(to_bytes(response.into_body(), usize::MAX).await.is_ok_and(|body| body.len() > 100_000));
        for absent in ["/assets/govuk.css", "/assets/../Cargo.toml", "/assets/npm/package.json"] {
            assert_eq!(fetch(absent).await.status(), StatusCode::NOT_FOUND, "{absent}");
        }
    }

    #[test]
    fn neither_the_typeface_nor_the_arms_of_government_are_served() {
        for asset in SHELF {
            assert!(!["crest", "crown", "logotype", "font"].iter().any(|banned| asset.name.contains(banned)));
            if asset.kind.starts_with("text/css") {
                let text = String::from_utf8_lossy(asset.bytes);
                for banned in ["GDS Transport", "@font-face", "govuk-crest", ".woff", "/fonts/"] {
                    assert!(!text.contains(banned), "{banned} in {}", asset.name);
                }
                let urls = text.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
                for url in urls {
                    assert!(!url.contains("crown") && !url.contains("logotype"), "{url} in {}", asset.name);
                }
            }
        }
    }

    #[test]
    fn assets_name_each_other_by_their_hashed_names() {
        for asset in SHELF {
            let text = String::from_utf8_lossy(asset.bytes);
            for rest in text.split("/assets/").skip(1) {
                let named: String = rest
                    .chars()
                    .take_while(|letter| letter.is_ascii_alphanumeric() || "-._/".contains(*letter))
                    .collect();
                assert!(SHELF.iter().any(|other| other.name == named), "{} names {named}", asset.name);
            }
        }
    }
}
