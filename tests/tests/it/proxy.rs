//! The sample configuration of the proxy, taken from the README as it stands, in front of the real command.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use acceptance::database::{Folder, migrated};
use acceptance::prelude::*;
use acceptance::process::{Running, free_port, printed, run};
use http::{Method, StatusCode};

use super::binary::settings;

const README: &str = include_str!("../../../README.md");

/// An nginx that runs until it is dropped.
struct Proxy(Child);

impl Drop for Proxy {
    fn drop(&mut self) {
        // Quit and not killed, so that its workers end with it.
        let _ = Command::new("kill").args(["-QUIT", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}

/// The block of the README, listening at `port` without TLS, for a command at `behind`, with its page in `folder`.
fn configuration(port: u16, behind: u16, folder: &Path) -> String {
    let block = README.split("```nginx\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let mut server = block.to_owned();
    for (from, to) in [
        ("listen 443 ssl;", format!("listen 127.0.0.1:{port};")),
        ("http://127.0.0.1:3000", format!("http://127.0.0.1:{behind}")),
        ("/usr/share/nginx/onroll", folder.display().to_string()),
    ] {
        assert!(server.contains(from), "the README's block has no {from}");
        server = server.replace(from, &to);
    }
    let at = folder.display();
    format!(
        "daemon off; pid {at}/nginx.pid; error_log {at}/nginx.log; user root; worker_processes 1;\n\
         events {{ worker_connections 64; }}\n\
         http {{ access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/proxy;\n\
         fastcgi_temp_path {at}/fastcgi; uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;\n{server}\n}}\n"
    )
}

async fn start(port: u16, behind: u16, folder: &Folder) -> Proxy {
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, configuration(port, behind, folder.path())).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-e").arg(folder.path().join("nginx.log")).arg("-p").arg(folder.path()).arg("-c").arg(&file);
    let proxy =
        Proxy(command.stdin(Stdio::null()).spawn().expect("nginx is missing: run tests/run, which installs it"));
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return proxy;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nginx does not listen: {}", std::fs::read_to_string(folder.path().join("nginx.log")).unwrap_or_default());
}

#[tokio::test]
async fn while_the_process_is_down_the_proxy_says_whom_to_call() {
    let (url, _database) = migrated(Engine::Sqlite).await;
    let (folder, behind, front) = (Folder::new(), free_port(), free_port());
    let listen = format!("127.0.0.1:{behind}");
    let mut settings = settings(&url, folder.path());
    settings.push(("ONROLL_LISTEN", &listen));
    settings.retain(|(name, _)| *name != "ONROLL_PUBLIC_URL");
    settings.push(("ONROLL_PUBLIC_URL", "https://onroll.council.example"));
    let page = run(&["unavailable-page"], &settings);
    assert!(page.status.success(), "{}", printed(&page));
    std::fs::write(folder.path().join("unavailable.html"), &page.stdout).unwrap();
    let _proxy = start(front, behind, &folder).await;
    let running = Running::start(&["serve"], &settings, behind, &folder).await;
    let server = acceptance::browser::Server::There(([127, 0, 0, 1], front).into());
    let browser = Browser::new(server, "https://onroll.council.example");

    browser.get("/").await.is_shown().says("Luton Council");
    let about = browser.get("/report").await.button("Start now");
    let begun = browser.submit_once(&about).await;
    assert!(begun.location().is_some_and(|path| path.ends_with("/danger")), "{begun:?}");
    // What the service refuses itself comes through in its own words.
    let request = browser.request(&Method::POST, "/report/about");
    let large = browser.send(request.header("content-type", "application/x-www-form-urlencoded"), "x".repeat(70_000));
    let large = large.await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", large.text());
    large.says("too long").says("01632 960 200");

    running.kill();

    let shown = browser.try_send(browser.request(&Method::GET, "/report"), "").await;
    let request = browser.request(&Method::POST, "/report/danger");
    let posted = browser.try_send(request.header("content-type", "application/x-www-form-urlencoded"), "danger=YES");
    for page in [shown, posted.await] {
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text());
        for told in ["999", "101", "01632 960 200", "01632 960 300", "01632 960 100", "Luton Council"] {
            page.says(told);
        }
        assert_eq!(page.header("cache-control"), "no-store");
    }
}
