"""Every page has one address for everybody, `/` leads to the first page, and who may not see a page reads who does."""

from collections.abc import Callable

import pytest

from browser.app import App

OpenApp = Callable[..., App]
FIRST = {"elena": "/overview", "andrei": "/review", "vera": "/mine", "pavel": "/list", "irina": "/administration"}


def as_(who: str) -> str:
    """The demonstration names whoever is there in the address, apart from the one with whom it begins."""
    return "" if who == "elena" else f"?as={who}"


@pytest.mark.parametrize("who", FIRST)
def test_the_start_leads_to_ones_first_page_and_going_back_leaves_it(open_app: OpenApp, who: str) -> None:
    app = open_app(f"/{as_(who)}")
    assert app.path == f"{FIRST[who]}{as_(who)}{'&list=published' if who == 'pavel' else ''}"
    assert app.page.locator(".not-yours").count() == 0
    assert app.page.get_by_role("dialog").count() == 0
    app.page.go_back()
    assert app.page.url == "about:blank"


def test_the_start_keeps_what_is_asked_for(open_app: OpenApp) -> None:
    app = open_app("/?initiative=one-script&scenario=downturn")
    assert app.path == "/list?initiative=one-script&scenario=downturn"
    assert app.panel == "The same key messages in sales and service"
    assert "scenario Downturn" in app.page.locator(".frame").inner_text()


@pytest.mark.parametrize("who", FIRST)
def test_the_list_has_one_address_for_everybody(open_app: OpenApp, who: str) -> None:
    link = f"/list{as_(who)}{'&list=published' if who == 'pavel' else ''}"
    app = open_app(link)
    assert app.path == link
    assert app.page.get_by_role("dialog").count() == 0  # Streamlit's own "Page not found"
    if who == "irina":
        assert app.answer == "“Priority list” is not one of your pages"
        assert "executives, finance, department heads, viewers" in app.page.locator(".not-yours").inner_text()
        assert app.ids() == []
    else:
        app.page.wait_for_selector("tr[data-id]")
        assert len(app.ids()) == 22
        assert app.page.locator("[data-testid=stSidebarNavLink][aria-current]").inner_text() == "Priority list"
    app.page.reload()
    app.page.wait_for_selector("h1.answer")
    assert app.path == link


def test_a_link_to_the_published_list_shows_it_to_others(open_app: OpenApp) -> None:
    app = open_app("/list")
    app.page.get_by_role("radio", name="Published").click()
    app.page.wait_for_selector(".frame:has-text('list published on')")
    app.settle()
    assert app.path == "/list?list=published"
    other = open_app(f"{app.path}&as=andrei")
    assert "list published on" in other.page.locator(".frame").inner_text()
    assert other.page.get_by_role("radio", name="Published").is_checked()
    other.turn_to("Customers")
    assert other.path == "/customers?list=published&as=andrei"
    assert "list published on" in other.page.locator(".frame").inner_text()


def test_a_link_to_the_review_opens_for_finance_and_tells_an_executive_who_sees_it(open_app: OpenApp) -> None:
    link = "/review?initiative=self-service"
    finance = open_app(f"{link}&as=andrei")
    assert finance.path == f"{link}&as=andrei"
    assert finance.answer == "A help page and app section that is complete and current"
    executive = open_app(link)
    assert executive.path == link
    assert executive.answer == "“Review” is not one of your pages"
    assert "It is seen by: finance. You are here as Elena Orlova, executive." in executive.page.content()
    assert "Review" not in executive.navigation()
    assert "help page" not in executive.page.locator("[data-testid=stMain]").inner_text()
    executive.page.get_by_role("link", name="Go to “Overview”").click()
    executive.page.wait_for_selector("tr[data-id]")
    executive.settle()
    assert executive.path == "/overview"


def test_back_and_forth_between_pages(open_app: OpenApp) -> None:
    app = open_app("/list")
    app.turn_to("Customers")
    assert app.path == "/customers"
    assert app.page.get_by_test_id("stSidebarNavLink").first.is_visible()
    app.page.go_back()
    app.page.wait_for_selector("tr[data-id]")
    app.settle()
    assert app.path == "/list"
    app.page.go_forward()
    app.page.wait_for_selector("h1.answer:has-text('customers')")
    assert app.path == "/customers"


def test_in_a_narrow_window_the_navigation_closes_once_a_page_was_chosen(open_app: OpenApp) -> None:
    app = open_app("/list", width=400)
    app.page.get_by_test_id("stExpandSidebarButton").click()
    app.page.get_by_test_id("stSidebarNavLink").get_by_text("Customers", exact=True).click()
    app.page.wait_for_selector("h1.answer:has-text('customers')")
    app.settle()
    app.page.wait_for_function("document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right <= 0")
    assert app.path == "/customers"
