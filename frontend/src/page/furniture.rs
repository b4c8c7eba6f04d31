//! What stands above and below the content of every page: skip links, header, service navigation, banners, footer.

use leptos::prelude::*;

use crate::page::{Area, Chrome, NavItem, Page, Way};
use crate::parts::{back_link, breadcrumbs, error_summary, important, link, post_form, success};
use crate::when::day_and_time;

/// The top of the page: skip links, header, service navigation, phase banner.
pub(super) fn above(page: &Page<'_>, chrome: &Chrome) -> AnyView {
    // A button that sends the exit form, and not a link: leaving discards a report, and a link must change nothing.
    let exit = page.exit.is_some().then(|| {
        view! {
            <button type="submit" form="exit" class="govuk-skip-link app-exit-skip">"Exit this page"</button>
        }
    });
    view! {
        <a href="#main-content" class="govuk-skip-link" data-module="govuk-skip-link">"Skip to main content"</a>
        <header class="govuk-template__header">
            {exit}
            {chrome.demo.then(demonstration)}
            <div class="govuk-generic-header app-header">
                <div class="govuk-generic-header__container govuk-width-container">
                    <div class="govuk-generic-header__logo">
                        <a href="/" class="govuk-generic-header__homepage-link">{chrome.council.clone()}</a>
                    </div>
                </div>
            </div>
            {service_navigation(chrome)}
            {phase_banner()}
        </header>
    }
    .into_any()
}

fn demonstration() -> AnyView {
    view! {
        <div class="app-demonstration">
            <div class="govuk-width-container">
                <p class="govuk-body-s">
                    <strong>"Demonstration."</strong>
                    " Synthetic data only."
                </p>
            </div>
        </div>
    }
    .into_any()
}

fn phase_banner() -> AnyView {
    view! {
        <div class="govuk-phase-banner govuk-width-container">
            <p class="govuk-phase-banner__content">
                <strong class="govuk-tag govuk-phase-banner__content__tag">"Beta"</strong>
                <span class="govuk-phase-banner__text">
                    "This is a new service. "
                    <a class="govuk-link" href="/contact">"Give your feedback"</a>
                    " to help us improve it."
                </span>
            </p>
        </div>
    }
    .into_any()
}

fn service_navigation(chrome: &Chrome) -> AnyView {
    let signed_in = chrome.person.clone().map(|person| signed_in(person, chrome.sign_out.clone()));
    let many = chrome.nav.len() > 1;
    let list = (!chrome.nav.is_empty() || signed_in.is_some()).then(|| {
        let toggle = many.then(|| {
            view! {
                <button
                    type="button"
                    class="govuk-service-navigation__toggle govuk-js-service-navigation-toggle"
                    aria-controls="navigation"
                    hidden
                    aria-hidden="true"
                >
                    "Menu"
                </button>
            }
        });
        let items: Vec<_> = chrome.nav.iter().cloned().map(item).collect();
        view! {
            <nav aria-label="Menu" class="govuk-service-navigation__wrapper">
                {toggle}
                <ul class="govuk-service-navigation__list" id="navigation">{items} {signed_in}</ul>
            </nav>
        }
    });
    view! {
        <section
            aria-label="Service information"
            class="govuk-service-navigation"
            data-module="govuk-service-navigation"
        >
            <div class="govuk-width-container">
                <div class="govuk-service-navigation__container">
                    <span class="govuk-service-navigation__service-name">
                        <a href=chrome.service_href.clone() class="govuk-service-navigation__link">
                            {chrome.service.clone()}
                        </a>
                    </span>
                    {list}
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn item(item: NavItem) -> AnyView {
    let NavItem { text, href, current } = item;
    let text = if current {
        view! { <strong class="govuk-service-navigation__active-fallback">{text}</strong> }.into_any()
    } else {
        text.into_any()
    };
    let active = if current { " govuk-service-navigation__item--active" } else { "" };
    view! {
        <li class=format!("govuk-service-navigation__item{active}")>
            <a class="govuk-service-navigation__link" href=href aria-current=current.then_some("page")>{text}</a>
        </li>
    }
    .into_any()
}

fn signed_in(person: String, sign_out: String) -> AnyView {
    view! {
        <li class="govuk-service-navigation__item">
            <span class="govuk-service-navigation__text">
                <span class="govuk-visually-hidden">"Signed in as "</span>
                {person}
            </span>
        </li>
        <li class="govuk-service-navigation__item">
            {post_form(view! {
                <button type="submit" class="app-sign-out__button">"Sign out"</button>
            }).to(sign_out).class("app-sign-out")}
        </li>
    }
    .into_any()
}

/// The `<main>` element, with the way back above it and the banners before the body.
pub(super) fn main(page: &Page<'_>, chrome: &Chrome, body: AnyView) -> AnyView {
    let way = match page.way.clone() {
        Way::None => None,
        // The back link stands in a landmark of its own, so that people who move by landmarks do not miss it.
        Way::Back(href) => Some(view! { <nav aria-label="Back">{back_link(href)}</nav> }.into_any()),
        Way::Trail(trail) => Some(breadcrumbs(trail)),
    };
    // A banner about an earlier form would distract from what is wrong with this one.
    let summary = page.ask.and_then(error_summary);
    let flash = chrome.flash.clone().filter(|_| summary.is_none()).map(success);
    let news = chrome.news.clone().filter(|_| summary.is_none()).map(important);
    let unsent = chrome.unsent.then(|| {
        view! {
            {important("You were signed out before something was sent.")}
            <p class="govuk-body">{link("/account/kept", "See what you typed and send it")}</p>
        }
    });
    let column = if page.wide { "govuk-grid-column-full" } else { "govuk-grid-column-two-thirds" };
    let official = (chrome.area == Area::Staff).then(|| {
        let printed = chrome.person.as_ref().zip(chrome.asked_at);
        let printed = printed.map(|(person, at)| format!(". Shown to {person}, {}", day_and_time(at)));
        view! { <p class="govuk-body app-official">{format!("OFFICIAL-SENSITIVE{}", printed.unwrap_or_default())}</p> }
    });
    view! {
        <div class="govuk-width-container">
            {way}
            {page.exit.clone().map(exit_button)}
            <main class="govuk-main-wrapper" id="main-content">
                {official}
                <div class="govuk-grid-row">
                    <div class=column>{flash} {news} {unsent} {summary} {body}</div>
                </div>
            </main>
        </div>
    }
    .into_any()
}

fn exit_button(report: String) -> AnyView {
    let button = post_form(view! {
        {(!report.is_empty()).then(|| view! { <input type="hidden" name="report" value=report/> })}
        <button
            type="submit"
            class="govuk-button govuk-button--warning govuk-exit-this-page__button"
            data-module="govuk-button"
        >
            <span class="govuk-visually-hidden">"Emergency"</span>
            " Exit this page"
        </button>
    });
    view! {
        <div class="govuk-exit-this-page" data-exit>
            {button.to("/exit").named("exit", "Leave in a hurry")}
        </div>
    }
    .into_any()
}

/// The footer with the statements that a public site must have.
pub(super) fn below() -> AnyView {
    let links = [
        ("/accessibility", "Accessibility statement"),
        ("/cookies", "Cookies"),
        ("/privacy", "Privacy"),
        ("/contact", "Contact"),
    ];
    let links = links.map(|(href, text)| {
        view! {
            <li class="govuk-footer__inline-list-item">
                <a class="govuk-footer__link" href=href>{text}</a>
            </li>
        }
    });
    view! {
        <footer class="govuk-template__footer">
            <div class="govuk-footer">
                <div class="govuk-width-container">
                    <div class="govuk-footer__meta">
                        <div class="govuk-footer__meta-item govuk-footer__meta-item--grow">
                            <h2 class="govuk-visually-hidden">"Support links"</h2>
                            <ul class="govuk-footer__inline-list">{links.collect_view()}</ul>
                        </div>
                    </div>
                </div>
            </div>
        </footer>
    }
    .into_any()
}
